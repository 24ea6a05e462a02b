import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { database, type ProjectRow, type TabRow } from '$lib/persistence/database';
import { sweepStorage } from '$lib/persistence/sweepStorage';

let folders: Set<string>;
let held: string[];

/** What lies in the browser's storage: a folder a project. */
vi.mock('$lib/persistence/projectStorage', () => ({
  storedProjects: async () => [...folders],
  removeProjectStorage: async (projectId: string) => void folders.delete(projectId)
}));

beforeEach(() => {
  folders = new Set();
  held = [];
  vi.stubGlobal('navigator', { locks: { query: async () => ({ held: held.map((name) => ({ name })) }) } });
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await Promise.all([database.projects.clear(), database.tabs.clear()]);
});

const project = (id: string) => database.projects.put({ id, name: id } as ProjectRow);
const tab = (id: string, projectId: string) => database.tabs.put({ id, projectId, closedAt: 0 } as TabRow);

describe('sweeping what was left', () => {
  it('deletes folders and tabs of projects that nobody knows', async () => {
    folders = new Set(['kept', 'left']);
    await Promise.all([project('kept'), tab('t1', 'kept'), tab('t2', 'left'), tab('t3', 'gone long ago')]);
    await sweepStorage();
    expect([...folders]).toEqual(['kept']);
    expect(await database.tabs.toCollection().primaryKeys()).toEqual(['t1']);
  });

  it('leaves what a page is bringing in right now', async () => {
    folders = new Set(['coming', 'left']);
    held = ['project:coming', 'alive:left:1'];
    await tab('t1', 'coming');
    await sweepStorage();
    expect([...folders]).toEqual(['coming']);
    expect(await database.tabs.count()).toBe(1);
  });

  it('leaves a project that is written down while it looks', async () => {
    folders = new Set(['new']);
    const query = navigator.locks.query.bind(navigator.locks);
    navigator.locks.query = async () => {
      await project('new');
      return query();
    };
    await sweepStorage();
    expect([...folders]).toEqual(['new']);
  });
});
