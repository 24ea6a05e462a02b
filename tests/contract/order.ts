import { expect, it } from 'vitest';
import { opened, type EngineName } from './engineUnderTest';

/** Calls at the same time. */
export function order(engine: EngineName): void {
  it('runs concurrent calls one by one, in order of arrival', async () => {
    const e = await opened(engine);
    await e.script(`CREATE TABLE t (n ${engine === 'sqlite' ? 'INTEGER PRIMARY KEY' : 'serial PRIMARY KEY'}, v integer)`);
    const runs = Array.from({ length: 25 }, (_, i) => e.run({ sql: `INSERT INTO t (v) VALUES (${i}); SELECT count(*) FROM t` }));
    const reports = await Promise.all([...runs, e.catalog(), e.ping()]);
    expect(reports).toHaveLength(27);
    const rows = await e.rows('SELECT v FROM t ORDER BY n');
    expect(rows.map(([v]) => Number(v))).toEqual(Array.from({ length: 25 }, (_, i) => i));
  });

  it('counts in the background of other calls', async () => {
    const e = await opened(engine);
    const many = engine === 'sqlite'
      ? 'WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 200000) SELECT i FROM g'
      : 'SELECT i FROM generate_series(1, 200000) AS g(i)';
    await e.script(`CREATE TABLE t (a integer); INSERT INTO t ${many}`);
    const schema = engine === 'sqlite' ? 'main' : 'public';
    const [count, rows] = await Promise.all([
      e.count({ schema, relation: 't', filters: [], where: 'a % 2 = 0' }),
      e.rows('SELECT max(a) FROM t')
    ]);
    expect(count).toEqual({ count: 100_000, exact: true });
    expect(Number(rows[0]![0])).toBe(200_000);
  });
}
