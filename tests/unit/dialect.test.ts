import { PGlite, type Transaction } from '@electric-sql/pglite';
import fc from 'fast-check';
import initSqlJs from 'sql.js';
import { afterAll, describe, expect, it } from 'vitest';
import { dialectOf } from '../../workers/dialect/dialectOf';
import type { Catalog, RelationInfo } from '../../workers/wire/catalog';
import type { BrowseRequest, Filter } from '../../workers/wire/results';

const SQL = await initSqlJs();
const db = new SQL.Database();
const pg = await PGlite.create();
afterAll(() => pg.close());
const sqlite = dialectOf('sqlite');
const postgres = dialectOf('postgres');

const oddNames = ['', 'a b', 'quo"te', 'back`tick', '[x]', "it's", '; drop table x; --', 'order', 'ORDER', 'Ünï', '😀', '?', '$1', ':a', '1a', 'a\nb', 'main', 'rowid'];

const request = (relation: string, more: Partial<BrowseRequest> = {}): BrowseRequest => ({
  schema: 'main',
  relation,
  sorts: [],
  filters: [],
  from: 0,
  count: 100,
  ...more
});
const filter = (column: string, operator: string, ...values: string[]): Filter => ({ column, operator, values, enabled: true });

describe('quoting', () => {
  it('leaves plain names bare and quotes the rest', () => {
    expect(['film', 'Film', 'film_id2', 'select', 'a b', ''].map((n) => postgres.quote(n))).toEqual(['film', '"Film"', 'film_id2', '"select"', '"a b"', '""']);
    expect(['film', 'Film', 'select', '$x', ''].map((n) => sqlite.quote(n))).toEqual(['film', 'Film', '"select"', '"$x"', '""']);
    expect([sqlite.quote('film', true), postgres.quote('film', true)]).toEqual(['"film"', '"film"']);
  });

  it('leaves the schema out only where the bare name means the relation', () => {
    const schema = (name: string, ...relations: string[]) => ({ name, relations: relations.map((relation) => ({ relation }) as RelationInfo), functions: [], types: [] });
    const catalog: Catalog = { schemas: [schema('main', 't', 'u'), schema('temp', 'U')], defaultSchema: 'main', extensions: [] };
    expect(sqlite.qualified({ schema: 'main', relation: 't' })).toBe('main.t');
    expect(sqlite.qualified({ schema: 'main', relation: 't' }, catalog)).toBe('t');
    expect(sqlite.qualified({ schema: 'main', relation: 'u' }, catalog)).toBe('main.u');
    expect(sqlite.qualified({ schema: 'temp', relation: 'U' }, catalog)).toBe('"temp".U');
    const own: Catalog = { schemas: [], defaultSchema: 'public', extensions: [] };
    expect(postgres.qualified({ schema: 'public', relation: 'Film' }, own)).toBe('"Film"');
    expect(postgres.qualified({ schema: 'public', relation: 'pg_class' }, own)).toBe('public.pg_class');
    expect(postgres.qualified({ schema: 'other', relation: 'film' }, own)).toBe('other.film');
  });

  it('names what it should, in both engines', async () => {
    for (const name of oddNames) {
      db.exec(`create table ${sqlite.quote(name)} (${sqlite.quote(name)} int); insert into ${sqlite.quote(name)} values (7)`);
      const { sql, params } = sqlite.browse(request(name, { filters: [filter(name, 'equals', '7')], sorts: [{ column: name, descending: true }] }));
      expect(db.exec(sql, params as never)[0], name).toEqual({ columns: [name], values: [[7]] });
      db.exec(`drop table ${sqlite.quote(name)}`);
    }
    for (const name of oddNames.filter((n) => n !== '')) {
      await pg.exec(`create table public.${postgres.quote(name)} (${postgres.quote(name)} int); insert into ${postgres.quote(name)} values (7)`);
      const { sql, params } = postgres.browse(request(name, { schema: 'public', filters: [filter(name, 'equals', '7')] }));
      expect((await pg.query(sql, params)).rows).toEqual([{ [name]: 7 }]);
      await pg.exec(`drop table ${postgres.quote(name)}`);
    }
  });

  it('needs no quotes where it sets none', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z_][a-zA-Z_0-9]{0,12}$/), (name) => {
        expect(db.exec(`select 1 as ${sqlite.quote(name)}`)[0]!.columns).toEqual([name]);
      })
    );
  });
});

describe('browse and count in SQLite', () => {
  db.exec(`create table v(a, t text, n numeric);
    insert into v values (5,'05',5), ('5','5',5.5), ('05','Ab%c',null), (10,'a_b',10), (null,'axb','x'), (x'35','',7), (5.0,'5.0',-1);
    create index v_t on v(t, a, n)`);
  const rowids = (filters: Filter[], where?: string): unknown => {
    const { sql, params } = sqlite.browse(request('v', { filters, where }));
    const counted = sqlite.count({ ...request('v', { filters, where }) });
    const rows = db.exec(sql.replace('SELECT *', 'SELECT rowid'), params as never)[0]?.values.map((r) => r[0]) ?? [];
    expect(db.exec(counted.sql, counted.params as never)[0]!.values[0]![0]).toBe(rows.length);
    return rows.sort();
  };

  it('brings rows in the order of the table, whatever index covers them', () => {
    db.exec("create table narrow(id integer primary key, a text); insert into narrow values (1, 'z'), (2, 'a'); create index narrow_a on narrow(a)");
    // The planner's statistics say that the index is the smaller way to all columns.
    db.exec("analyze; insert into sqlite_stat1 values ('narrow', 'narrow_a', '2 1 sz=1'); analyze sqlite_schema");
    expect(db.exec('select * from narrow')[0]!.values[0]).toEqual([2, 'a']);
    expect(db.exec(sqlite.browse(request('narrow')).sql)[0]!.values).toEqual([[1, 'z'], [2, 'a']]);
    const { sql } = sqlite.browse(request('v'));
    expect(db.exec(sql)[0]!.values.map((r) => r[1])).toEqual(['05', '5', 'Ab%c', 'a_b', 'axb', '', '5.0']);
    expect(db.exec(sqlite.browse(request('v', { from: 5, count: 1 })).sql)[0]!.values).toHaveLength(1);
  });

  it.each<[Filter, number[]]>([
    [filter('a', 'equals', '5'), [1, 2, 7]],
    [filter('a', 'equals', '5.0'), [1, 7]],
    [filter('a', 'equals', '05'), [1, 3, 7]],
    [filter('t', 'equals', '5'), [2]],
    [filter('t', 'equals', '05'), [1]],
    [filter('n', 'equals', '5'), [1]],
    [filter('n', 'equals', '5.50'), [2]],
    [filter('n', 'not-equals', '5'), [2, 4, 5, 6, 7]],
    [filter('n', 'less', '5.5'), [1, 7]],
    [filter('n', 'at-most', '5.5'), [1, 2, 7]],
    [filter('n', 'greater', '6'), [4, 5, 6]],
    [filter('a', 'greater', '6'), [4, 6]],
    [filter('a', 'at-least', '10'), [4, 2, 6].sort()],
    [filter('t', 'contains', 'B%'), [3]],
    [filter('t', 'contains', '_'), [4]],
    [filter('t', 'starts-with', 'A'), [3, 4, 5]],
    [filter('t', 'ends-with', 'B'), [4, 5]],
    [filter('t', 'not-contains', 'b'), [1, 2, 6, 7]],
    [filter('a', 'is-null'), [5]],
    [filter('n', 'is-not-null'), [1, 2, 4, 5, 6, 7]],
    [filter('a', 'in', '5', '10'), [1, 2, 4, 7]],
    [filter('t', 'in', '5', 'axb'), [2, 5]],
    [filter('t', 'in'), []],
    [{ ...filter('t', 'equals', 'no'), enabled: false }, [1, 2, 3, 4, 5, 6, 7]]
  ])('filters by %o', (f, expected) => {
    expect(rowids([f])).toEqual(expected);
  });

  it('takes a raw condition as it stands, and no more', () => {
    expect(rowids([], "t = '5' or a = 10")).toEqual([2, 4]);
    expect(rowids([filter('a', 'is-not-null')], "t = '5' or a = 10 -- and so on")).toEqual([2, 4]);
    expect(rowids([filter('n', 'is-not-null')], 'a is null or 1;')).toEqual([1, 2, 4, 5, 6, 7]);
    expect(rowids([], ' -- nothing\n')).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(rowids([filter('a', 'is-not-null')], 'a = 10 /* never closed')).toEqual([4]);
    expect(() => rowids([], '1; drop table v')).toThrow();
    expect(db.exec('select count(*) from v')[0]!.values[0]![0]).toBe(7);
  });

  it('says that a column is not there, and that an operator is not', () => {
    expect(() => rowids([filter('nope', 'equals', 'nope')])).toThrow(/no such column/);
    expect(() => rowids([filter('a', 'near', '1')])).toThrow(/no filter "near"/);
  });

  it('browses what is no ordinary table', () => {
    db.exec(`create view vw as select a, a from v; create table wr(a text primary key) without rowid; create virtual table ft using fts4(x)`);
    for (const name of ['vw', 'wr', 'ft']) expect(() => db.exec(sqlite.browse(request(name)).sql)).not.toThrow();
  });
});

describe('browse and count in Postgres', () => {
  const relation = (kind: RelationInfo['kind'], ...columns: [string, string, number][]): RelationInfo => ({
    schema: 'public',
    relation: 'p',
    kind,
    foreignKeys: [],
    rows: null,
    columns: columns.map(([name, type, keyPlace]) => ({ name, type, keyPlace }) as RelationInfo['columns'][number])
  });
  const made = pg.exec(`create type mood as enum ('sad', 'ok', 'happy');
    create table p(id int primary key, t text, j json, m mood, n numeric, d date, a int[]);
    insert into p values (1, 'Ab%c', '{"a":1}', 'happy', 1.50, '2026-01-02', '{1}'), (2, 'a_b', null, 'sad', 2, '2026-01-10', '{2}'),
      (3, 'axb\\c', '[]', 'ok', null, null, null), (4, null, '{"a":1}', 'ok', 10, '2025-12-31', '{10}')`);
  const whole = relation('table', ['id', 'integer', 1], ['j', 'json', 0]);
  const ids = async (more: Partial<BrowseRequest>, info?: RelationInfo, tx: PGlite | Transaction = pg): Promise<unknown> => {
    await made;
    const { sql, params } = postgres.browse(request('p', { schema: 'public', ...more }), info);
    const counted = postgres.count(request('p', { schema: 'public', ...more }), info);
    const rows = (await tx.query<{ id: number }>(sql, params)).rows.map((r) => r.id);
    if (!more.count) expect((await tx.query<{ count: number }>(counted.sql, counted.params)).rows[0]!.count).toBe(rows.length);
    return rows;
  };

  it.each<[Filter, number[]]>([
    [filter('id', 'equals', '2'), [2]],
    [filter('id', 'in', '1', '3'), [1, 3]],
    [filter('id', 'in'), []],
    [filter('n', 'equals', '1.5'), [1]],
    [filter('n', 'less', '5'), [1, 2]],
    [filter('m', 'greater', 'sad'), [1, 3, 4]],
    [filter('d', 'at-least', '2026-01-02'), [1, 2]],
    [filter('a', 'equals', '{10}'), [4]],
    [filter('t', 'contains', 'B%'), [1]],
    [filter('t', 'starts-with', 'A'), [1, 2, 3]],
    [filter('t', 'ends-with', '\\C'), [3]],
    [filter('t', 'contains', '_'), [2]],
    [filter('n', 'contains', '.5'), [1]],
    [filter('t', 'not-contains', 'x'), [1, 2]],
    [filter('t', 'not-equals', 'a_b'), [1, 3]],
    [filter('j', 'equals', '{"a":1}'), [1, 4]],
    [filter('j', 'is-null'), [2]],
    [filter('j', 'is-not-null'), [1, 3, 4]]
  ])('filters by %o', async (f, expected) => {
    expect(await ids({ filters: [f] }, whole)).toEqual(expected);
  });

  it('sorts stably, by types without an order too', async () => {
    expect(await ids({ sorts: [{ column: 'm', descending: true }] }, whole)).toEqual([1, 3, 4, 2]);
    expect(await ids({ sorts: [{ column: 'j', descending: false }] }, whole)).toEqual([3, 1, 4, 2]);
    const sql = (info?: RelationInfo, column = 'm'): string =>
      postgres.browse(request('p', { schema: 'public', sorts: [{ column, descending: false }] }), info).sql.split('\n')[1]!;
    expect(sql(whole)).toBe('ORDER BY "m", "id"');
    expect(sql(whole, 'id')).toBe('ORDER BY "id"');
    expect(sql(relation('table'))).toBe('ORDER BY "m", tableoid, ctid');
    expect(sql(relation('view'))).toBe('ORDER BY "m"');
    expect(sql()).toBe('ORDER BY "m"');
    await made;
    await pg.query(postgres.browse(request('p', { schema: 'public', sorts: [{ column: 'm', descending: false }] }), relation('table')).sql);
  });

  it('takes a raw condition as it stands', async () => {
    expect(await ids({ where: "n > 1 or t ilike 'axb%' -- so", filters: [filter('id', 'greater', '1')] })).toEqual([2, 3, 4]);
    await expect(ids({ where: '1; drop table p' })).rejects.toThrow();
    expect(await ids({ from: 1, count: 2 })).toEqual([2, 3]);
  });

  it('lets the engine say what does not fit a type', async () => {
    await expect(ids({ filters: [filter('id', 'equals', 'x')] })).rejects.toThrow(/invalid input syntax/);
  });
});

describe('familyOf', () => {
  it.each([
    ['INTEGER', 'integer'],
    ['varchar(20)', 'text'],
    ['DATETIME', 'temporal'],
    ['NUMERIC(10,2)', 'number'],
    ['BOOLEAN', 'boolean'],
    ['BLOB', 'binary'],
    ['POINT', 'binary'],
    ['json', 'json'],
    ['', 'other']
  ])('of SQLite, %s', (type, family) => expect(sqlite.familyOf(type)).toBe(family));

  it.each([
    ['integer', 'integer'],
    ['numeric(10,2)', 'number'],
    ['character varying(20)', 'text'],
    ['timestamp(3) with time zone', 'temporal'],
    ['interval year to month', 'temporal'],
    ['integer[]', 'array'],
    ['jsonb', 'json'],
    ['bytea', 'binary'],
    ['boolean', 'boolean'],
    ['public.citext', 'text'],
    ['"char"', 'text'],
    ['tsvector', 'other'],
    ['point', 'other']
  ])('of Postgres, %s', (type, family) => expect(postgres.familyOf(type)).toBe(family));
});
