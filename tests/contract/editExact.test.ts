import { afterEach, describe, expect, it } from 'vitest';
import { isLongCell, type Cell, type RelationInfo, type RowChange } from '$workers/engine';
import { cellsEqual } from '../../workers/dialect/cellsEqual';
import { dialectOf } from '../../workers/dialect/dialectOf';
import { commit, EditedTable, reverseOf } from './changing';
import { endWorkers, engines, opened, type EngineName, type EngineUnderTest } from './engineUnderTest';
import { hasSharedData, sharedFile, SKIPPED } from './sharedData';

afterEach(endWorkers);

/** Every value of a table as the engine's own text, row by row; reals and blobs of SQLite to the bit. */
async function ownText(e: EngineUnderTest, engine: EngineName, info: RelationInfo): Promise<string[]> {
  const { quote } = dialectOf(engine);
  const from = `${quote(info.schema, true)}.${quote(info.relation, true)}`;
  const columns = info.columns.map((c) => quote(c.name, true));
  const text = (c: string): string => (engine === 'sqlite' ? `typeof(${c}) || quote(${c})` : `format('%s', ${c})`);
  const rows = await e.rows(`SELECT ${columns.map((c) => `${text(c)}, ${c} IS NULL`).join(', ')} FROM ${from}`);
  return rows.map((row) => JSON.stringify(row)).sort();
}

/** A row to compare with others: each value with its kind. */
const rowText = (row: Record<string, Cell>): string =>
  Object.keys(row)
    .sort()
    .map((name) => `${name}: ${typeof row[name]} ${Object.is(row[name], -0) ? '-0' : JSON.stringify(row[name], (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v instanceof Uint8Array ? [...v] : typeof v === 'number' && !Number.isFinite(v) ? String(v) : v))}`)
    .join('\n');

/** Commits changes, sees that they changed something, takes them back, sees that all is as it was. */
async function thereAndBack(e: EngineUnderTest, engine: EngineName, table: EditedTable, changes: RowChange[]): Promise<void> {
  const info = await table.info();
  const before = await ownText(e, engine, info);
  const report = await commit(e, changes);
  const after = await ownText(e, engine, info);
  expect(after).not.toEqual(before);
  const shown = new Set((await table.rows()).map(({ values }) => rowText(values)));
  for (const { now } of report.rows) if (now) expect(shown).toContain(rowText(now));
  const undo = await reverseOf(e, changes, report);
  const undone = await commit(e, undo);
  expect(await ownText(e, engine, info)).toEqual(before);
  await commit(e, await reverseOf(e, undo, undone));
  expect(await ownText(e, engine, info)).toEqual(after);
  await commit(e, await reverseOf(e, changes, report)).catch(() => undefined);
}

/** Gives each cell the value that another row has in its column, then deletes every row and inserts it again. */
async function everyCell(e: EngineUnderTest, engine: EngineName, table: EditedTable): Promise<number> {
  const info = await table.info();
  let edited = 0;
  for (const column of info.columns) {
    if (column.keyPlace > 0 || column.generated !== null) continue;
    const rows = await table.rows();
    const changes = rows.flatMap((row, i): RowChange[] => {
      const was = row.values[column.name] ?? null;
      const other = rows.map((_, k) => rows[(i + 1 + k) % rows.length]!.values[column.name] ?? null).find((v) => !(v !== null && isLongCell(v)) && !cellsEqual(v, was));
      return other === undefined ? [] : [table.update(row, { [column.name]: other })];
    });
    edited += changes.length;
    if (changes.length > 0) await thereAndBack(e, engine, table, changes);
  }
  return edited;
}

describe.skipIf(!hasSharedData || !engines.includes('postgres'))(`every type of Postgres${hasSharedData ? '' : ` (${SKIPPED})`}`, { timeout: 120_000 }, () => {
  it('is edited, committed, taken back and made again to the letter', async () => {
    const e = await opened('postgres', { source: { kind: 'dump', file: await sharedFile('pg-types/kinds.sql'), packed: false } });
    await e.script('ALTER TABLE kinds.ca DROP CONSTRAINT IF EXISTS ca_b_fkey; ALTER TABLE kinds.cb DROP CONSTRAINT IF EXISTS cb_a_fkey; ALTER TABLE kinds.texts DISABLE TRIGGER USER');
    const { schemas } = await e.catalog();
    const tables = schemas.find((s) => s.name === 'kinds')!.relations.filter((r) => /table/.test(r.kind) && !r.partitionOf);
    expect(tables.length).toBeGreaterThan(14);
    for (const { relation } of tables) {
      const table = new EditedTable(e, 'kinds', relation);
      const rows = await table.rows();
      const edited = await everyCell(e, 'postgres', table).catch((x: unknown) => {
        throw new Error(`${relation}: ${String(x)}`);
      });
      // All rows of nokey are alike.
      if (rows.length > 1 && relation !== 'nokey') expect(edited, relation).toBeGreaterThan(0);
      const all = rows.length > 0 ? (await table.rows()).map((row) => table.delete(row)) : [];
      if (all.length > 0) await thereAndBack(e, 'postgres', table, all);
    }
  });
});

describe('every storage class of SQLite', () => {
  const cells: Cell[] = [
    0, -1, 2147483648, 9007199254740991, 9007199254740993n, 9223372036854775807n, -9223372036854775808n, 1.5, -0.1, 5e-324,
    { real: 1.7976931348623157e308 }, Infinity, -Infinity, { real: 2 }, { real: -0 }, { real: 9007199254740994 }, '', 'a\0b', '1', '1.0', "it's",
    '\uFEFFmark', new Uint8Array([0, 255]), new Uint8Array(0), null, { text: 'a\uFFFD(b', bytes: new Uint8Array([97, 0xc3, 40, 98]) }
  ];

  it.each([
    ['a column of any type', 'CREATE TABLE t (id INTEGER PRIMARY KEY, v)'],
    ['a table without a key', 'CREATE TABLE t (oid INTEGER, v)'],
    ['a text column', 'CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)'],
    ['a text column that does not tell case', 'CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT COLLATE NOCASE)'],
    ['a column of whole numbers', 'CREATE TABLE t (id INTEGER PRIMARY KEY, v INT)'],
    ['a real column', 'CREATE TABLE t (id INTEGER PRIMARY KEY, v DOUBLE)'],
    ['a numeric column', 'CREATE TABLE t (id INTEGER PRIMARY KEY, v NUMERIC)'],
    ['a table WITHOUT ROWID', 'CREATE TABLE t (id TEXT PRIMARY KEY, v) WITHOUT ROWID'],
    ['a STRICT table', 'CREATE TABLE t (id INTEGER PRIMARY KEY, v ANY) STRICT'],
    ['a composite key', 'CREATE TABLE t (id TEXT NOT NULL, k DEFAULT 7 NOT NULL, v, PRIMARY KEY (k, id))'],
    ['a key that may be NULL', 'CREATE TABLE t (id TEXT PRIMARY KEY, v)'],
    ['a table whose columns take the names of the rowid', 'CREATE TABLE t (rowid, oid, _rowid_, v)']
  ])('is edited, committed, taken back and made again in %s', async (_, ddl) => {
    const e = await opened('sqlite');
    await e.script(ddl);
    const table = new EditedTable(e, 'main', 't');
    const hasKey = /\bid /.test(ddl);
    const inserted = cells.map((v, i) => table.insert(hasKey ? { id: /id TEXT/.test(ddl) ? `k${i}` : i, v } : /oid/.test(ddl) ? { oid: i, v } : { v }));
    await thereAndBack(e, 'sqlite', table, inserted);
    if ((await table.rows()).length === 0) await commit(e, inserted);
    expect(await everyCell(e, 'sqlite', table)).toBeGreaterThan(cells.length - 1);
    await thereAndBack(e, 'sqlite', table, (await table.rows()).map((row) => table.delete(row)));
  });

  it('tells a text from one that differs in case alone', async () => {
    const e = await opened('sqlite');
    await e.script("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT COLLATE NOCASE); INSERT INTO t VALUES (1, 'abc')");
    const table = new EditedTable(e, 'main', 't');
    const [row] = await table.rows();
    await e.script("UPDATE t SET v = 'ABC'");
    expect(await e.commitChanges({ changes: [table.update(row!, { v: 'x' })] })).toMatchObject({ outcome: 'conflict' });
  });

  // A key that may be NULL names no row: that is told by its place.
  it.each(['TEXT PRIMARY KEY COLLATE NOCASE', 'TEXT NOT NULL PRIMARY KEY COLLATE NOCASE'])('tells a key (%s) from one that differs in case alone', async (key) => {
    const e = await opened('sqlite');
    await e.script(`CREATE TABLE t (id ${key}, v); INSERT INTO t VALUES ('abc', 1)`);
    const table = new EditedTable(e, 'main', 't');
    const [row] = await table.rows();
    await e.script("UPDATE t SET id = 'ABC'");
    expect(await e.commitChanges({ changes: [table.update(row!, { v: 2 })] })).toMatchObject({ outcome: 'conflict' });
    expect(await e.commitChanges({ changes: [table.delete(row!)] })).toMatchObject({ outcome: 'conflict' });
    expect(await e.rows('SELECT id, v FROM t')).toEqual([['ABC', 1]]);
  });
});

describe.each(engines)('what is shown of random changes in %s', (engine) => {
  it('makes the same rows as what ran', { timeout: 120_000 }, async () => {
    const lite = engine === 'sqlite';
    const e = await opened(engine);
    const { literal, quote } = dialectOf(engine);
    let seed = 7;
    const random = (most: number): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % most;
    const signs = ["'", '"', '\\', '\n', '\t', ';', '--', '/*', '$$', '%', 'ä', '🏠', ' ', 'a', '0', '?', '$1', ':x', '\u2028', "\\'", '`', '[', ']'];
    const text = (most: number): string => Array.from({ length: random(most) }, () => signs[random(signs.length)]!).join('');
    const names = [...new Set(Array.from({ length: 12 }, () => text(8)).filter((name) => name !== '' && name.length < 30))];
    const columns = names.map((name) => `${quote(name, true)} ${lite ? '' : 'text'}`).join(', ');
    await e.script(`CREATE TABLE ran (id integer PRIMARY KEY, ${columns})`);
    const table = new EditedTable(e, lite ? 'main' : 'public', 'ran');
    const value = (): Cell => {
      const kind = random(lite ? 6 : 3);
      if (kind === 0) return null;
      if (kind < 3) return text(20);
      if (kind === 3) return random(2 ** 31) - 2 ** 30;
      if (kind === 4) return (random(2 ** 31) + 0.5) * 10 ** (random(600) - 300);
      return Uint8Array.from({ length: random(9) }, () => random(256));
    };
    const row = (): [string, Cell][] => names.filter(() => random(3) > 0).map((name) => [name, value()]);
    const inserts = Array.from({ length: 1_500 }, (_, i) => table.insert(Object.fromEntries([['id', lite ? i : String(i)], ...row()])));
    const made = await commit(e, inserts);
    const updates = (await table.rows(2_000)).flatMap((seen) => {
      const data = row();
      return data.length === 0 ? [] : random(4) === 0 ? [table.delete(seen)] : [table.update(seen, Object.fromEntries(data))];
    });
    const changed = await commit(e, updates);
    const look = async (): Promise<string> => JSON.stringify(await ownText(e, engine, await table.info()));
    const ran = await look();
    await e.script('DELETE FROM ran');
    const shown = [...made.statements, ...changed.statements].map((s) => s.sql);
    expect(shown.length).toBeGreaterThan(2_000);
    await e.script(['BEGIN', ...shown, 'COMMIT'].join(';\n'));
    expect(await look()).toBe(ran);
    expect(literal("'")).toBe("''''");
  });
});

describe.each(engines)('names that must be quoted, in %s', (engine) => {
  const { quote } = dialectOf(engine);
  const schema = engine === 'sqlite' ? 'main' : 'public';
  // Postgres has no empty name.
  const names = ['"', '`', 'a b', 'select', '🐘', "it's", 'a;--', '[x]', '%s', ...(engine === 'sqlite' ? [''] : [])];

  it.each(['"', '`', 'a b', 'select', '🐘'])('name tables (%s) and all of their columns', async (relation) => {
    const e = await opened(engine);
    const columns = names.map((name) => `${quote(name, true)} text`).join(', ');
    await e.script(`CREATE TABLE ${quote(relation, true)} (id integer PRIMARY KEY, ${columns})`);
    const table = new EditedTable(e, schema, relation);
    const row = (n: number): Record<string, Cell> => ({ id: n, ...Object.fromEntries(names.map((name, i) => [name, `${n}.${i} '"\\`])) });
    const values = (n: number): Record<string, Cell> => (engine === 'sqlite' ? row(n) : { ...row(n), id: String(n) });
    await thereAndBack(e, engine, table, [1, 2].map((n) => table.insert(values(n))));
    await commit(e, [1, 2].map((n) => table.insert(values(n)))).catch(() => undefined); // there already
    expect((await table.rows()).map((r) => Object.values(r.values).slice(1))).toEqual([1, 2].map((n) => Object.values(row(n)).slice(1)));
    expect(await everyCell(e, engine, table)).toBeGreaterThanOrEqual(2 * names.length);
  });
});

it('rows of partitions without a key are edited, also from one partition into another', async () => {
  const e = await opened('postgres');
  await e.script(`CREATE TABLE sale (region text, n int) PARTITION BY LIST (region);
    CREATE TABLE sale_north PARTITION OF sale FOR VALUES IN ('north');
    CREATE TABLE sale_south PARTITION OF sale FOR VALUES IN ('south');
    INSERT INTO sale VALUES ('north', 1), ('south', 1), ('south', 2)`);
  const table = new EditedTable(e, 'public', 'sale');
  const seen = async () => (await table.rows()).map((row) => ({ row, text: `${String(row.values.region)} ${String(row.values.n)}` }));
  const at = async (text: string) => (await seen()).find((s) => s.text === text)!.row;
  await thereAndBack(e, 'postgres', table, [table.update(await at('south 1'), { n: '7' })]);
  await thereAndBack(e, 'postgres', table, [table.update(await at('north 1'), { region: 'south', n: '3' }), table.delete(await at('south 2'))]);
  expect((await seen()).map((s) => s.text).sort()).toEqual(['north 1', 'south 1', 'south 2']);
});

it('texts of SQLite that are no UTF-8 are named by their bytes, and given back as they were', async () => {
  const e = await opened('sqlite');
  await e.script("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, CAST(x'ff41fe' AS TEXT)), (2, 'fine')");
  const table = new EditedTable(e, 'main', 't');
  const [broken] = await table.rows();
  const bytes = (): Promise<Cell[][]> => e.rows('SELECT typeof(v), hex(v) FROM t WHERE id = 1');
  await thereAndBack(e, 'sqlite', table, [table.update(broken!, { v: 'mended' })]);
  expect(await bytes()).toEqual([['text', 'FF41FE']]);
  await commit(e, [table.update(broken!, { v: 'mended' })]);
  expect(await bytes()).toEqual([['text', '6D656E646564']]);
});
