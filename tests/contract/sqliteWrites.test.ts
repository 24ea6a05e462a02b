import { cdp } from 'vitest/browser';
import { afterEach, describe, expect, it } from 'vitest';
import { copyOf, endWorkers, opened, type EngineUnderTest } from './engineUnderTest';

afterEach(endWorkers);

const FILL = 'WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < ';

/** Ends the worker as it stands and opens what is stored. */
async function reopened(e: EngineUnderTest): Promise<EngineUnderTest> {
  e.kill();
  return opened('sqlite', { projectId: e.projectId, source: { kind: 'stored' } });
}

/** What a table holds: rows, and that the database is whole. */
async function look(e: EngineUnderTest, table = 't'): Promise<{ rows: number; check: unknown }> {
  const [[rows]] = (await e.rows(`SELECT count(*) FROM ${table}`)) as [[number]];
  const [[check]] = (await e.rows('PRAGMA integrity_check')) as [[unknown]];
  return { rows, check };
}

const withTable = async (): Promise<EngineUnderTest> => {
  const e = await opened('sqlite');
  await e.script('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)');
  return e;
};

describe('a write that returned is there after the worker has ended', () => {
  it('in an empty new database', async () => {
    const e = await opened('sqlite');
    expect(await (await reopened(e)).rows('PRAGMA page_count')).toEqual([[1]]);
    const f = await withTable();
    await f.script("INSERT INTO t VALUES (1, 'x')");
    expect(await look(await reopened(f))).toEqual({ rows: 1, check: 'ok' });
  });

  it('in a dropped file, an empty one too', async () => {
    for (const file of [new Blob([]), new Blob([await copyOf(await withTable())])]) {
      const e = await opened('sqlite', { source: { kind: 'file', file, packed: false } });
      await e.script("CREATE TABLE IF NOT EXISTS t (a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES (1, 'x')");
      await expect.poll(() => e.saveState(), { timeout: 10_000 }).toMatchObject({ saved: true });
      expect(await look(await reopened(e))).toEqual({ rows: 1, check: 'ok' });
    }
  });

  it('whichever way it was committed', async () => {
    const e = await withTable();
    await e.script("INSERT INTO t VALUES (1, 'autocommit')");
    await e.script("BEGIN; INSERT INTO t VALUES (2, 'x')");
    await e.script("INSERT INTO t VALUES (3, 'x')");
    await e.script('COMMIT');
    await e.script("SAVEPOINT s; INSERT INTO t VALUES (4, 'x'); RELEASE s");
    await e.script("INSERT INTO t VALUES (5, 'x'), (6, 'x') RETURNING a");
    await e.script("PRAGMA cache_size=5; PRAGMA cache_spill=1; BEGIN");
    await e.script(`INSERT INTO t ${FILL}20000) SELECT i + 100, printf('%.*c', 300, 'y') FROM g; COMMIT`);
    await e.script("BEGIN; INSERT INTO t VALUES (7, 'never committed')");
    expect(await look(await reopened(e))).toEqual({ rows: 20_006, check: 'ok' });
  });

  it('after VACUUM, with and without another page size', async () => {
    for (const pragma of ['', 'PRAGMA page_size=8192; ', 'PRAGMA page_size=512; ', 'PRAGMA auto_vacuum=full; ']) {
      const e = await withTable();
      await e.script(`INSERT INTO t ${FILL}5000) SELECT i, printf('%.*c', 200, 'y') FROM g; DELETE FROM t WHERE a > 100`);
      await e.script(`${pragma}VACUUM`);
      await e.script("INSERT INTO t VALUES (900, 'after')");
      const [[pages]] = (await e.rows('PRAGMA page_count')) as [[number]];
      const f = await reopened(e);
      expect(await look(f)).toEqual({ rows: 101, check: 'ok' });
      expect(await f.rows('PRAGMA page_count')).toEqual([[pages]]);
      expect((await copyOf(f)).length).toBe(pages * Number((await f.rows('PRAGMA page_size'))[0]![0]));
    }
  });

  it('with auto_vacuum, which cuts the file at every commit', async () => {
    const e = await opened('sqlite');
    await e.script('PRAGMA auto_vacuum=full; CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)');
    expect(await e.rows('PRAGMA auto_vacuum')).toEqual([[0]]); // the first page is there already: a VACUUM is needed
    await e.script('PRAGMA auto_vacuum=full; VACUUM');
    await e.script(`INSERT INTO t ${FILL}3000) SELECT i, printf('%.*c', 500, 'z') FROM g`);
    await e.script('DELETE FROM t WHERE a % 2 = 0; DELETE FROM t WHERE a > 2000');
    await e.script("INSERT INTO t VALUES (5000, 'after')");
    expect(await look(await reopened(e))).toEqual({ rows: 1001, check: 'ok' });
  });
});

describe('what would lose writes in silence', () => {
  it('write-ahead logging is refused in words', async () => {
    const e = await withTable();
    for (const sql of ['PRAGMA journal_mode=wal', 'PRAGMA main.journal_mode = WAL', "pragma journal_mode('wal')", '/* x */ PRAGMA journal_mode="wal"']) {
      expect(await e.failure(sql)).toMatchObject({ code: 'refused', message: expect.stringMatching(/Write-ahead/) as string });
    }
    await e.script("INSERT INTO t VALUES (1, 'x')");
    expect(await e.rows('PRAGMA journal_mode')).toEqual([['delete']]);
    expect(await look(await reopened(e))).toEqual({ rows: 1, check: 'ok' });
  });

  it('synchronous and the journal are set again after the statement', async () => {
    const e = await withTable();
    for (const [sql, pragma, value] of [
      ['PRAGMA synchronous=off', 'synchronous', 2],
      ['PRAGMA synchronous=0', 'synchronous', 2],
      ['EXPLAIN PRAGMA synchronous=off', 'synchronous', 2],
      ['PRAGMA journal_mode=off', 'journal_mode', 'delete'],
      ['PRAGMA journal_mode=memory', 'journal_mode', 'delete'],
      ['PRAGMA locking_mode=exclusive', 'locking_mode', 'normal']
    ] as const) {
      const [outcome] = await e.script(sql);
      if (sql.startsWith('PRAGMA')) expect(outcome!.notices[0]!.message).toContain(`${pragma} stays`);
      expect(await e.rows(`PRAGMA ${pragma}`), sql).toEqual([[value]]);
    }
    await e.script("BEGIN; INSERT INTO t VALUES (1, 'x')");
    await e.run({ sql: 'PRAGMA synchronous=off' });
    await e.script('COMMIT');
    expect(await look(await reopened(e))).toEqual({ rows: 1, check: 'ok' });
  });

  it('no file can be attached, but a database in memory can', async () => {
    const e = await withTable();
    for (const sql of ["ATTACH 'other.db' AS o", "ATTACH DATABASE '/main.db' AS o", "ATTACH ('oth' || 'er.db') AS o", "ATTACH '/main.db-journal' AS o"]) {
      expect(await e.failure(sql), sql).toMatchObject({ code: 'refused', hint: expect.stringMatching(/project/) as string });
    }
    expect((await e.run({ sql: 'ATTACH ? AS o', params: ['other.db'] })).outcomes[0]!.error!.code).toMatch(/refused|CANTOPEN/);
    await e.script("ATTACH ':memory:' AS m; CREATE TABLE m.t (a); INSERT INTO m.t VALUES (1)");
    expect((await e.catalog()).schemas.map((s) => s.name)).toEqual(['main', 'm']);
    await e.script("INSERT INTO main.t SELECT 1, 'x'");
    expect(await look(await reopened(e))).toEqual({ rows: 1, check: 'ok' });
  });

  it('VACUUM INTO is refused with the way that works', async () => {
    const e = await withTable();
    expect(await e.failure("VACUUM INTO 'copy.db'")).toMatchObject({ code: 'refused', hint: expect.stringContaining('Save a copy') as string });
    expect(await e.failure("VACUUM main INTO 'copy.db'")).toMatchObject({ code: 'refused' });
  });

  it('a full disk fails the statement, and what was saved stays', { timeout: 120_000 }, async () => {
    const e = await withTable();
    await e.script("INSERT INTO t VALUES (1, 'x')");
    const { usage = 0 } = await navigator.storage.estimate();
    const session = cdp() as unknown as { send(method: string, params: object): Promise<void> };
    await session.send('Storage.overrideQuotaForOrigin', { origin: location.origin, quotaSize: usage + 4_000_000 });
    try {
      const big = `INSERT INTO t ${FILL}20000) SELECT i + 10, hex(randomblob(500)) FROM g`;
      expect(await e.failure(big)).toMatchObject({ code: 'storage-full' });
      expect(await look(e)).toEqual({ rows: 1, check: 'ok' });
      const report = await e.run({ sql: `BEGIN; INSERT INTO t VALUES (2, 'y'); ${big}; COMMIT` });
      expect(report.outcomes.at(-1)).toMatchObject({ state: 'failed', error: { code: 'storage-full' } });
      expect(await look(e)).toEqual({ rows: 1, check: 'ok' });
    } finally {
      await session.send('Storage.overrideQuotaForOrigin', { origin: location.origin });
    }
    await e.script("INSERT INTO t VALUES (3, 'room again')");
    expect(await look(await reopened(e))).toEqual({ rows: 2, check: 'ok' });
  });
});

describe('a worker that is ended while it commits', () => {
  it('loses nothing that returned, ten times over', { timeout: 120_000 }, async () => {
    let e: EngineUnderTest = await opened('sqlite');
    await e.script('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); CREATE INDEX i ON t (b)');
    let next = 1;
    for (let kill = 0; kill < 10; kill++) {
      let returned = next - 1;
      let goOn = true;
      const writing = (async () => {
        while (goOn) {
          await e.run({ sql: `INSERT INTO t VALUES (${next}, hex(randomblob(${next % 3 === 0 ? 20_000 : 20})))` });
          returned = next++;
        }
      })();
      await new Promise((resolve) => setTimeout(resolve, 40 + 37 * kill));
      goOn = kill % 2 === 0; // at times between two commits, mostly within one
      e = await reopened(e);
      goOn = false;
      void writing;
      const [[rows, highest]] = (await e.rows('SELECT count(*), max(a) FROM t')) as [[number, number | null]];
      expect(rows).toBeGreaterThanOrEqual(returned);
      expect(rows).toBeLessThanOrEqual(returned + 1);
      expect(highest ?? 0).toBe(rows);
      expect((await look(e)).check).toBe('ok');
      next = rows + 1;
    }
    expect(next).toBeGreaterThan(20);
  });

  it('leaves no half of a large transaction', { timeout: 120_000 }, async () => {
    let e = await withTable();
    for (let kill = 0; kill < 3; kill++) {
      const [[before]] = (await e.rows('SELECT count(*) FROM t')) as [[number]];
      void e.run({ sql: `INSERT INTO t (b) ${FILL}100000) SELECT printf('%.*c', 200, 'y') FROM g` });
      await new Promise((resolve) => setTimeout(resolve, 120 + 200 * kill));
      e = await reopened(e);
      const { rows, check } = await look(e);
      expect([before, before + 100_000]).toContain(rows);
      expect(check).toBe('ok');
    }
  });
});
