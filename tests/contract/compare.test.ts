import * as Comlink from 'comlink';
import { afterEach, describe, expect, it } from 'vitest';
import type { CompareReport, CompareSide } from '$workers/engine';
import { compareSchemas } from '$workers/dialect/compareSchemas';
import { endWorkers, engines, opened, type EngineName, type EngineUnderTest } from './engineUnderTest';

afterEach(endWorkers);

const schemaOf = (engine: EngineName): string => (engine === 'sqlite' ? 'main' : 'public');

/** Compares the rows of `t` by its column `id`, as the page does it. */
async function compared(left: EngineUnderTest, from: EngineName, right: EngineUnderTest, to: EngineName, columns = ['id', 'a', 'n']): Promise<CompareReport> {
  const side = (engine: EngineName): CompareSide => ({
    ref: { schema: schemaOf(engine), relation: 't' }, columns, keys: 1, families: columns.map((c) => (c === 'a' ? 'text' : 'number'))
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
    const side = { ref: { schema: 'main', relation: 'nowhere' }, columns: ['id'], keys: 1, families: ['number' as const] };
    const answering = right.answerCompare(side, Comlink.transfer(port2, [port2]));
    answering.catch(() => undefined);
    const comparing = left.compareRows({ ...side, ref: { schema: schemaOf(from), relation: 't' } }, Comlink.transfer(port1, [port1]));
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
