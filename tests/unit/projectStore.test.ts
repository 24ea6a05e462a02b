import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionId } from '$lib/base/id';
import { database } from '$lib/persistence/database';
import { nameOfFile, uniqueName } from '$lib/projects/project';
import { ProjectStore } from '$lib/projects/projectStore.svelte';

const wanted = { name: 'chinook', engine: 'sqlite' as const, fileName: 'chinook.sqlite', bytes: 1 };

let store: ProjectStore;
beforeEach(async () => {
  await database.projects.clear();
  store = new ProjectStore();
});

describe('projects', () => {
  it('have unique names and colours of their own', () => {
    const made = Array.from({ length: 8 }, () => store.addProject(wanted));
    expect(made.map((p) => p.name).slice(0, 3)).toEqual(['chinook', 'chinook 2', 'chinook 3']);
    expect(new Set(made.map((p) => p.colour)).size).toBe(8);
  });

  it('are written down only once their database is whole', async () => {
    const half = store.addProject(wanted);
    const whole = store.addProject(wanted);
    void store.keepProject(whole.id);
    store.updateProject(half.id, { bytes: 2 });
    await store.flush();
    expect((await database.projects.toArray()).map((p) => p.id)).toEqual([whole.id]);
  });

  it('are as another browser tab has left them, but for what was changed here since', async () => {
    const gone: string[] = [];
    const [first, second] = [store.addProject(wanted), store.addProject(wanted)];
    for (const { id } of [first, second]) void store.keepProject(id);
    const half = store.addProject(wanted);
    await store.flush();
    const other = new ProjectStore();
    await other.load();
    const undo = store.follow((project) => gone.push(project.id));
    const names = () => store.projects.map((p) => p.name);

    other.updateProject(first.id, { name: 'renamed there' });
    const added = other.addProject({ ...wanted, name: 'made there' });
    void other.keepProject(added.id);
    await other.flush();
    await expect.poll(names).toEqual(['renamed there', 'chinook 2', 'chinook 3', 'made there']);
    store.updateProject(first.id, { bytes: 7 });
    await store.flush();
    expect(await database.projects.get(first.id)).toMatchObject({ name: 'renamed there', bytes: 7 });

    // Changed here, and not written yet.
    store.updateProject(second.id, { name: 'renamed here' });
    other.updateProject(second.id, { bytes: 9 });
    await other.flush();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(names()).toContain('renamed here');
    await store.flush();
    // Of one row, what each tab changed.
    await expect.poll(() => store.getProject(second.id)).toMatchObject({ name: 'renamed here', bytes: 9 });

    await other.removeProject(first.id);
    await expect.poll(() => gone).toEqual([first.id]);
    // Removed there while it is changed here: it does not come back.
    store.updateProject(second.id, { name: 'too late' });
    await database.projects.delete(second.id);
    await store.flush();
    await expect.poll(() => gone).toEqual([first.id, second.id]);
    expect(await database.projects.get(second.id)).toBeUndefined();
    store.keepAgain(second.id);
    await store.flush();
    expect(await database.projects.get(second.id)).toMatchObject({ name: 'too late', bytes: 9 });
    expect(gone).toHaveLength(2);
    expect(store.getProject(half.id)).toBeDefined();
    undo();
  });

  it('never store a connection', async () => {
    const project = store.addProject(wanted);
    void store.keepProject(project.id);
    store.connectProject(project.id, 'c1' as ConnectionId);
    await store.flush();
    const again = new ProjectStore();
    await again.load();
    expect(again.projects).toHaveLength(1);
    expect(again.getConnection(project.id)).toBeUndefined();
  });

  it('are connected while connected or reconnecting', () => {
    const { id } = store.addProject(wanted);
    const connectionId = 'c1' as ConnectionId;
    store.connectProject(id, connectionId);
    expect(store.isProjectConnected(id)).toBe(false);
    store.setProjectConnectionStatus(connectionId, 'connected');
    expect(store.isProjectConnected(id)).toBe(true);
    store.setProjectConnectionStatus(connectionId, 'reconnecting');
    expect(store.isProjectConnected(id)).toBe(true);
    store.setProjectConnectionStatus(connectionId, 'error');
    expect(store.isProjectConnected(id)).toBe(false);
  });

  it('know since when they are lost', () => {
    const { id } = store.addProject(wanted);
    const connectionId = 'c1' as ConnectionId;
    store.connectProject(id, connectionId);
    store.setProjectConnectionStatus(connectionId, 'error');
    expect(store.getConnection(id)!.lostAt).toBeNull(); // it never was there
    store.setProjectConnectionStatus(connectionId, 'connected');
    store.setProjectConnectionStatus(connectionId, 'reconnecting');
    const { lostAt } = store.getConnection(id)!;
    expect(lostAt).toBeGreaterThan(0);
    store.setProjectConnectionStatus(connectionId, 'error');
    expect(store.getConnection(id)!.lostAt).toBe(lostAt);
    store.setProjectConnectionStatus(connectionId, 'connected');
    expect(store.getConnection(id)!.lostAt).toBeNull();
  });

  it('drop an answer for a connection that was replaced', () => {
    const { id } = store.addProject(wanted);
    store.connectProject(id, 'old' as ConnectionId);
    store.connectProject(id, 'new' as ConnectionId);
    store.setProjectConnectionStatus('old' as ConnectionId, 'error');
    expect(store.getConnection(id)!.status).toBe('connecting');
  });
});

describe('names', () => {
  it.each([
    ['chinook.sqlite', 'chinook'],
    ['shop.sql.gz', 'shop'],
    ['dir/plain_1.mbtiles', 'plain_1'],
    ['.db', '.db'],
    ['v1.2.db', 'v1.2'],
    ['no ending', 'no ending']
  ])('of %s is %s', (file, name) => expect(nameOfFile(file)).toBe(name));

  it('are made unique', () => {
    expect(uniqueName('a', ['a', 'a 2'])).toBe('a 3');
  });
});
