import { afterEach, describe, expect, it } from 'vitest';
import { makeJournal, makeWal, pagesChanged } from '../fixtures/makeLog';
import { copyOf, endWorkers, opened, type EngineUnderTest } from './engineUnderTest';
import { hasSharedData, sharedFile, SKIPPED } from './sharedData';

afterEach(endWorkers);

const PAGE = 4096;
const rows = (e: EngineUnderTest) => e.rows('SELECT count(*), sum(length(b)) FROM t');

/** A database before and after a change. */
async function twoStates(): Promise<{ before: Uint8Array<ArrayBuffer>; after: Uint8Array<ArrayBuffer> }> {
  const e = await opened('sqlite');
  await e.script("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t SELECT value, 'old' FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 500) SELECT * FROM n)");
  const before = await copyOf(e);
  await e.script("UPDATE t SET b = 'longer than before' WHERE a % 3 = 0; INSERT INTO t SELECT a + 1000, 'new' FROM t; DELETE FROM t WHERE a < 20");
  return { before, after: await copyOf(e) };
}

const withLog = (database: Uint8Array<ArrayBuffer>, name: string, log: Uint8Array<ArrayBuffer>) =>
  opened('sqlite', { source: { kind: 'file', file: new Blob([database]), packed: false, log: { name, file: new Blob([log]), packed: false } } });

describe('a log beside a SQLite database', () => {
  it('of commits is read in, stays after a reopening, and can be gone back on', async () => {
    const { before, after } = await twoStates();
    const e = await withLog(before, 'shop.db-wal', makeWal(PAGE, [pagesChanged(before, after, PAGE)]));
    expect(e.report.notices.map((n) => n.message)).toEqual([expect.stringMatching(/^shop\.db-wal was read in: 1 commit, \d+ pages?\.$/)]);
    expect(await copyOf(e)).toEqual(after);
    expect((await e.commits(0, 10)).commits[0]!.statement).toBe('Read shop.db-wal in');
    await e.close();
    const again = await opened('sqlite', { source: { kind: 'stored' }, projectId: e.projectId });
    expect(again.report.notices).toEqual([]);
    expect(await copyOf(again)).toEqual(after);
  });

  it('of a transaction that did not end rolls it back', async () => {
    const { before, after } = await twoStates();
    const undo = pagesChanged(after, before, PAGE);
    const half = after.slice();
    const e = await withLog(half, 'shop.db-journal', makeJournal(PAGE, undo, 3));
    expect(e.report.notices[0]!.message).toMatch(/rolled back by shop\.db-journal/);
    expect(await copyOf(e)).toEqual(before);
    expect(await rows(e)).toEqual([[500, 1500]]);
  });

  it('of another database is refused, and nothing is left', async () => {
    const { before } = await twoStates();
    const other = makeWal(1024, [{ pages: new Map([[1, new Uint8Array(1024)]]), size: 1 }]);
    await expect(withLog(before, 'other.db-wal', other)).rejects.toMatchObject({ code: 'refused', message: /another database/ });
  });
});

describe.skipIf(!hasSharedData)(`logs of ../shared/data${hasSharedData ? '' : ` (${SKIPPED})`}`, () => {
  const pair = async (path: string, log: string) =>
    withLog(new Uint8Array(await (await sharedFile(path)).arrayBuffer()), log.split('/').pop()!, new Uint8Array(await (await sharedFile(log)).arrayBuffer()));

  it('gives all 1,900 rows of a write-ahead log', async () => {
    const e = await pair('sqlite/wal/events.sqlite', 'sqlite/wal/events.sqlite-wal');
    expect(await e.rows('SELECT count(*) FROM events')).toEqual([[1900]]);
    expect(await e.rows('PRAGMA integrity_check')).toEqual([['ok']]);
  });

  it('rolls a hot journal back', async () => {
    const e = await pair('sqlite/journal/bank.sqlite', 'sqlite/journal/bank.sqlite-journal');
    expect(await e.rows('SELECT count(*), min(v), max(v) FROM acc')).toEqual([[20000, 1, 1]]);
    expect(await e.rows('PRAGMA integrity_check')).toEqual([['ok']]);
  });
});
