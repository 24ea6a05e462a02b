import * as Comlink from 'comlink';
import { afterEach, describe, expect, it } from 'vitest';
import type { CompareReport, CompareSide } from '$workers/engine';
import { compareSchemas } from '$workers/dialect/compareSchemas';
import { columnsOfResults, columnsOfTables, sidesOf } from '$lib/across/sharedColumns';
import { copy, tablesOf } from './copying';
import { endWorkers, engines, opened, type EngineName, type EngineUnderTest } from './engineUnderTest';
import { hasSharedData, sharedFile, SKIPPED } from './sharedData';

afterEach(endWorkers);

const schemaOf = (engine: EngineName): string => (engine === 'sqlite' ? 'main' : 'public');

/** Compares the rows of `t` by its column `id`, as the page does it. */
async function compared(left: EngineUnderTest, from: EngineName, right: EngineUnderTest, to: EngineName, columns = ['id', 'a', 'n']): Promise<CompareReport> {
  const side = (engine: EngineName): CompareSide => ({
    source: { kind: 'relation', ref: { schema: schemaOf(engine), relation: 't' }, columns }, keys: 1, families: columns.map((c) => (c === 'a' ? 'text' : 'number')), arrays: []
  });
  const { port1, port2 } = new MessageChannel();
  const answering = right.answerCompare(side(to), Comlink.transfer(port2, [port2]));
  const report = await left.compareRows(side(from), Comlink.transfer(port1, [port1]));
  await answering;
  return report;
}

/** A thousand rows, the same in every engine. */
const filled = (engine: EngineName, rows: number): string => {
  const series = engine === 'sqlite' ? `WITH RECURSIVE s(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM s WHERE i < ${rows}) SELECT i` : `SELECT i`;
  const from = engine === 'sqlite' ? 'FROM s' : `FROM generate_series(1, ${rows}) i`;
  return `CREATE TABLE t (id integer PRIMARY KEY, a text, n ${engine === 'sqlite' ? 'NUMERIC' : 'numeric'});
    INSERT INTO t ${series}, CASE WHEN i % 7 = 0 THEN NULL WHEN i % 5 = 0 THEN '' ELSE 'row ' || i END, i * 0.25 ${from}`;
};
const altered = `INSERT INTO t VALUES (-1, 'new', 1), (-2, 'new', 2), (-3, NULL, NULL);
  DELETE FROM t WHERE id IN (10, 20); UPDATE t SET a = 'other' WHERE id IN (1, 7); UPDATE t SET a = NULL WHERE id = 5; UPDATE t SET n = n + 0.5 WHERE id = 100;
  ALTER TABLE t ADD COLUMN more text`;

describe.each(engines)('%s', (from) => {
  it.each(engines)('tells added, removed and changed rows from those of %s', async (to) => {
    const [left, right] = [await opened(from), await opened(to)];
    await left.script(filled(from, 1000));
    await right.script(filled(to, 1000));
    expect(await compared(left, from, right, to)).toMatchObject({ leftRows: 1000, rightRows: 1000, added: 0, removed: 0, changed: 0, differences: [] });
    await right.script(altered);
    const report = await compared(left, from, right, to);
    expect(report).toMatchObject({ leftRows: 1000, rightRows: 1001, added: 3, removed: 2, changed: 4 });
    const keys = report.differences.map(({ left: l, right: r }) => [l && Number(l[0]), r && Number(r[0])] as const);
    expect(keys.filter(([l]) => l === null).map(([, r]) => r).sort()).toEqual([-1, -2, -3].sort());
    expect(keys.filter(([, r]) => r === null).map(([l]) => l).sort()).toEqual([10, 20]);
    expect(keys.filter(([l, r]) => l !== null && l === r).map(([l]) => l!).sort((x, y) => x - y)).toEqual([1, 5, 7, 100]);
    const seven = report.differences.find(({ left: l, right: r }) => l && r && Number(l[0]) === 7)!;
    expect([seven.left![1], seven.right![1]]).toEqual([null, 'other']);
    const schema = async (e: EngineUnderTest, engine: EngineName) => (await e.catalog()).schemas.find((s) => s.name === schemaOf(engine))!;
    expect(compareSchemas(await schema(left, from), await schema(right, to), from === to)).toMatchObject([
      { relation: 't', state: 'changed', lines: [expect.stringContaining('column more') as string] }
    ]);
  });

  it('says what is wrong with the other side', async () => {
    const [left, right] = [await opened(from), await opened('sqlite')];
    await left.script(filled(from, 10));
    const { port1, port2 } = new MessageChannel();
    const side = (schema: string, relation: string): CompareSide => ({ source: { kind: 'relation', ref: { schema, relation }, columns: ['id'] }, keys: 1, families: ['number'], arrays: [] });
    const answering = right.answerCompare(side('main', 'nowhere'), Comlink.transfer(port2, [port2]));
    answering.catch(() => undefined);
    const comparing = left.compareRows(side(schemaOf(from), 't'), Comlink.transfer(port1, [port1]));
    await expect(comparing).rejects.toMatchObject({ message: expect.stringContaining('nowhere') as string });
    expect(await left.rows('SELECT count(*) FROM t')).toHaveLength(1);
  });
});

it('finds ten rows of a million', async () => {
  const [left, right] = [await opened('sqlite'), await opened('sqlite')];
  await Promise.all([left.script(filled('sqlite', 1_000_000)), right.script(filled('sqlite', 1_000_000))]);
  await right.script("UPDATE t SET a = 'other' WHERE id % 100000 = 1");
  const report = await compared(left, 'sqlite', right, 'sqlite');
  expect(report).toMatchObject({ leftRows: 1_000_000, added: 0, removed: 0, changed: 10 });
  expect(report.differences.map((d) => d.right![1])).toEqual(Array.from({ length: 10 }, () => 'other'));
}, 120_000);

/** Compares two sides, worker to worker. */
async function comparedSides(left: EngineUnderTest, mine: CompareSide, right: EngineUnderTest, theirs: CompareSide): Promise<CompareReport> {
  const { port1, port2 } = new MessageChannel();
  const answering = right.answerCompare(theirs, Comlink.transfer(port2, [port2]));
  answering.catch(() => undefined);
  const report = await left.compareRows(mine, Comlink.transfer(port1, [port1]));
  await answering;
  return report;
}

describe('values of two engines', () => {
  it('are the same where they mean the same, and come over as the left side holds them', async () => {
    const [left, right] = [await opened('sqlite'), await opened('postgres')];
    await left.script(`CREATE TABLE t (id INTEGER PRIMARY KEY, ok BOOLEAN, n NUMERIC, a TEXT, b BLOB, r REAL);
      INSERT INTO t VALUES (1, 1, 1.50, '[1,null,"x"]', x'00ff', 0.1), (2, 0, 2, '[2]', NULL, 2.0), (3, NULL, NULL, NULL, NULL, NULL)`);
    await right.script(`CREATE TABLE t (id int PRIMARY KEY, ok boolean, n numeric, a text[], b bytea, r float8);
      INSERT INTO t VALUES (1, true, 1.5, '{1,NULL,x}', '\\x00ff', 0.1), (2, true, 2.25, '{2,3}', '\\x01', 2), (4, false, 9007199254740993, '{}', NULL, 1e300)`);
    const info = async (e: EngineUnderTest, schema: string) => (await e.structure({ schema, relation: 't' })).info;
    const shared = columnsOfTables(await info(left, 'main'), await info(right, 'public'));
    const sides = sidesOf(shared, false);
    const columns = shared.pairs.map((p) => p.left.name);
    const carry = { from: 'postgres' as const, columns: shared.pairs.map(({ left: l, right: r }) => ({ name: l.name, type: l.type, family: l.family, arrayAsJson: r.family === 'array' })) };
    const mine: CompareSide = { ...sides.left, carry, source: { kind: 'relation', ref: { schema: 'main', relation: 't' }, columns } };
    const theirs: CompareSide = { ...sides.right, source: { kind: 'relation', ref: { schema: 'public', relation: 't' }, columns } };
    const report = await comparedSides(left, mine, right, theirs);
    expect(report).toMatchObject({ added: 1, removed: 1, changed: 1 });
    const [added, removed, changed] = report.differences;
    expect(added!.right).toEqual([4, 0, 9007199254740993n, '[]', null, { real: 1e300 }]);
    expect(removed!.left![0]).toBe(3);
    expect(changed!.columns.map((at) => columns[at])).toEqual(['ok', 'n', 'a', 'b']);
    expect(changed!.right).toEqual([2, 1, 2.25, '[2,3]', new Uint8Array([1]), 2]);
  });

  it('are compared in open results too, columns by name', async () => {
    const [left, right] = [await opened('sqlite'), await opened('postgres')];
    const [a] = await left.script("SELECT 1 AS id, 'x' AS v, 9 AS only_here UNION ALL SELECT 2, 'y', 9 UNION ALL SELECT 3, 'z', 9");
    const [b] = await right.script("SELECT v AS \"V\", id FROM (VALUES (1, 'x'), (2, 'other'), (5, 'new')) t(id, v)");
    const columns = (names: string[], family: 'text' | 'number') => names.map((name) => ({ name, type: '', family }));
    const shared = columnsOfResults(columns(['id', 'v', 'only_here'], 'text'), columns(['V', 'id'], 'text'), ['ID']);
    expect(shared.pairs.map((p) => [p.left.name, p.right.name])).toEqual([['id', 'id'], ['v', 'V']]);
    const sides = sidesOf(shared, false);
    const report = await comparedSides(
      left,
      { ...sides.left, source: { kind: 'result', resultId: a!.resultId!, places: [0, 1] } },
      right,
      { ...sides.right, source: { kind: 'result', resultId: b!.resultId!, places: [1, 0] } }
    );
    expect(report).toMatchObject({ leftRows: 3, rightRows: 3, added: 1, removed: 1, changed: 1 });
    expect(report.differences.find((d) => d.columns.length > 0)).toMatchObject({ left: [2, 'y'], right: ['2', 'other'] });
  });
});

describe.skipIf(!hasSharedData)('chinook against a copy of it', () => {
  it.each(engines)('with 3 rows added, 2 removed, 4 changed and a column more reports exactly those (sqlite, %s)', async (to) => {
    const left = await opened('sqlite', { source: { kind: 'file', file: await sharedFile('sqlite/chinook.sqlite'), packed: false } });
    const right = await opened(to);
    await copy(left, 'sqlite', right, to, await tablesOf(left));
    await right.script(`INSERT INTO "Genre" ("GenreId", "Name") VALUES (901, 'a'), (902, 'b'), (903, NULL);
      DELETE FROM "PlaylistTrack" WHERE "PlaylistId" = 1 AND "TrackId" IN (1, 2);
      UPDATE "Track" SET "UnitPrice" = "UnitPrice" + 1 WHERE "TrackId" IN (10, 20, 30); UPDATE "Customer" SET "Company" = NULL WHERE "CustomerId" = 1;
      ALTER TABLE "Album" ADD COLUMN "More" text`);
    const schema = async (e: EngineUnderTest, engine: EngineName) => (await e.catalog()).schemas.find((s) => s.name === schemaOf(engine))!;
    const [mine, theirs] = [await schema(left, 'sqlite'), await schema(right, to)];
    const found = { added: 0, removed: 0, changed: 0 };
    const where: string[] = [];
    for (const info of mine.relations.filter((r) => r.kind === 'table')) {
      const other = theirs.relations.find((r) => r.relation === info.relation)!;
      const shared = columnsOfTables(info, other);
      const sides = sidesOf(shared, to === 'sqlite');
      const source = (schemaName: string, which: 'left' | 'right'): CompareSide['source'] => ({
        kind: 'relation', ref: { schema: schemaName, relation: info.relation }, columns: shared.pairs.map((p) => p[which].name)
      });
      const report = await comparedSides(left, { ...sides.left, source: source('main', 'left') }, right, { ...sides.right, source: source(schemaOf(to), 'right') });
      for (const kind of ['added', 'removed', 'changed'] as const) found[kind] += report[kind];
      if (report.differences.length > 0) where.push(info.relation);
    }
    expect(found).toEqual({ added: 3, removed: 2, changed: 4 });
    expect(where.sort()).toEqual(['Customer', 'Genre', 'PlaylistTrack', 'Track']);
    const shapes = compareSchemas(mine, theirs, to === 'sqlite');
    expect(shapes.map((d) => [d.relation, d.lines.filter((l) => l.startsWith('column More'))])).toContainEqual(['Album', [expect.stringMatching(/^column More text added$/i)]]);
    expect(shapes.filter((d) => d.relation !== 'Album')).toEqual([]);
  });
});

describe.skipIf(hasSharedData)('chinook against a copy of it', () => {
  it.skip(SKIPPED, () => undefined);
});
