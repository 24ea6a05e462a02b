import 'fake-indexeddb/auto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { delay } from '$lib/base/backoff';
import { connectionOf, engineFor } from '$lib/connections/registry';
import { database } from '$lib/persistence/database';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { connect, disconnect, openNewProject, reconnect, removeProject } from '$lib/workspace/lifecycle';
import { startLifecycle } from '$lib/workspace/startLifecycle';
import { WorkerDouble } from './workerDouble';

const CLOSE_MS = 30;
let refuses = false;
let catalog: () => unknown;
const noSchemas = () => ({ schemas: [], defaultSchema: 'main' });
let save = { saved: true, done: 1, total: 1 };
/** How the copy of the newest worker's file goes on. */
let onSave: (state: typeof save) => unknown;
vi.mock('$lib/connections/spawn', () => ({
  spawnWorker: () =>
    new WorkerDouble({
      open: (_request: never, _progress: never, push: typeof onSave) => {
        onSave = push;
        if (refuses) throw new Error('It cannot be opened.');
        return { engine: 'sqlite', version: 'SQLite', storage: 'opfs', readOnly: null, notices: [], bytes: 1, save };
      },
      catalog: () => catalog(),
      run: () => ({ inTransaction: false, outcomes: [] }),
      cancel: () => undefined,
      ping: () => true,
      close: () => delay(CLOSE_MS)
    })
}));

/** Web Locks as far as the page uses them: who waits gets the lock when it is free. */
class Locks {
  readonly held = new Map<string, Promise<void>>();

  async request(name: string, options: LockOptions, use: (lock: object | null) => Promise<void> | void): Promise<void> {
    if (options.ifAvailable && this.held.has(name)) return use(null);
    while (this.held.has(name)) await this.held.get(name);
    const end = Promise.resolve(use({ name }));
    this.held.set(name, end);
    await end;
    this.held.delete(name);
  }
}

let locks: Locks;
const lockOf = (id: string) => `project:${id}`;
const live = () => WorkerDouble.made.filter((worker) => !worker.terminated).length;
const newProject = () => {
  const project = projectStore.addProject({ name: 'chinook', engine: 'sqlite', fileName: null, bytes: 1 });
  void projectStore.keepProject(project.id);
  return project;
};

let end: () => void;
beforeAll(() => {
  end = startLifecycle();
});
afterAll(() => end());

beforeEach(() => {
  WorkerDouble.made = [];
  WorkerDouble.commit = undefined;
  refuses = false;
  catalog = noSchemas;
  save = { saved: true, done: 1, total: 1 };
  locks = new Locks();
  // The alive locks are the workers', which have none here.
  const forPage = { request: (name: string, ...rest: [LockOptions, never]) => (name.startsWith('alive:') ? new Promise(() => undefined) : locks.request(name, ...rest)) };
  vi.stubGlobal('navigator', { locks: forPage });
});

describe('a project', () => {
  it('that is disconnected can be connected at once: its lock is waited for', async () => {
    const { id } = newProject();
    await connect(id);
    const over = disconnect(id);
    const connectionId = await connect(id);
    await over;
    expect(projectStore.getConnection(id)).toMatchObject({ connectionId, status: 'connected' });
    expect(live()).toBe(1);
    await disconnect(id);
    expect([live(), locks.held.size]).toEqual([0, 0]);
  });

  it('is written down when it shows connected', async () => {
    const { id } = projectStore.addProject({ name: 'small', engine: 'sqlite', fileName: 'small.db', bytes: 1 });
    await connect(id);
    expect(await database.projects.get(id)).toMatchObject({ name: 'small' });
    expect(projectStore.getConnection(id)?.save).toBeNull();
    await disconnect(id);
  });

  it('with a large file says how its copy goes on, and is written down at its end', async () => {
    save = { saved: false, done: 0, total: 9 };
    const { id } = projectStore.addProject({ name: 'large', engine: 'sqlite', fileName: 'large.db', bytes: 9 });
    await connect(id);
    expect(await database.projects.get(id)).toBeUndefined();
    expect(projectStore.getConnection(id)?.save).toEqual(save);
    await onSave({ saved: false, done: 5, total: 9 });
    await vi.waitFor(() => expect(projectStore.getConnection(id)?.save).toMatchObject({ done: 5 }));
    await onSave({ saved: true, done: 9, total: 9 });
    await vi.waitFor(() => expect(projectStore.getConnection(id)?.save).toBeNull());
    await projectStore.flush();
    expect(await database.projects.get(id)).toMatchObject({ name: 'large' });
    await disconnect(id);
  });

  it('with a large file is written down before its first commit is told', async () => {
    save = { saved: false, done: 0, total: 9 };
    WorkerDouble.commit = 0;
    const { id } = projectStore.addProject({ name: 'large', engine: 'sqlite', fileName: 'large.db', bytes: 9 });
    await connect(id);
    let write = (): void => undefined;
    const transaction = database.transaction.bind(database) as (...all: unknown[]) => Promise<unknown>;
    const writing = async (...all: unknown[]) => {
      await new Promise<void>((resolve) => (write = resolve));
      return transaction(...all);
    };
    const put = vi.spyOn(database, 'transaction').mockImplementation(writing as never);
    const { connectionId } = projectStore.getConnection(id)!;
    WorkerDouble.commit = 1;
    let isTold = false;
    const run = engineFor(connectionId).run({ sql: 'INSERT' }).then(() => (isTold = true));
    await vi.waitFor(() => expect(put).toHaveBeenCalled());
    await delay(30);
    expect(isTold).toBe(false);
    write();
    await run;
    put.mockRestore();
    expect(await database.projects.get(id)).toMatchObject({ settings: { needsFile: true } });
    await disconnect(id);
  });

  it('with a large file is written down for a commit whose worker was ended before it could tell', async () => {
    save = { saved: false, done: 0, total: 9 };
    WorkerDouble.commit = 0;
    const { id } = projectStore.addProject({ name: 'large', engine: 'sqlite', fileName: 'large.db', bytes: 9 });
    await connect(id);
    WorkerDouble.commit = 1;
    connectionOf(projectStore.getConnection(id)!.connectionId)!.kill();
    await vi.waitFor(() => expect(projectStore.getConnection(id)).toMatchObject({ status: 'connected' }));
    await projectStore.flush();
    expect(await database.projects.get(id)).toMatchObject({ settings: { needsFile: true } });
    await disconnect(id);
  });

  it('whose record the browser does not take is not said to be open, and leaves nothing', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const transaction = database.transaction.bind(database) as (...all: unknown[]) => Promise<unknown>;
    const refusing = (...all: unknown[]) =>
      all[1] === database.projects ? Promise.reject(new DOMException('no room', 'QuotaExceededError')) : transaction(...all);
    const put = vi.spyOn(database, 'transaction').mockImplementation(refusing as never);
    const opening = openNewProject({ name: 'unknown', engine: 'sqlite', fileName: null, bytes: 1 }, { kind: 'empty' });
    await expect(opening).rejects.toMatchObject({ code: 'storage-full', message: /no room/, hint: /Remove a project/ });
    put.mockRestore();
    vi.restoreAllMocks();
    expect(projectStore.projects.map((p) => p.name)).not.toContain('unknown');
    await projectStore.flush();
    expect((await database.projects.toArray()).map((p) => p.name)).not.toContain('unknown');
    await vi.waitFor(() => expect([live(), locks.held.size]).toEqual([0, 0]));
  });

  it('gets one worker by two calls at once, also after a failure', async () => {
    const { id } = newProject();
    refuses = true;
    await expect(connect(id)).rejects.toThrow();
    refuses = false;
    const [a, b] = await Promise.all([connect(id), connect(id)]);
    expect(a).toBe(b);
    expect(live()).toBe(1);
    await disconnect(id);
  });

  it('whose catalog cannot be read is not connected, says why, and can be tried again', async () => {
    const { id } = newProject();
    catalog = () => {
      throw new Error('malformed schema');
    };
    await expect(connect(id)).rejects.toMatchObject({ message: 'malformed schema' });
    expect(projectStore.getConnection(id)).toMatchObject({ status: 'error', error: { message: 'malformed schema' } });
    await vi.waitFor(() => expect([live(), locks.held.size]).toEqual([0, 0]));
    catalog = noSchemas;
    await reconnect(id);
    expect(projectStore.getConnection(id)).toMatchObject({ status: 'connected', error: null });
    await disconnect(id);
  });

  it('whose worker dies over the catalog is connected by the next one', async () => {
    const { id } = newProject();
    let asked = 0;
    catalog = () => {
      if (asked++ > 0) return noSchemas();
      connectionOf(projectStore.getConnection(id)!.connectionId)!.kill();
      return new Promise(() => undefined);
    };
    await connect(id);
    expect(projectStore.getConnection(id)).toMatchObject({ status: 'connected', error: null });
    expect([asked > 1, live()]).toEqual([true, 1]);
    await disconnect(id);
  });

  it('is let go to another browser tab when what runs is through', async () => {
    const { id } = newProject();
    await connect(id);
    let known: (value: unknown) => void = () => undefined;
    catalog = () => new Promise((resolve) => (known = resolve));
    const { connectionId } = projectStore.getConnection(id)!;
    const running = engineFor(connectionId).catalog();
    await vi.waitFor(() => expect(connectionOf(connectionId)!.busy).toBe(true));
    const other = new BroadcastChannel('rowhouse:projects');
    other.postMessage({ kind: 'let-go', projectId: id, from: 'another tab' });
    await vi.waitFor(() => expect(() => engineFor(connectionId)).not.toThrow());
    await delay(50);
    expect([live(), locks.held.size]).toEqual([1, 1]);
    known('all of it');
    expect(await running).toBe('all of it');
    await vi.waitFor(() => expect([live(), locks.held.size]).toEqual([0, 0]));
    expect(projectStore.getConnection(id)).toMatchObject({ status: 'error', error: { code: 'in-use' } });
    other.close();
    await disconnect(id);
  });

  it('is let go in the midst of what runs when the other tab waits no longer; its tabs say so', async () => {
    const { id } = newProject();
    await connect(id);
    catalog = () => new Promise(() => undefined);
    const { connectionId } = projectStore.getConnection(id)!;
    const running = expect(engineFor(connectionId).catalog()).rejects.toMatchObject({ message: /taken over/ });
    await vi.waitFor(() => expect(connectionOf(connectionId)!.busy).toBe(true));
    const other = new BroadcastChannel('rowhouse:projects');
    other.postMessage({ kind: 'let-go', projectId: id, from: 'another tab' });
    await delay(50);
    expect([live(), locks.held.size]).toEqual([1, 1]);
    other.postMessage({ kind: 'end-now', projectId: id, from: 'another tab' });
    await running;
    await vi.waitFor(() => expect([live(), locks.held.size]).toEqual([0, 0]));
    await vi.waitFor(() => expect(projectStore.getConnection(id)).toMatchObject({ status: 'error', error: { code: 'in-use' } }));
    const state = projectStore.getConnection(id)!;
    expect(state.error!.message).toMatch(/What ran here was ended/);
    expect(state.lostAt).toBeGreaterThan(0);
    other.close();
    await disconnect(id);
  });

  it('that is disconnected while it waits for its lock leaves no worker and no lock', async () => {
    const { id } = newProject();
    let letGo = (): void => undefined;
    void locks.request(lockOf(id), {}, () => new Promise<void>((resolve) => (letGo = resolve)));
    const waiting = connect(id, { elsewhere: 'take-over' });
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'connection-lost' });
    await delay(20);
    await disconnect(id);
    letGo();
    await outcome;
    await vi.waitFor(() => expect(locks.held.size).toBe(0));
    expect(WorkerDouble.made).toHaveLength(0);
    expect(projectStore.getConnection(id)).toBeUndefined();
  });

  it('is not removed while another browser tab has it', async () => {
    const { id } = newProject();
    let letGo = (): void => undefined;
    void locks.request(lockOf(id), {}, () => new Promise<void>((resolve) => (letGo = resolve)));
    await expect(removeProject(id)).rejects.toMatchObject({ code: 'in-use' });
    expect(projectStore.getProject(id)).toBeDefined();
    letGo();
    await vi.waitFor(() => expect(locks.held.size).toBe(0));
    await connect(id);
    await removeProject(id);
    expect(projectStore.getProject(id)).toBeUndefined();
    await vi.waitFor(() => expect([live(), locks.held.size]).toEqual([0, 0]));
  });
});
