import { afterEach, describe, expect, it } from 'vitest';
import type { ExportFormat } from '$workers/engine';
import { isBrokenText, isLongCell, isWholeReal, type Cell } from '../../workers/wire/cells';
import { endWorkers, engines, opened, type EngineName, type EngineUnderTest } from './engineUnderTest';
import { exported } from './exports';
import { imported } from './imports';

afterEach(endWorkers);

const formats = ['csv', 'tsv', 'json', 'ndjson', 'parquet'] as const satisfies readonly ExportFormat[];

/** Columns of every kind, each with values at its edges, as literals. */
const columns: Record<EngineName, [name: string, type: string, literals: string[]][]> = {
  sqlite: [
    ['i', 'INTEGER', ['9223372036854775807', '-9223372036854775808', '0', '9007199254740993']],
    ['r', 'REAL', ['0.1', '1e300', '-2.5', '3.0', '5e-324']],
    ['n', 'NUMERIC', ['1.25', '7', '-0.5']],
    ['t', 'TEXT', ["''", "'NULL'", "'\\N'", "' a,\"b\"' || char(9) || char(13, 10) || 'ü😀'", "'01'"]],
    ['b', 'BLOB', ["x'00ff7f'", "x''", "x'0a0d'"]],
    ['d', 'DATE', ["'2026-01-02'", "'9999-12-31'", "'0044-03-15'"]],
    ['at', 'DATETIME', ["'2026-01-02 03:04:05'", "'2026-01-02 03:04:05.123456'"]],
    ['ok', 'BOOLEAN', ['1', '0']],
    ['j', 'JSON', ["'{\"a\": 1.50}'", "'[]'", "'null'"]]
  ],
  postgres: [
    ['i2', 'smallint', ["'-32768'", "'32767'"]],
    ['i8', 'bigint', ["'-9223372036854775808'", "'9223372036854775807'"]],
    ['n', 'numeric', ["'1.50'", "'-0.0000000000000000000000000001'", "'123456789012345678901234567890.1234567890'"]],
    ['nan', 'numeric', ["'NaN'", "'Infinity'", "'1'"]],
    ['r4', 'real', ["'3.4028235e+38'", "'1e-45'", "'-0'"]],
    ['r8', 'double precision', ["'0.1'", "'1e308'", "'5e-324'", "'NaN'", "'-Infinity'"]],
    ['m', 'money', ["'-92233720368547758.08'"]],
    ['t', 'text', ["''", "'NULL'", "'\\N'", "E' a,\"b\"\\t\\r\\nü😀'", "'01'"]],
    ['c', 'character(5)', ["'x'"]],
    ['b', 'boolean', ["'t'", "'f'"]],
    ['d', 'date', ["'-infinity'", "'4713-01-01 BC'", "'5874897-12-31'", "'2026-01-02'"]],
    ['d1', 'date', ["'2026-01-02'", "'0044-03-15'"]],
    ['tm', 'time', ["'24:00:00'", "'23:59:59.999999'"]],
    ['tz', 'timetz', ["'23:59:59.999999-15:59'"]],
    ['ts', 'timestamp', ["'infinity'", "'294276-12-31 23:59:59.999999'"]],
    ['ts1', 'timestamp', ["'2026-01-02 03:04:05.000001'", "'1969-12-31 23:59:59'"]],
    ['tt', 'timestamptz', ["'2026-11-24 01:02:03.123456+05:30'"]],
    ['iv', 'interval', ["'-178000000 years'", "'1 mon -1 day +00:00:00.000001'"]],
    ['js', 'json', ["'{\"a\":  1, \"a\": 2}'", "'null'"]],
    ['jb', 'jsonb', ["'{\"big\": 12345678901234567890.10}'", "'[]'"]],
    ['u', 'uuid', ["'00000000-0000-0000-0000-000000000000'"]],
    ['ia', 'integer[]', ["'{}'", "'{1,NULL,3}'", "'[0:1]={1,2}'", "'{{1,2},{3,4}}'"]],
    ['ta', 'text[]', ["'{\"\",NULL,\"NULL\",\"c,d\"}'"]],
    ['bt', 'bit(3)', ["'101'"]],
    ['ip', 'inet', ["'::1/128'", "'10.0.0.1/8'"]],
    ['pt', 'point', ["'(1e300,-0)'"]],
    ['rg', 'int4range', ["'empty'", "'[1,)'"]],
    ['mr', 'datemultirange', ["'{[2026-01-01,2026-02-01),[2026-03-01,)}'"]],
    ['tv', 'tsvector', ["$$'a':1A 'b c':2$$"]],
    ['x', 'xml', ["'<a>&amp;</a>'"]],
    ['o', 'oid', ["'4294967295'"]],
    ['by', 'bytea', ["'\\x00ff7f'", "'\\x'"]]
  ]
};

const createSql = (engine: EngineName, table: string): string =>
  `CREATE TABLE ${table} (id ${engine === 'sqlite' ? 'INTEGER' : 'int'} PRIMARY KEY, ${columns[engine].map(([name, type]) => `${name} ${type}`).join(', ')})`;

async function filled(engine: EngineName): Promise<EngineUnderTest> {
  const e = await opened(engine);
  const all = columns[engine];
  await e.script(createSql(engine, 't'));
  const rows = Math.max(...all.map(([, , literals]) => literals.length)) + 1;
  for (let r = 0; r < rows; r++) {
    await e.script(`INSERT INTO t VALUES (${[r + 1, ...all.map(([, , literals]) => literals[r] ?? 'NULL')].join(', ')})`);
  }
  return e;
}

/** A value as it is read, whatever kind of column holds it. */
function shown(cell: Cell): string | null {
  if (cell === null) return null;
  if (cell instanceof Uint8Array) return `\\x${[...cell].map((b) => b.toString(16).padStart(2, '0')).join('')}`;
  if (typeof cell === 'object' && isWholeReal(cell)) return `${cell.real}.0`;
  if (typeof cell === 'object' && (isBrokenText(cell) || isLongCell(cell))) throw new Error('not in this table');
  return String(cell);
}

describe.each(engines)('%s: every type goes out and comes in again', (engine) => {
  it.each(formats)('as %s, into a new table and into one of the same types', async (format) => {
    const e = await filled(engine);
    const read = async (table: string): Promise<Cell[][]> => e.rows(`SELECT * FROM ${table} ORDER BY id`);
    const before = await read('t');
    const file = new Blob([await exported(e, format, 't')]);
    expect(await imported(e, engine, file, `again.${format}`, 'again')).toMatchObject({ kept: true, written: before.length, faultCount: 0 });
    // A NUMERIC of SQLite goes as doubles into Parquet, and comes as such into a new table.
    const texts = (rows: Cell[][]) => rows.map((row) => row.map(shown).map((text, i) => (format === 'parquet' && i === 3 && engine === 'sqlite' && text ? Number(text) : text)));
    expect(texts(await read('again'))).toEqual(texts(before));
    await e.script(createSql(engine, 'same'));
    expect(await imported(e, engine, file, `same.${format}`, 'same', { create: false })).toMatchObject({ kept: true, written: before.length, faultCount: 0 });
    expect(await read('same')).toEqual(before);
  });

  it('as SQL', async () => {
    const e = await filled(engine);
    if (engine === 'sqlite') await e.script("CREATE TABLE odd (id INTEGER PRIMARY KEY, a); INSERT INTO odd VALUES (1, CAST(x'ff41' AS TEXT)), (2, '1'), (3, 1), (4, 1.0), (5, 9e999), (6, 'a' || char(0) || 'b')");
    for (const table of engine === 'sqlite' ? ['t', 'odd'] : ['t']) {
      const before = await e.rows(`SELECT * FROM ${table} ORDER BY id`);
      const sql = new TextDecoder().decode(await exported(e, 'sql', table));
      await e.script(`DELETE FROM ${table}; ${sql}`);
      expect(await e.rows(`SELECT * FROM ${table} ORDER BY id`)).toEqual(before);
    }
  });
});
