import { expect, it } from 'vitest';
import { unpackPage } from '../../workers/wire/pageReader';
import type { PackedPage, Sort } from '$workers/engine';
import { opened, type EngineName } from './engineUnderTest';

const firsts = (page: PackedPage): number[] => unpackPage(page).map((row) => Number(row[0]));
const span = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

/** Rows by position, of results and of relations. */
export function windows(engine: EngineName): void {
  const lite = engine === 'sqlite';
  const schema = lite ? 'main' : 'public';
  const series = (n: number): string =>
    lite
      ? `WITH RECURSIVE g(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM g WHERE i < ${n - 1}) SELECT i FROM g`
      : `SELECT i FROM generate_series(0, ${n - 1}) AS g(i)`;

  it('gives rows of a result from any position', async () => {
    const e = await opened(engine);
    const [outcome] = await e.script(series(20_000));
    const id = outcome!.resultId!;
    expect(outcome!.rows).toBe(20_000);
    for (const [from, count] of [[0, 10], [499, 2], [7_777, 1_000], [19_990, 100], [20_000, 5], [3, 0]] as const) {
      expect(firsts(await e.fetch(id, from, count))).toEqual(span(from, Math.max(0, Math.min(count, 20_000 - from))));
    }
    await e.release(id);
    await expect(e.fetch(id, 0, 1)).rejects.toMatchObject({ code: 'refused' });
  });

  it('holds several results at once, as they were when they were read', async () => {
    const e = await opened(engine);
    await e.script(`CREATE TABLE t (a integer); INSERT INTO t ${series(1_000)}`);
    const [before] = await e.script('SELECT a FROM t ORDER BY a');
    await e.script('DELETE FROM t WHERE a >= 10');
    const [after] = await e.script('SELECT a FROM t ORDER BY a');
    expect(firsts(await e.fetch(before!.resultId!, 995, 10))).toEqual(span(995, 5));
    expect(after!.rows).toBe(10);
  });

  it('browses a table: pages, sorts, filters, a condition, counts', async () => {
    const e = await opened(engine);
    await e.script(
      `CREATE TABLE t (a integer PRIMARY KEY, b integer, c text);
       INSERT INTO t SELECT i, i % 7, 'row ' || i FROM (${series(30_000)}) AS s(i)`
        .replace('AS s(i)', lite ? 'AS s' : 'AS s(i)')
    );
    const base = { schema, relation: 't', filters: [] };
    const page = async (from: number, count: number, sorts: Sort[] = [], where?: string) =>
      e.browse({ ...base, sorts, from, count, where });
    const byA: Sort[] = [{ column: 'a', descending: false }];
    const first = await page(0, 100, byA);
    expect(first.columns.map((c) => [c.name, c.family])).toEqual([['a', 'integer'], ['b', 'integer'], ['c', 'text']]);
    expect(firsts(first.page)).toEqual(span(0, 100));
    expect(first.end).toBe(false);
    for (const from of [1_999, 2_000, 9_990, 25_000, 29_990, 30_000]) {
      const deep = await page(from, 50, byA);
      expect(firsts(deep.page)).toEqual(span(from, Math.min(50, 30_000 - from)));
      expect(deep.end).toBe(from + 50 > 30_000);
    }
    expect(firsts((await page(0, 3, [{ column: 'a', descending: true }])).page)).toEqual([29_999, 29_998, 29_997]);
    // Pages of equal sort keys join without a gap or a double.
    const byB: Sort[] = [{ column: 'b', descending: true }];
    const seen = new Set<number>();
    for (let from = 0; from < 30_000; from += 3_000) for (const a of firsts((await page(from, 3_000, byB)).page)) seen.add(a);
    expect(seen.size).toBe(30_000);
    expect(firsts((await page(12_000, 2, byA, 'b = 3')).page)).toEqual([]);
    expect(firsts((await page(4_000, 2, byA, 'b = 3 -- every seventh')).page)).toEqual([28_003, 28_010]);
    expect(await e.count(base)).toEqual({ count: 30_000, exact: true });
    expect(await e.count({ ...base, where: 'b = 3' })).toEqual({ count: 4_286, exact: true });
  });

  it('goes far in the order of a key, of one column or several', async () => {
    const e = await opened(engine);
    await e.script(`CREATE TABLE k (a integer, b text, c integer, PRIMARY KEY (a, b));
      INSERT INTO k SELECT i / 3, 'x' || (i % 3), i FROM (${series(40_000)}) AS s${lite ? '' : '(i)'};
      CREATE TABLE d (a integer PRIMARY KEY DESC); INSERT INTO d SELECT -i FROM (${series(12_000)}) AS s${lite ? '' : '(i)'}`.replace('KEY DESC', lite ? 'KEY DESC' : 'KEY'));
    const thirds = async (sorts: Sort[], from: number) =>
      unpackPage((await e.browse({ schema, relation: 'k', sorts, filters: [], from, count: 3 })).page).map((row) => Number(row[2]));
    const a: Sort = { column: 'a', descending: false };
    const b: Sort = { column: 'b', descending: false };
    for (const from of [4_999, 5_000, 12_345, 39_998, 40_000]) {
      expect(await thirds([a, b], from)).toEqual(span(from, Math.max(0, Math.min(3, 40_000 - from))));
    }
    if (!lite) expect(await thirds([a], 33_333)).toEqual(span(33_333, 3));
    await e.script('DELETE FROM k WHERE a < 1');
    expect(await thirds([a, b], 12_345)).toEqual(span(12_348, 3));
    const d = await e.browse({ schema, relation: 'd', sorts: [a], filters: [], from: 11_000, count: 2 });
    expect(firsts(d.page)).toEqual([-999, -998]);
    await e.script('BEGIN; DELETE FROM k WHERE a < 2');
    expect(await thirds([a, b], 12_345)).toEqual(span(12_351, 3));
    await e.script('DELETE FROM k WHERE a < 3');
    expect(await thirds([a, b], 12_345)).toEqual(span(12_354, 3));
    await e.script('ROLLBACK');
    expect(await thirds([a, b], 12_345)).toEqual(span(12_348, 3));
  });

  it('goes to the last rows in the order of a key from the end, once they are counted', async () => {
    const e = await opened(engine);
    await e.script(`CREATE TABLE l (a integer PRIMARY KEY, b text); INSERT INTO l SELECT i * 2, 'some words to fill blocks with ' || i FROM (${series(80_000)}) AS s${lite ? '' : '(i)'}`);
    const a: Sort[] = [{ column: 'a', descending: false }];
    const page = async (from: number, count = 3) => firsts((await e.browse({ schema, relation: 'l', sorts: a, filters: [], from, count })).page).map((v) => v / 2);
    const counted = async () => (await e.count({ schema, relation: 'l', filters: [] })).count;
    expect(await counted()).toBe(80_000);
    for (const from of [79_997, 79_999, 80_000, 75_001, 79_990, 60_000]) expect(await page(from)).toEqual(span(from, Math.max(0, Math.min(3, 80_000 - from))));
    await e.script('DELETE FROM l WHERE a = 0');
    expect(await page(79_996)).toEqual(span(79_997, 3));
    expect(await counted()).toBe(79_999);
    expect(await page(79_996, 100)).toEqual(span(79_997, 3));
    await e.script('INSERT INTO l (a) VALUES (-2)');
    expect(await page(79_996, 100)).toEqual(span(79_996, 4));
    // Between calls the keys are found for the rest.
    expect(await page(0)).toEqual([-1, 1, 2]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const from of [5_000, 40_000, 79_990]) expect(await page(from)).toEqual(span(from, 3));
  });

  it.runIf(lite)('goes far in a table WITHOUT ROWID, by its key', async () => {
    const e = await opened(engine);
    await e.script(`CREATE TABLE w (a text, b text COLLATE NOCASE, c integer, PRIMARY KEY (a, b)) WITHOUT ROWID;
      INSERT INTO w SELECT printf('%04d', i / 3), CASE i % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'B' ELSE 'c' END, i FROM (${series(20_000)}) AS s;
      CREATE TABLE d (a integer, b text, PRIMARY KEY (a DESC, b)) WITHOUT ROWID; INSERT INTO d SELECT -i, 'x' FROM (${series(9_000)}) AS s`);
    const thirds = async (sorts: Sort[], from: number, where?: string) =>
      unpackPage((await e.browse({ schema, relation: 'w', sorts, filters: [], from, count: 3, where })).page).map((row) => Number(row[2]));
    const a: Sort = { column: 'a', descending: false };
    const b: Sort = { column: 'b', descending: false };
    for (const sorts of [[], [a], [a, b]]) {
      for (const from of [0, 2_499, 2_500, 12_345, 19_998, 20_000]) expect(await thirds(sorts, from)).toEqual(span(from, Math.max(0, Math.min(3, 20_000 - from))));
    }
    expect(await thirds([a], 4_000, 'c % 2 = 0')).toEqual([8_000, 8_002, 8_004]);
    expect(await e.count({ schema, relation: 'w', filters: [] })).toEqual({ count: 20_000, exact: true });
    await e.script("DELETE FROM w WHERE a = '0000'");
    expect(await thirds([], 12_345)).toEqual(span(12_348, 3));
    expect(await e.count({ schema, relation: 'w', filters: [] })).toEqual({ count: 19_997, exact: true });
    await e.script('DELETE FROM w');
    expect(await e.count({ schema, relation: 'w', filters: [] })).toEqual({ count: 0, exact: true });
    expect(await thirds([], 5_000)).toEqual([]);
    expect(firsts((await e.browse({ schema, relation: 'd', sorts: [], filters: [], from: 8_000, count: 2 })).page)).toEqual([-8_000, -8_001]);
  });

  it('browses in the table’s own order, deep down, and sees what was written since', async () => {
    const e = await opened(engine);
    await e.script(`CREATE TABLE t (a integer PRIMARY KEY); INSERT INTO t SELECT i * 3 FROM (${series(50_000)}) AS s${lite ? '' : '(i)'}`);
    const page = async (from: number) =>
      firsts((await e.browse({ schema, relation: 't', sorts: [], filters: [], from, count: 3 })).page);
    expect(await page(43_210)).toEqual([129_630, 129_633, 129_636]);
    await e.script('DELETE FROM t WHERE a < 30');
    expect(await page(43_210)).toEqual([129_660, 129_663, 129_666]);
    expect(await e.count({ schema, relation: 't', filters: [] })).toEqual({ count: 49_990, exact: true });
    expect(await page(49_989)).toEqual([149_997]);
    await e.script('BEGIN; DELETE FROM t');
    expect(await e.count({ schema, relation: 't', filters: [] })).toEqual({ count: 0, exact: true });
    await e.script('ROLLBACK');
    expect(await page(49_989)).toEqual([149_997]);
  });

  it('keeps a changed row of a table with a key in its place', async () => {
    const e = await opened(engine);
    await e.script(`CREATE TABLE t (a integer PRIMARY KEY, b text); INSERT INTO t (a) ${series(100)}`);
    await e.script("UPDATE t SET b = 'changed' WHERE a = 3");
    const { page } = await e.browse({ schema, relation: 't', sorts: [], filters: [], from: 0, count: 10 });
    expect(firsts(page)).toEqual(span(0, 10));
    expect(unpackPage(page)[3]![1]).toBe('changed');
  });

  it('counts and browses a view', async () => {
    const e = await opened(engine);
    await e.script(`CREATE TABLE t (a integer); INSERT INTO t ${series(30_000)}; CREATE VIEW v AS SELECT a, a * 2 AS b FROM t WHERE a % 2 = 0`);
    const counting = e.count({ schema, relation: 'v', filters: [], where: 'b >= 100' });
    const page = await e.browse({ schema, relation: 'v', sorts: [{ column: 'b', descending: true }], filters: [], from: 2, count: 2 });
    expect(firsts(page.page)).toEqual([29_994, 29_992]);
    // The count that is under way does not stand in the way of this.
    await e.script('DROP VIEW v; CREATE VIEW v AS SELECT a, a * 2 AS b FROM t WHERE a % 2 = 0; DROP TABLE IF EXISTS u');
    expect(await counting).toEqual({ count: 14_975, exact: true });
  });

  it('gives one value of a table whole', async () => {
    const e = await opened(engine);
    const long = lite ? "printf('%.*c', 100000, 'y')" : "repeat('y', 100000)";
    await e.script(`CREATE TABLE t (a integer PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'x'), (2, ${long})`);
    const request = { schema, relation: 't', sorts: [{ column: 'a', descending: false }], filters: [], from: 0, count: 10 };
    expect(unpackPage((await e.browse(request)).page)[1]![1]).toMatchObject({ long: 'text', bytes: 100_000 });
    expect(await e.browseCell(request, 1, 1)).toBe('y'.repeat(100_000));
  });
}
