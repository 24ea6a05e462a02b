import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { database, type ProjectRow, type TabRow } from '$lib/persistence/database';
import { sweepStorage } from '$lib/persistence/sweepStorage';
import { maySweep } from '$lib/persistence/sweepable';

let folders: Set<string>;
let held: string[];

/** What lies in the browser's storage: a folder a project. */
vi.mock('$lib/persistence/projectStorage', () => ({
  storedProjects: async () => [...folders],
  foundDatabase: async (projectId: string) => (projectId.startsWith('whole') ? { projectId } : null),
  removeProjectStorage: async (projectId: string) => {
    folders.delete(projectId);
    await database.sweepable.delete(projectId);
  }
}));

beforeEach(() => {
  folders = new Set();
  held = [];
  const request = async (name: string, _options: LockOptions, use: (lock: object | null) => unknown) => use(held.includes(name) ? null : { name });
  vi.stubGlobal('navigator', { locks: { request, query: async () => ({ held: held.map((name) => ({ name })) }) } });
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await Promise.all([database.projects.clear(), database.tabs.clear(), database.sweepable.clear()]);
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

  it('deletes a whole database only where it was removed, or never became a project; else it is found again', async () => {
    folders = new Set(['whole', 'whole, removed', 'whole, coming in', 'whole, kept']);
    for (const id of ['whole, removed', 'whole, coming in', 'whole, kept', 'nowhere any more']) await maySweep(id);
    await Promise.all([project('whole, kept'), tab('t1', 'whole'), tab('t2', 'whole, removed')]);
    held = ['project:whole, coming in'];
    expect(await sweepStorage()).toEqual([{ projectId: 'whole' }]);
    expect([...folders]).toEqual(['whole', 'whole, coming in', 'whole, kept']);
    expect(await database.tabs.toCollection().primaryKeys()).toEqual(['t1']);
    expect(await database.sweepable.toCollection().primaryKeys()).toEqual(['whole, coming in']);
  });

  it('leaves what a page has taken, or written down, since it was asked who holds what', async () => {
    folders = new Set(['taken', 'written', 'left']);
    const query = navigator.locks.query.bind(navigator.locks);
    navigator.locks.query = async () => {
      const then = await query();
      held = ['project:taken'];
      return then;
    };
    const request = navigator.locks.request.bind(navigator.locks) as (...all: unknown[]) => Promise<unknown>;
    navigator.locks.request = (async (...all: unknown[]) => {
      await project('written');
      return request(...all);
    }) as typeof navigator.locks.request;
    await sweepStorage();
    expect([...folders]).toEqual(['taken', 'written']);
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
