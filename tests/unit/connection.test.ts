import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import { Connection } from '$lib/connections/connection';
import { WorkerDouble } from './workerDouble';

vi.stubGlobal('navigator', {}); // without Web Locks

let answers: { open: Promise<unknown>; catalog: Promise<unknown> };
let opened: (report: unknown) => void;
let known: (catalog: unknown) => void;
vi.mock('$lib/connections/spawn', () => ({
  spawnWorker: () =>
    new WorkerDouble({
      open: () => answers.open,
      catalog: () => answers.catalog,
      cancel: () => undefined,
      ping: () => true,
      close: () => undefined
    })
}));

const report = { engine: 'sqlite', storage: 'opfs', notices: [], save: { saved: true, done: 0, total: 0 } };
let connection: Connection;

beforeEach(() => {
  WorkerDouble.made = [];
  answers = { open: new Promise((resolve) => (opened = resolve)), catalog: new Promise((resolve) => (known = resolve)) };
  connection = new Connection('c1' as ConnectionId, 'p1' as ProjectId, 'sqlite', { kind: 'stored' }, 'write');
});
afterEach(() => connection.close());

describe('a connection', () => {
  it('that is closed before it opens makes no worker', async () => {
    await connection.close();
    await expect(connection.open()).rejects.toMatchObject({ code: 'connection-lost' });
    expect(WorkerDouble.made).toHaveLength(0);
    expect(connection.status).toBe('closed');
  });

  it('that is killed before it opens makes no worker', async () => {
    connection.kill('Cancelled.');
    await expect(connection.open()).rejects.toMatchObject({ message: 'Cancelled.' });
    expect(WorkerDouble.made).toHaveLength(0);
    expect(connection.status).toBe('error');
  });

  it('that is closed while it opens ends its worker and stays closed', async () => {
    const opening = connection.open();
    await connection.close();
    await expect(opening).rejects.toMatchObject({ code: 'connection-lost' });
    expect(WorkerDouble.made.map((worker) => worker.terminated)).toEqual([true]);
    expect(connection.status).toBe('closed');
    await connection.retry();
    expect(WorkerDouble.made).toHaveLength(1);
  });

  it('is busy with a call that nobody waits for any more, until the worker has answered it', async () => {
    opened(report);
    await connection.open();
    const given = new AbortController();
    const call = connection.call('catalog', [], { signal: given.signal });
    await vi.waitFor(() => expect(connection.pending).toBe(1));
    given.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    expect(connection.pending).toBe(0);
    expect(connection.busy).toBe(true);
    expect(connection.isAtWork).toBe(true);
    known(null);
    await vi.waitFor(() => expect(connection.busy).toBe(false));
  });

  it('cancels what nobody waits for any more by ending its worker', async () => {
    opened(report);
    await connection.open();
    const given = new AbortController();
    const call = connection.call('catalog', [], { signal: given.signal });
    await vi.waitFor(() => expect(connection.pending).toBe(1));
    given.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    await connection.cancelRunning();
    expect(connection.status).toBe('connected');
    expect(WorkerDouble.made.map((worker) => worker.terminated)).toEqual([true, false]);
    expect(connection.busy).toBe(false);
  });
});
