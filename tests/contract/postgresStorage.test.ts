import { cdp } from 'vitest/browser';
import { afterEach, describe, expect, it } from 'vitest';
import { endWorkers, newProjectId, opened, openIn, start, type EngineUnderTest } from './engineUnderTest';
import type { PoolOrder } from './poolWorker';

afterEach(endWorkers);

const stored = (projectId: string) => opened('postgres', { projectId, source: { kind: 'stored' } });

/** Every table and index of the database, looked through by amcheck. */
async function expectSound(e: EngineUnderTest): Promise<void> {
  await e.script('CREATE EXTENSION IF NOT EXISTS amcheck');
  const [heaps] = await e.rows(`
    SELECT count(*), count(v.msg) FROM pg_class c LEFT JOIN LATERAL verify_heapam(c.oid) v ON true
     WHERE c.relkind IN ('r', 't', 'm') AND c.relpersistence = 'p'`);
  expect(heaps![1]).toBe('0');
  expect(Number(heaps![0])).toBeGreaterThan(60);
  await e.script(`
    SELECT bt_index_check(c.oid, true) FROM pg_class c JOIN pg_am a ON a.oid = c.relam
     WHERE a.amname = 'btree' AND c.relkind = 'i' AND c.relpersistence = 'p'`);
}

async function folderOf(projectId: string): Promise<FileSystemDirectoryHandle> {
  const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle('projects', { create: true });
  return projects.getDirectoryHandle(projectId);
}

async function namesIn(folder: FileSystemDirectoryHandle): Promise<string[]> {
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  return names.sort();
}

describe('what was committed', () => {
  it('is there after each of ten kills in the midst of commits, whole and sound', { timeout: 240_000 }, async () => {
    let e = await opened('postgres');
    await e.script(`
      CREATE TABLE t (a int PRIMARY KEY, b text);
      CREATE TABLE large (round int, n int, pad text);
      CREATE INDEX ON large (n)`);
    let kept = 0;
    for (let round = 0; round < 10; round++) {
      let next = kept;
      let rounds = 0;
      const writing = (async () => {
        for (;;) {
          // Single rows; now and then a transaction larger than what stays in memory, DDL, a checkpoint.
          if (next % 40 === 39) {
            await e.script(`BEGIN; INSERT INTO large SELECT ${round}, g, repeat('y', 400) FROM generate_series(1, 30000) g; COMMIT`);
            rounds++;
          }
          if (next % 25 === 24) await e.script(`CREATE TABLE IF NOT EXISTS made_${next} AS SELECT ${next} AS n; CHECKPOINT`);
          await e.script('INSERT INTO t VALUES ($1, $2)', [next, 'x'.repeat(next % 3000)]);
          next++;
        }
      })();
      writing.catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 60 + 150 * Math.random() * round));
      const said = next;
      e.kill();
      e = await stored(e.projectId);
      const [row] = await e.rows('SELECT count(*), max(a), bool_and(length(b) = a % 3000) FROM t');
      const count = Number(row![0]);
      expect(count).toBeGreaterThanOrEqual(said);
      expect(row).toEqual([String(count), count === 0 ? null : String(count - 1), count === 0 ? null : 't']);
      const [large] = await e.rows(`SELECT count(*) % 30000, count(*) / 30000 FROM large WHERE round = ${round}`);
      expect(large![0]).toBe('0');
      expect(Number(large![1])).toBeGreaterThanOrEqual(rounds);
      kept = count;
    }
    expect(kept).toBeGreaterThan(0);
    await expectSound(e);
  });

  it('by a worker that is dying stops where the next one has opened', async () => {
    const e = await opened('postgres');
    await e.script('CREATE TABLE t (a int)');
    // It is deep in the engine, and goes on for two seconds after its end.
    const endless = e.script(`DO $$ BEGIN FOR i IN 1..1000000000 LOOP INSERT INTO t VALUES (i); COMMIT; END LOOP; END $$`);
    endless.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 200));
    e.kill();
    const next = await stored(e.projectId);
    const [before] = await next.rows('SELECT count(*) FROM t');
    await next.script('INSERT INTO t VALUES (-1)');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await next.rows('SELECT count(*) FROM t')).toEqual([[String(Number(before![0]) + 1)]]);
    await next.close();
    expect(await (await stored(e.projectId)).rows('SELECT count(*) FROM t WHERE a = -1')).toEqual([['1']]);
  });
});

describe('a full disk', () => {
  it('fails what was done, keeps what was there, and the connection works on', { timeout: 120_000 }, async () => {
    const e = await opened('postgres');
    await e.script('CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1)');
    const { usage = 0 } = await navigator.storage.estimate();
    const session = cdp() as unknown as { send(method: string, params: object): Promise<void> };
    const room = (quotaSize?: number) => session.send('Storage.overrideQuotaForOrigin', { origin: location.origin, quotaSize });
    const big = "INSERT INTO t SELECT g, repeat(md5(g::text), 30) FROM generate_series(1, 40000) g";
    try {
      await room(usage + 6_000_000);
      // In the midst of a statement, and in its commit.
      for (const sql of [big, `BEGIN; ${big}; COMMIT`, "INSERT INTO t SELECT g, repeat('x', 90) FROM generate_series(1, 60000) g"]) {
        const report = await e.run({ sql });
        const { state, error } = report.outcomes.at(-1)!;
        expect([state, error?.code]).toEqual(['failed', 'storage-full']);
        expect(report.inTransaction).toBe(false);
        expect(await e.rows('SELECT count(*) FROM t')).toEqual([['1']]);
      }
    } finally {
      await room();
    }
    await e.script('INSERT INTO t VALUES (2)');
    e.kill();
    const again = await stored(e.projectId);
    expect(await again.rows('SELECT a FROM t ORDER BY a')).toEqual([['1'], ['2']]);
    await expectSound(again);
  });
});

describe('temporary files and tables', () => {
  it('leave nothing in the project, also when their worker is ended', async () => {
    const e = await opened('postgres');
    await e.script('CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2), (3)');
    const { bytes } = await e.storage();
    await e.script("CREATE TEMPORARY TABLE mine AS SELECT g, repeat('x', 200) AS pad FROM generate_series(1, 100000) g");
    expect(await e.rows('SELECT count(*) FROM mine')).toEqual([['100000']]);
    const running = e.script('SELECT count(*) FROM (SELECT generate_series(1, 1000000000) AS g ORDER BY 1 DESC) s');
    running.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    e.kill();
    const next = await stored(e.projectId);
    const after = await next.storage();
    expect(after.bytes - bytes).toBeLessThan(4_000_000);
    expect(after.files).toBeLessThan(20);
    expect((await next.failure('SELECT * FROM mine')).code).toBe('42P01');
    await next.script('CREATE TEMPORARY TABLE mine AS SELECT 1 AS a');
    expect(await next.rows('SELECT * FROM mine')).toEqual([['1']]);
  });
});

describe('a second look', () => {
  it('shows what was last committed beside who writes, and keeps nothing', async () => {
    const e = await opened('postgres');
    await e.script('CREATE TABLE t (a int); INSERT INTO t VALUES (1)');
    const look = await opened('postgres', { projectId: e.projectId, source: { kind: 'stored' }, access: 'read' });
    expect(look.report.readOnly).toMatch(/last committed/);
    await e.script('INSERT INTO t VALUES (2)');
    expect(await look.rows('SELECT a FROM t')).toEqual([['1']]);
    expect((await look.failure('INSERT INTO t VALUES (3)')).code).toBe('25006');
    await look.close();
    expect(await e.rows('SELECT a FROM t ORDER BY a')).toEqual([['1'], ['2']]);
  });
});

describe('a database of an earlier version', () => {
  /** Makes one; gives the worker that made it. */
  async function pooled(order: PoolOrder): Promise<Worker> {
    const worker = new Worker(new URL('./poolWorker.ts', import.meta.url), { type: 'module' });
    await new Promise<void>((resolve, reject) => {
      worker.onmessage = () => resolve();
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(order);
    });
    return worker;
  }

  const sql = "CREATE TABLE t (a int PRIMARY KEY, b text); INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(1, 20000) g";

  it.each([false, true])('is moved when it is opened (its log to be replayed: %s)', { timeout: 120_000 }, async (hold) => {
    const projectId = newProjectId();
    (await pooled({ projectId, sql, hold })).terminate();
    const labels = new Set<string>();
    const e = await opened('postgres', { projectId, source: { kind: 'stored' }, onProgress: ({ label }) => void labels.add(label) });
    expect([...labels]).toContain('Moving the database to its new place');
    expect(await e.rows('SELECT count(*), sum(length(b)) FROM t')).toEqual([['20000', '20000000']]);
    expect(await namesIn(await folderOf(projectId))).not.toContain('pgdata');
    await e.script('UPDATE t SET b = $1 WHERE a = 1', ['moved']);
    e.kill();
    const again = await stored(projectId);
    expect(await again.rows('SELECT b FROM t WHERE a = 1')).toEqual([['moved']]);
    await expectSound(again);
  });

  it('is moved again when that was cut short', { timeout: 120_000 }, async () => {
    const projectId = newProjectId();
    (await pooled({ projectId, sql, hold: false })).terminate();
    for (const ms of [30, 60, 120, 240]) {
      const cut = start('postgres', projectId);
      const opening = openIn(cut, { source: { kind: 'stored' } });
      opening.catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, ms));
      cut.kill();
    }
    const e = await stored(projectId);
    expect(await e.rows('SELECT count(*), sum(length(b)) FROM t')).toEqual([['20000', '20000000']]);
    expect(await namesIn(await folderOf(projectId))).not.toContain('pgdata');
  });

  it('whose list of files was not written whole is mended first', { timeout: 120_000 }, async () => {
    const projectId = newProjectId();
    (await pooled({ projectId, sql: 'CREATE TABLE t (a int); INSERT INTO t VALUES (7)', hold: false })).terminate();
    const state = await (await (await folderOf(projectId)).getDirectoryHandle('pgdata')).getFileHandle('state.txt');
    const text = await (await state.getFile()).text();
    const stream = await state.createWritable();
    await stream.write(`${text}\n{"opp":"createFileNode","args":["/half`);
    await stream.close();
    expect(await (await stored(projectId)).rows('SELECT a FROM t')).toEqual([['7']]);
  });
});
