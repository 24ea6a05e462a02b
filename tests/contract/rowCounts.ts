import { expect, it } from 'vitest';
import { opened, type EngineName } from './engineUnderTest';

/** Rows of tables, as far as they come cheaply. */
export function rowCounts(engine: EngineName): void {
  const lite = engine === 'sqlite';
  const schema = lite ? 'main' : 'public';
  const series = (n: number): string =>
    lite
      ? `WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < ${n}) SELECT i FROM g`
      : `SELECT i FROM generate_series(1, ${n}) AS g(i)`;
  const refs = (...names: string[]) => names.map((relation) => ({ schema, relation }));

  it('counts small tables, and tells nothing of what is not there', async () => {
    const e = await opened(engine);
    await e.script(`
      CREATE TABLE none (a integer);
      CREATE TABLE "odd "" name" (rowid_ integer, a text);
      INSERT INTO "odd "" name" (rowid_) ${series(3)};
      CREATE TABLE several (a integer PRIMARY KEY);
      INSERT INTO several ${series(1_000)};
      DELETE FROM several WHERE a % 3 = 0;`);
    expect(await e.rowCounts(refs('none', 'odd " name', 'gone', 'several'))).toEqual([
      { count: 0, exact: true },
      { count: 3, exact: true },
      null,
      { count: 667, exact: true }
    ]);
    expect(await e.rowCounts([])).toEqual([]);
  });

  it('leaves an open transaction as it is', async () => {
    const e = await opened(engine);
    await e.script('CREATE TABLE t (a integer); INSERT INTO t VALUES (1)');
    await e.script('BEGIN; INSERT INTO t VALUES (2)');
    expect(await e.rowCounts(refs('t', 'gone'))).toEqual([{ count: 2, exact: true }, null]);
    await e.script('INSERT INTO t VALUES (3); ROLLBACK');
    expect(await e.rowCounts(refs('t'))).toEqual([{ count: 1, exact: true }]);
    await e.script('DROP TABLE t');
  });

  if (!lite) return;

  it('guesses large tables by their rowids, within a few percent where these are even', async () => {
    const e = await opened(engine);
    await e.script(`
      CREATE TABLE wide (a integer PRIMARY KEY, b text);
      INSERT INTO wide SELECT i * 3, hex(zeroblob(300)) FROM (${series(200_000)});
      CREATE TABLE bare (a text PRIMARY KEY, b text) WITHOUT ROWID;
      INSERT INTO bare SELECT i, hex(zeroblob(10)) FROM (${series(30_000)});`);
    const [wide, bare] = await e.rowCounts(refs('wide', 'bare'));
    expect(Math.abs(wide!.count / 200_000 - 1)).toBeLessThan(0.05);
    expect(wide!.exact ? wide!.count : 200_000).toBe(200_000);
    expect(bare).toBeNull();
  });
}
