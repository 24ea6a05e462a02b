import { expect, it } from 'vitest';
import type { EngineError, FilterNode } from '$workers/engine';
import { dialectOf } from '../../workers/dialect/dialectOf';
import { unpackPage } from '../../workers/wire/pageReader';
import { opened, type EngineName, type EngineUnderTest } from './engineUnderTest';

/** Finding rows, what a column holds, what a foreign key may point to, what a script would do away with. */
export function lookups(engine: EngineName): void {
  const lite = engine === 'sqlite';
  const schema = lite ? 'main' : 'public';
  const n = (value: number): number | string => (lite ? value : String(value));
  const people = async (): Promise<EngineUnderTest> => {
    const e = await opened(engine);
    await e.script(`CREATE TABLE p (id integer PRIMARY KEY, name text, born date, ok boolean, score ${lite ? 'real' : 'double precision'});
      INSERT INTO p VALUES (1, 'Ada', '1815-12-10', true, 1.5), (2, 'bob', '1990-01-01', false, 2.5), (3, '', NULL, NULL, 2.5), (4, '100%_x', '2000-02-29', true, 40)`);
    return e;
  };
  const ids = async (e: EngineUnderTest, filters: FilterNode[], more: { search?: string; where?: string } = {}): Promise<number[]> => {
    const sorts = [{ column: 'id', descending: false }];
    const { page } = await e.browse({ schema, relation: 'p', sorts, filters, from: 0, count: 99, ...more });
    const found = unpackPage(page).map((row) => Number(row[0]));
    expect(await e.count({ schema, relation: 'p', filters, ...more })).toEqual({ count: found.length, exact: true });
    return found;
  };
  const on = (column: string, operator: string, ...values: string[]): FilterNode => ({ column, operator, values, enabled: true });

  it('finds rows by every operator that a column’s family has', async () => {
    const e = await people();
    const cases: [FilterNode, number[]][] = [
      [on('name', 'equals', 'Ada'), [1]],
      [on('name', 'not-equals', 'Ada'), [2, 3, 4]],
      [on('name', 'contains', 'A'), [1]],
      [on('name', 'contains', '%'), [4]],
      [on('name', 'not-contains', 'a'), [2, 3, 4]],
      [on('name', 'starts-with', 'BO'), [2]],
      [on('name', 'ends-with', '_x'), [4]],
      [on('name', 'like', '_da'), [1]],
      [on('name', 'not-like', 'b%'), [1, 3, 4]],
      [on('name', 'is-empty'), [3]],
      [on('name', 'is-not-empty'), [1, 2, 4]],
      [on('name', 'in', 'Ada', ''), [1, 3]],
      [on('name', 'not-in', 'Ada', ''), [2, 4]],
      [on('born', 'is-null'), [3]],
      [on('born', 'less', '1990-01-01'), [1]],
      [on('born', 'greater', '1990-01-01'), [4]],
      [on('born', 'between', '1900-01-01', '1999-12-31'), [2]],
      [on('ok', 'is-true'), [1, 4]],
      [on('ok', 'is-false'), [2]],
      [on('score', 'between', '2', '9'), [2, 3]],
      [on('score', 'at-least', '2.5'), [2, 3, 4]],
      [on('score', 'at-most', '2.5'), [1, 2, 3]],
      [on('born', 'is-not-null'), [1, 2, 4]],
      [on('id', 'in', '4', '1'), [1, 4]],
      [on('id', 'not-in', '4', '1'), [2, 3]]
    ];
    if (!lite) cases.push([on('name', 'matches', '^[A-Z]da$'), [1]], [on('name', 'not-matches', 'a|b'), [3, 4]]);
    expect(new Set(cases.map(([filter]) => (filter as { operator: string }).operator))).toEqual(new Set(dialectOf(engine).operators.map((o) => o.id)));
    for (const [filter, wanted] of cases) expect(await ids(e, [filter]), JSON.stringify(filter)).toEqual(wanted);
  });

  it('joins filters by and, or, and in groups; searches all columns', async () => {
    const e = await people();
    const either: FilterNode = { join: 'or', enabled: true, filters: [on('name', 'equals', 'Ada'), { join: 'and', enabled: true, filters: [on('score', 'equals', '2.5'), on('born', 'is-null')] }] };
    expect(await ids(e, [either])).toEqual([1, 3]);
    expect(await ids(e, [either, on('ok', 'is-true')])).toEqual([1]);
    expect(await ids(e, [{ ...either, enabled: false }])).toEqual([1, 2, 3, 4]);
    expect(await ids(e, [{ join: 'or', enabled: true, filters: [] }])).toEqual([1, 2, 3, 4]);
    expect(await ids(e, [{ join: 'or', enabled: true, filters: [{ ...(on('id', 'equals', '1') as object), enabled: false } as FilterNode] }])).toEqual([1, 2, 3, 4]);
    expect(await ids(e, [], { search: '1990' })).toEqual([2]);
    expect(await ids(e, [], { search: 'aDA' })).toEqual([1]);
    expect(await ids(e, [on('ok', 'is-true')], { search: '40', where: 'id > 1' })).toEqual([4]);
  });

  it('names the filter that is to blame', async () => {
    const e = await people();
    const blamed = async (filters: FilterNode[], where?: string): Promise<string | undefined> => {
      const request = { schema, relation: 'p', sorts: [], filters, from: 0, count: 10, where };
      const error = (await e.browse(request).catch((x: unknown) => x)) as EngineError;
      const counted = (await e.count({ schema, relation: 'p', filters, where }).catch((x: unknown) => x)) as EngineError;
      expect(counted.filter).toBe(error.filter);
      return error.filter;
    };
    expect(await blamed([on('id', 'equals', '1'), on('nowhere', 'equals', '1')])).toBe('1');
    expect(await blamed([on('id', 'equals', '1'), { join: 'or', enabled: true, filters: [on('id', 'equals', '2'), on('id', 'between', '2')] }])).toBe('1.1');
    expect(await blamed([on('id', 'equals', '1')], 'id ==== 2')).toBe('where');
    if (!lite) expect(await blamed([on('id', 'equals', 'x')])).toBe('0');
    if (!lite) expect(await blamed([on('name', 'matches', '(')])).toBe('0');
  });

  it('tells what a column holds', async () => {
    const e = await people();
    const score = await e.columnStats({ schema, relation: 'p', filters: [] }, 'score');
    expect(score).toMatchObject({ rows: 4, nulls: 0, distinct: 3 });
    expect([score.min, score.max, score.sum, score.mean].map((v) => (v !== null && typeof v === 'object' && 'real' in v ? v.real : Number(v)))).toEqual([1.5, 40, 46.5, 11.625]);
    expect(score.top[0]).toEqual({ value: lite ? 2.5 : '2.5', count: 2 });
    expect(score.histogram).toHaveLength(20);
    expect(score.histogram.map((h) => h.count)).toEqual([3, ...Array<number>(18).fill(0), 1]);
    expect([score.histogram[0]!.from, score.histogram[19]!.to]).toEqual([1.5, 40]);
    const born = await e.columnStats({ schema, relation: 'p', filters: [on('ok', 'is-true')] }, 'born');
    expect(born).toMatchObject({ rows: 2, nulls: 0, distinct: 2, min: '1815-12-10', max: '2000-02-29', sum: null, histogram: [] });
    expect(await e.columnStats({ schema, relation: 'p', filters: [] }, 'ok')).toMatchObject({ rows: 4, nulls: 1, distinct: 2 });
    expect(await e.columnStats({ schema, relation: 'p', filters: [], where: 'id > 9' }, 'score')).toMatchObject({ rows: 0, min: null, histogram: [], top: [] });
    await expect(e.columnStats({ schema, relation: 'p', filters: [] }, 'nowhere')).rejects.toMatchObject({ code: 'refused' });
    await expect(e.columnStats({ schema, relation: 'p', filters: [], where: 'id +' }, 'id')).rejects.toMatchObject({ filter: 'where' });
  });

  it('offers the rows that a foreign key may point to, and counts those that point back', async () => {
    const e = await opened(engine);
    await e.script(`CREATE TABLE place (a integer, b text, note text, title text, PRIMARY KEY (a, b));
      CREATE TABLE visit (id integer PRIMARY KEY, pb text, pa integer, FOREIGN KEY (pa, pb) REFERENCES place (a, b));
      INSERT INTO place VALUES (1, 'x', 'n', 'Bern'), (11, 'y', 'n', 'Basel'), (2, '1', 'z 1', 'Zug'), (100, 'b', NULL, 'Genf');
      INSERT INTO visit VALUES (1, 'x', 1), (2, 'x', 1), (3, NULL, 1)`);
    const ask = async (search: string, value?: (number | string)[]) =>
      e.foreignKeyChoices({ schema, relation: 'visit', columns: ['pa', 'pb'], search, limit: 3, ...(value ? { value } : {}) });
    const all = await ask('');
    expect([all.target, all.keys, all.more, all.columns.map((c) => c.name)]).toEqual([{ schema, relation: 'place' }, 2, true, ['a', 'b', 'note', 'title']]);
    expect(unpackPage(all.page).map((r) => r[0])).toEqual([1, 2, 11].map(n));
    expect(unpackPage((await ask('1')).page).map((r) => r[0])).toEqual([1, 11, 100].map(n));
    expect(unpackPage((await ask('bA')).page)).toEqual([[n(11), 'y', 'n', 'Basel']]);
    expect(unpackPage((await ask('', [n(2), '1'])).page)).toEqual([[n(2), '1', 'z 1', 'Zug']]);
    await expect(e.foreignKeyChoices({ schema, relation: 'visit', columns: ['pa'], search: '', limit: 3 })).rejects.toMatchObject({ code: 'refused' });
    expect(await e.referencingRows({ schema, relation: 'place' }, { a: n(1), b: 'x' })).toEqual([
      { from: { schema, relation: 'visit' }, columns: ['pa', 'pb'], targetColumns: ['a', 'b'], count: 2, more: false }
    ]);
  });

  it('tells what a script would do away with', async () => {
    const e = await people();
    await e.script('CREATE TABLE q (a integer); CREATE VIEW v AS SELECT 1 AS a');
    const found = await e.dangers(`
      SELECT 1; UPDATE p SET ok = NULL; DELETE FROM p WHERE id = 1; ${lite ? 'DELETE FROM "P"' : 'TRUNCATE p, ONLY q'};
      CREATE TABLE mine (a integer); DELETE FROM mine; DROP TABLE mine; DROP TABLE IF EXISTS nowhere; DROP VIEW v;
      CREATE TABLE IF NOT EXISTS q (a integer); DROP TABLE q`);
    expect(found.map((d) => [d.index, d.what, d.relation?.relation, d.rows?.count])).toEqual([
      [1, 'UPDATE without WHERE', 'p', 4],
      [3, lite ? 'DELETE without WHERE' : 'TRUNCATE', 'p', 4],
      ...(lite ? [] : [[3, 'TRUNCATE', 'q', 0]]),
      [8, 'DROP VIEW', 'v', undefined],
      [10, 'DROP TABLE', 'q', 0]
    ]);
    expect(await e.dangers('')).toEqual([]);
  });
}
