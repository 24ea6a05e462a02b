import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { delay } from '$lib/base/backoff';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { connect, disconnect, removeProject } from '$lib/workspace/lifecycle';
import { WorkerDouble } from './workerDouble';

const CLOSE_MS = 30;
let refuses = false;
vi.mock('$lib/connections/spawn', () => ({
  spawnWorker: () =>
    new WorkerDouble({
      open: () => {
        if (refuses) throw new Error('It cannot be opened.');
        return { engine: 'sqlite', version: 'SQLite', storage: 'opfs', readOnly: null, notices: [], bytes: 1 };
      },
      catalog: () => ({ schemas: [], defaultSchema: 'main' }),
      saveState: () => ({ saved: true, done: 0, total: 0 }),
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
  projectStore.keepProject(project.id);
  return project;
};

beforeEach(() => {
  WorkerDouble.made = [];
  refuses = false;
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
