import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { delay } from '$lib/base/backoff';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import { EngineError } from '$workers/engine';
import { Connection, type ConnectionSpec } from '$lib/connections/connection';
import { WorkerDouble } from './workerDouble';

vi.stubGlobal('navigator', {}); // without Web Locks

const spec = (connectionId: string, projectId: string): ConnectionSpec => ({
  connectionId: connectionId as ConnectionId,
  projectId: projectId as ProjectId,
  engine: 'sqlite',
  source: { kind: 'stored' },
  access: 'write',
  asOf: undefined,
  readOnly: false
});

let answers: { open: Promise<unknown>; catalog: Promise<unknown>; structure: unknown; run: unknown };
let cancelled: number[];
let opened: (report: unknown) => void;
let known: (catalog: unknown) => void;
vi.mock('$lib/connections/spawn', () => ({
  spawnWorker: () =>
    new WorkerDouble({
      open: () => answers.open,
      catalog: () => answers.catalog,
      structure: () => answers.structure,
      run: () => answers.run,
      cancel: (call: number) => void cancelled.push(call),
      ping: () => true,
      close: () => undefined
    })
}));

const report = { engine: 'sqlite', storage: 'opfs', notices: [], save: { saved: true, done: 0, total: 0 } };
let connection: Connection;

beforeEach(() => {
  WorkerDouble.made = [];
  WorkerDouble.performed = [];
  cancelled = [];
  answers = {
    open: new Promise((resolve) => (opened = resolve)),
    catalog: new Promise((resolve) => (known = resolve)),
    structure: null,
    run: { inTransaction: false }
  };
  connection = new Connection(spec('c1', 'p1'));
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

  it('leaves a worker that has died, and one whose script failed to load, but none for an error in its midst', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    opened(report);
    await connection.open();
    const uncaught = { preventDefault: () => undefined, message: 'a stray timer' };
    (WorkerDouble.made[0]!.onerror as (event: unknown) => void)(uncaught);
    expect([connection.status, said.mock.calls.length]).toEqual(['connected', 1]);
    said.mockRestore();
    connection.kill();
    await vi.waitFor(() => expect(connection.status).toBe('connected'));
    answers.open = new Promise(() => undefined);
    const other = new Connection(spec('c2', 'p2'));
    const opening = expect(other.open()).rejects.toMatchObject({ code: 'connection-lost' });
    (WorkerDouble.made.at(-1)!.onerror as (event: unknown) => void)({ preventDefault: () => undefined });
    await opening;
  });

  it('lets what runs come to its end before it closes, and begins nothing more', async () => {
    opened(report);
    await connection.open();
    const running = connection.call('catalog', []);
    await vi.waitFor(() => expect(connection.busy).toBe(true));
    const closing = connection.close({ patience: 5000 });
    await expect(connection.call('structure', [])).rejects.toMatchObject({ code: 'connection-lost' });
    known('all of it');
    expect(await running).toBe('all of it');
    await closing;
    expect(WorkerDouble.performed.map(({ name }) => name)).toEqual(['open', 'catalog', 'close']);
  });
});

describe('cancelling a call', () => {
  const key = Symbol('call');
  const reached = () => WorkerDouble.performed.map(({ name }) => name).filter((name) => name !== 'open');

  it('that does not hear ends its worker; the calls behind it go to the next one, in their order', async () => {
    opened(report);
    await connection.open();
    const running = expect(connection.call('catalog', [], { key })).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitFor(() => expect(reached()).toEqual(['catalog']));
    answers.structure = answers.run = new Promise(() => undefined);
    const read = connection.call('structure', []);
    const ran = connection.call('run', []);
    await vi.waitFor(() => expect(reached()).toHaveLength(3));
    answers.structure = 'its columns';
    answers.run = { inTransaction: false };
    await connection.cancelCall(key);
    await running;
    expect(await Promise.all([read, ran])).toEqual(['its columns', { inTransaction: false }]);
    expect(reached()).toEqual(['catalog', 'structure', 'run', 'structure', 'run']);
    expect(WorkerDouble.made.map((worker) => worker.terminated)).toEqual([true, false]);
    expect([connection.status, connection.busy]).toEqual(['connected', false]);
  });

  it('whose worker was ended says what had been committed by then, and of nothing else', async () => {
    const found = (commit: number) => Promise.resolve({ ...report, commit });
    answers.open = found(4);
    WorkerDouble.commit = 4;
    await connection.open();
    // One more commit is told of, then a script ends with its worker.
    WorkerDouble.commit = 5;
    await connection.call('run', []);
    answers.run = new Promise(() => undefined);
    answers.open = found(6);
    WorkerDouble.commit = 6;
    const ran = connection.call('run', [], { key });
    const error = await Promise.all([ran.catch((e: EngineError) => e), delay(10).then(() => connection.cancelCall(key))]);
    expect(error[1]).toEqual({ told: 5, found: 6 });
    expect(await connection.commitsFound(error[0] as EngineError)).toEqual({ told: 5, found: 6 });
    expect(await connection.commitsFound(new EngineError({ code: 'cancelled', message: 'Cancelled.' }))).toBeNull();
    // What it found counts as told from now on.
    const lost = connection.call('run', []).catch((e: EngineError) => e);
    await delay(10);
    connection.kill();
    expect(await connection.commitsFound((await lost) as EngineError)).toEqual({ told: 6, found: 6 });
    WorkerDouble.commit = undefined;
  });

  it('that waits its turn rejects it alone', async () => {
    opened(report);
    await connection.open();
    const running = connection.call('catalog', []);
    answers.structure = new Promise(() => undefined);
    const waiting = connection.call('structure', [], { key });
    await vi.waitFor(() => expect(reached()).toHaveLength(2));
    await connection.cancelCall(key);
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitFor(() => expect(cancelled).toEqual([WorkerDouble.performed.at(-1)!.call]));
    known('all of it');
    expect(await running).toBe('all of it');
    expect(WorkerDouble.made).toHaveLength(1);
  });

  it('that nobody waits for any more asks the worker, and never ends it', async () => {
    opened(report);
    await connection.open();
    const given = new AbortController();
    const call = connection.call('catalog', [], { signal: given.signal });
    await vi.waitFor(() => expect(reached()).toEqual(['catalog']));
    given.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitFor(() => expect(cancelled).toHaveLength(1));
    await delay(100);
    expect(WorkerDouble.made.map((worker) => worker.terminated)).toEqual([false]);
  });

  it('while the worker is being replaced takes it out', async () => {
    opened(report);
    await connection.open();
    answers.open = new Promise((resolve) => (opened = resolve));
    connection.kill();
    const waiting = connection.call('catalog', [], { key });
    await vi.waitFor(() => expect(WorkerDouble.made).toHaveLength(2));
    void connection.cancelCall(key);
    opened(report);
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect(reached()).toEqual([]);
  });

  it('does not run a script whose transaction is gone with the worker', async () => {
    answers.run = { inTransaction: true };
    opened(report);
    await connection.open();
    await connection.call('run', []);
    answers.run = new Promise(() => undefined);
    const running = expect(connection.call('catalog', [], { key })).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitFor(() => expect(reached()).toEqual(['run', 'catalog']));
    const behind = expect(connection.call('run', [])).rejects.toMatchObject({ code: 'connection-lost' });
    await vi.waitFor(() => expect(reached()).toHaveLength(3));
    await connection.cancelCall(key);
    await Promise.all([running, behind]);
    expect(reached()).toHaveLength(3);
  });
});
