import * as Comlink from 'comlink';
import { afterEach, describe, expect, it } from 'vitest';
import { planCopy } from '$workers/dialect/copyPlan';
import { dialectOf } from '$workers/dialect/dialectOf';
import { endWorkers, opened, type EngineUnderTest } from './engineUnderTest';
import { copy, tablesOf } from './copying';
import { hasSharedData, sharedFile, SKIPPED } from './sharedData';

afterEach(endWorkers);

/** All values of a table by SQLite's own text, in an order that does not depend on where they come from. */
async function texts(e: EngineUnderTest, relation: string): Promise<string[]> {
  const name = `"${relation.replaceAll('"', '""')}"`;
  const { info } = await e.structure({ schema: 'main', relation });
  const list = info.columns.map((c) => `quote("${c.name}")`).join(` || '|' || `);
  return (await e.rows(`SELECT ${list} FROM ${name} ORDER BY 1`)).map((r) => r[0] as string);
}

const script = `
  CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, born DATE, seen DATETIME, ok BOOLEAN, price NUMERIC, r REAL, b BLOB);
  CREATE TABLE child (a INTEGER NOT NULL, b TEXT NOT NULL DEFAULT 'x', parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE, any_thing, PRIMARY KEY (a, b));
  CREATE INDEX child_parent ON child (parent_id DESC);
  INSERT INTO parent VALUES (1, 'ü', '2026-01-02', '2026-01-02 03:04:05', 1, 1, 1.0, x'00ff'), (9223372036854775807, '', NULL, NULL, 0, 0.1, 1e300, NULL);
  INSERT INTO child VALUES (1, 'q''\\"', 1, NULL), (2, 'x', 9223372036854775807, 7), (3, 'x', NULL, -7)`;

describe('copies to another connection', () => {
  it('go from SQLite to Postgres and back with every value, key, index and foreign key', async () => {
    const [lite, post, back] = [await opened('sqlite'), await opened('postgres'), await opened('sqlite')];
    await lite.script(script);
    const there = await copy(lite, 'sqlite', post, 'postgres', await tablesOf(lite));
    expect(there).toMatchObject({ rows: 5, notes: [] });
    const { info, indexes } = await post.structure({ schema: 'public', relation: 'child' });
    expect(info.foreignKeys).toMatchObject([{ columns: ['parent_id'], onDelete: 'CASCADE' }]);
    expect(indexes.map((i) => i.name)).toContain('child_parent');
    const parent = (await post.structure({ schema: 'public', relation: 'parent' })).info;
    expect(parent.columns.map((c) => c.type)).toEqual(['bigint', 'text', 'date', 'timestamp without time zone', 'boolean', 'numeric', 'double precision', 'bytea']);
    expect(parent.columns[1]!.nullable).toBe(false);
    await expect(copy(post, 'postgres', back, 'sqlite', await tablesOf(post))).resolves.toMatchObject({ rows: 5, notes: [] });
    for (const table of ['parent', 'child']) expect(await texts(back, table)).toEqual(await texts(lite, table));
    expect(await back.rows('PRAGMA foreign_key_check')).toEqual([]);
    // A new row gets a key behind those that came.
    await back.script("INSERT INTO child (a, parent_id) VALUES (9, 1)");
    expect(await back.rows('SELECT b FROM child WHERE a = 9')).toEqual([['x']]);
  });

  it('say what cannot be carried, and carry the rest', async () => {
    const [post, lite] = [await opened('postgres'), await opened('sqlite')];
    await post.script(`CREATE TYPE mood AS ENUM ('sad', 'it''s');
      CREATE TABLE t (id serial PRIMARY KEY, n numeric, a int[], j jsonb, m mood, at timestamptz, f float8 DEFAULT random());
      INSERT INTO t (n, a, j, m, at, f) VALUES (12345678901234567890.123, '{1,NULL}', '{"a": 1}', 'it''s', '2026-01-02 03:04:05+00', 0.5)`);
    const report = await copy(post, 'postgres', lite, 'sqlite', await tablesOf(post));
    expect(report.planned.join()).toContain('random()');
    expect(await lite.rows('SELECT n, a, j, m, at FROM t')).toEqual([['12345678901234567890.123', '[1,null]', '{"a": 1}', "it's", '2026-01-02 03:04:05+00']]);
    expect((await lite.failure("INSERT INTO t (m) VALUES ('glad')")).code).toContain('CHECK');
  });

  it('leave the target as it was when they fail or are cancelled', async () => {
    const [lite, post] = [await opened('sqlite'), await opened('postgres')];
    await lite.script("CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x'), (CAST(x'ff' AS TEXT)); CREATE TABLE many AS WITH RECURSIVE s(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM s WHERE n < 200000) SELECT n FROM s");
    const ref = { schema: 'main', relation: 'many' };
    const structure = await lite.structure(ref);
    const catalog = await post.catalog();
    const plan = planCopy({ from: dialectOf('sqlite'), to: dialectOf('postgres'), tables: [{ structure, survey: await lite.surveyRelation(ref) }], schema: 'public', catalog, types: new Map() });
    const { port1, port2 } = new MessageChannel();
    const sending = lite.sendRows({ tables: [{ ref, columns: ['n'] }] }, Comlink.transfer(port1, [port1]));
    const receiving = post.receiveRows({ plan, from: 'sqlite', expected: 200000 }, Comlink.transfer(port2, [port2]), () => void post.cancel());
    await expect(receiving).rejects.toMatchObject({ code: 'cancelled' });
    await sending;
    // A transaction of the user's in the target is left alone, and the source does not wait for ever.
    await post.script('BEGIN');
    const again = new MessageChannel();
    const waiting = lite.sendRows({ tables: [{ ref, columns: ['n'] }] }, Comlink.transfer(again.port1, [again.port1]));
    await expect(post.receiveRows({ plan, from: 'sqlite', expected: 0 }, Comlink.transfer(again.port2, [again.port2]))).rejects.toMatchObject({ code: 'refused' });
    await waiting;
    await post.script('ROLLBACK');
    expect((await post.catalog()).schemas.flatMap((s) => s.relations)).toEqual([]);
    expect(await lite.rows('SELECT count(*) FROM many')).toEqual([[200000]]);
  });
});

describe.skipIf(!hasSharedData)('real databases', () => {
  it.each(['chinook', 'northwind'])('%s goes to Postgres and back, every value equal and every foreign key valid', async (name) => {
    const lite = await opened('sqlite', { source: { kind: 'file', file: await sharedFile(`sqlite/${name}.sqlite`), packed: false } });
    const [post, back] = [await opened('postgres'), await opened('sqlite')];
    const tables = await tablesOf(lite);
    const there = await copy(lite, 'sqlite', post, 'postgres', tables);
    expect(there.notes).toEqual([]);
    await copy(post, 'postgres', back, 'sqlite', await tablesOf(post));
    for (const { relation } of tables) expect([relation, await texts(back, relation)]).toEqual([relation, await texts(lite, relation)]);
    expect(await back.rows('PRAGMA foreign_key_check')).toEqual([]);
    const count = async (e: EngineUnderTest): Promise<number> => (await e.catalog()).schemas.flatMap((s) => s.relations.flatMap((r) => r.foreignKeys)).length;
    expect(await count(post)).toBe(await count(lite));
  });
});

describe.skipIf(hasSharedData)('real databases', () => {
  it.skip(SKIPPED, () => undefined);
});
