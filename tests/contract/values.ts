import { expect, it } from 'vitest';
import { LONG_CELL_HEAD, type Cell } from '../../workers/wire/cells';
import { unpackPage } from '../../workers/wire/pageReader';
import { isStandIn, opened, type EngineName } from './engineUnderTest';

/** Cells cross unchanged. */
export function values(engine: EngineName): void {
  const lite = engine === 'sqlite';

  it('tells NULL from empty text, and keeps text to the letter', async () => {
    const e = await opened(engine);
    const texts = ['', ' ', 'ä', '🏠', 'line\nbreak\ttab', "quote ' \" \\", '\uFEFFmark', 'null', 'e\u0301'];
    await e.script('CREATE TABLE t (n integer PRIMARY KEY, v text)');
    for (const [i, text] of texts.entries()) {
      await e.script(lite ? 'INSERT INTO t VALUES (?, ?)' : 'INSERT INTO t VALUES ($1, $2)', [lite ? i : String(i), text]);
    }
    await e.script('INSERT INTO t VALUES (100, NULL)');
    const rows = await e.rows('SELECT v FROM t ORDER BY n');
    expect(rows).toEqual([...texts, null].map((v) => [v]));
  });

  it('keeps bytes', async () => {
    const e = await opened(engine);
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    await e.script(lite ? 'CREATE TABLE b (v blob)' : 'CREATE TABLE b (v bytea)');
    const insert = lite ? 'INSERT INTO b VALUES (?)' : 'INSERT INTO b VALUES ($1)';
    for (const bytes of [all, new Uint8Array(0)]) await e.script(insert, [bytes]);
    expect(await e.rows('SELECT v FROM b')).toEqual([[all], [new Uint8Array(0)]]);
  });

  it('cuts a long value in its page and brings it whole when asked', async () => {
    const e = await opened(engine);
    const make = lite ? "SELECT printf('%.*c', 200000, 'x') || 'ä' AS v" : "SELECT repeat('x', 200000) || 'ä' AS v";
    const [outcome] = await e.script(make);
    const [[cut]] = unpackPage(await e.fetch(outcome!.resultId!, 0, 1)) as [[Cell]];
    expect(cut).toEqual({ long: 'text', head: 'x'.repeat(LONG_CELL_HEAD), bytes: 200_002 });
    expect(await e.wholeCell(outcome!.resultId!, 0, 0)).toBe(`${'x'.repeat(200_000)}ä`);
  });

  if (lite) liteValues();
  else postgresValues();
}

function liteValues(): void {
  it('keeps every storage class at its edges, bound and read', async () => {
    const e = await opened('sqlite');
    const cells: Cell[] = [
      0, -1, 2147483647, -2147483648, 2147483648, 9007199254740991, -9007199254740991, 9007199254740993n,
      9223372036854775807n, -9223372036854775808n, 1.5, -0.1, 5e-324, { real: 1.7976931348623157e308 }, Infinity, -Infinity,
      { real: 2 }, { real: 1e300 }, { real: -0 }, { real: 9007199254740994 }, 'a\0b', new Uint8Array([0, 255]), null,
      { text: 'a\uFFFD(b', bytes: new Uint8Array([97, 0xc3, 40, 98]) }
    ];
    await e.script('CREATE TABLE v (n INTEGER PRIMARY KEY, v)');
    for (const cell of cells) await e.script('INSERT INTO v (v) VALUES (?)', [cell]);
    const got = (await e.rows('SELECT v, typeof(v) FROM v ORDER BY n')) as [Cell, string][];
    expect(got.map(([v]) => v)).toEqual(cells);
    expect(got.map(([, type]) => type)).toEqual([
      ...Array<string>(10).fill('integer'), ...Array<string>(10).fill('real'), 'text', 'blob', 'null', 'text'
    ]);
  });

  it('stores NaN as NULL, as SQLite does', async () => {
    const e = await opened('sqlite');
    expect(await e.rows('SELECT ?', [NaN])).toEqual([[null]]);
  });

  it('reads zero blobs and text that was computed', async () => {
    const e = await opened('sqlite');
    const [row] = await e.rows("SELECT zeroblob(5), 'a' || char(0) || 'b', CAST(x'FF41' AS TEXT), x'', CAST(3 AS REAL)");
    expect(row).toEqual([
      new Uint8Array(5), 'a\0b', { text: '\uFFFDA', bytes: new Uint8Array([0xff, 0x41]) }, new Uint8Array(0), { real: 3 }
    ]);
  });

  // The official build of SQLite was made without it: such a database stays with sql.js.
  it.skipIf(isStandIn('sqlite'))('reads a UTF-16 database', async () => {
    const e = await opened('sqlite', { source: { kind: 'file', file: new Blob([]), packed: false } });
    await e.script("PRAGMA encoding='UTF-16le'; CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('ä🏠'), (''), ('x')");
    expect(await e.rows('PRAGMA encoding')).toEqual([['UTF-16le']]);
    expect(await e.rows('SELECT a FROM t')).toEqual([['ä🏠'], [''], ['x']]);
  });

  it('refuses an integer beyond 64 bits', async () => {
    const e = await opened('sqlite');
    expect(await e.failure('SELECT ?', [2n ** 63n])).toMatchObject({ code: 'SQLITE_RANGE' });
  });

  it('gives declared types and their families', async () => {
    const e = await opened('sqlite');
    await e.script(
      'CREATE TABLE t (a INTEGER, b VARCHAR(20), c, d DOUBLE, e DATE, f BOOLEAN, g JSON, h BLOB, i DECIMAL(10,2))'
    );
    const [outcome] = await e.script('SELECT *, a + 1 FROM t');
    expect(outcome!.columns!.map((c) => [c.type, c.family])).toEqual([
      ['INTEGER', 'integer'], ['VARCHAR(20)', 'text'], ['', 'other'], ['DOUBLE', 'number'], ['DATE', 'temporal'],
      ['BOOLEAN', 'boolean'], ['JSON', 'json'], ['BLOB', 'binary'], ['DECIMAL(10,2)', 'number'], ['', 'other']
    ]);
  });
}

function postgresValues(): void {
  it('gives values in the server’s own text', async () => {
    const e = await opened('postgres');
    const [row] = await e.rows(
      `SELECT 9223372036854775807::int8, 'NaN'::float8, '-infinity'::timestamptz, '12345678901234567890.12345'::numeric,
              true, '{1,NULL,3}'::int[], '{"a": 1}'::jsonb, '0044-03-15 BC'::date, null::text`
    );
    expect(row).toEqual([
      '9223372036854775807', 'NaN', '-infinity', '12345678901234567890.12345', 't', '{1,NULL,3}', '{"a": 1}',
      '0044-03-15 BC', null
    ]);
  });

  it('names types and OIDs', async () => {
    const e = await opened('postgres');
    const [outcome] = await e.script("SELECT 1::int8 AS a, now() AS b, 'x'::text AS c");
    expect(outcome!.columns!.map((c) => [c.name, c.oid])).toEqual([['a', 20], ['b', 1184], ['c', 25]]);
  });
}
