import { afterEach, describe, expect, it } from 'vitest';
import { endWorkers, opened, type EngineUnderTest } from './engineUnderTest';
import { hasSharedData, sharedFile, sharedFiles, SKIPPED } from './sharedData';
import type { StatementOutcome } from '$workers/engine';
import { isLongCell, type Cell } from '../../workers/wire/cells';
import { unpackPage } from '../../workers/wire/pageReader';

afterEach(endWorkers);

/** Values at the edges of their types; each must arrive as the server's own text of it. */
const edges: [type: string, values: string[]][] = [
  ['smallint', ['-32768', '32767']],
  ['bigint', ['-9223372036854775808', '9223372036854775807']],
  ['numeric', ['NaN', 'Infinity', '-0.0000000000000000000000000001', '123456789012345678901234567890.1234567890']],
  ['real', ['NaN', '-Infinity', '-0', '3.4028235e+38', '1e-45']],
  ['double precision', ['0.1', '1e308', '5e-324', '-0', 'Infinity']],
  ['money', ['-92233720368547758.08']],
  ['text', ['', ' ', 'a\tb\nc\\d', '😀 ẞ عربي', '\\N', 'NULL']],
  ['character(5)', ['x']],
  ['"char"', ['', 'x']],
  ['boolean', ['t', 'f']],
  ['date', ['-infinity', 'infinity', '4713-01-01 BC', '5874897-12-31']],
  ['time', ['24:00:00', '23:59:59.999999']],
  ['timetz', ['23:59:59.999999-15:59']],
  ['timestamp', ['infinity', '4713-01-01 00:00:00 BC', '294276-12-31 23:59:59.999999']],
  ['timestamptz', ['2026-11-24 01:02:03.123456+05:30', '-infinity']],
  ['interval', ['-178000000 years', '1 mon -1 day +00:00:00.000001', 'infinity']],
  ['json', ['{"a":  1, "a": 2}', 'null']],
  ['jsonb', ['{"big": 12345678901234567890.10}', '[]']],
  ['uuid', ['00000000-0000-0000-0000-000000000000']],
  ['integer[]', ['{}', '{1,NULL,3}', '[0:1]={1,2}', '{{1,2},{3,4}}']],
  ['text[]', ['{"",NULL,"NULL","a\\"b","c,d"}']],
  ['bit(3)', ['101']],
  ['inet', ['::1/128', '10.0.0.1/8']],
  ['macaddr8', ['08:00:2b:01:02:03:04:05']],
  ['point', ['(1e300,-0)']],
  ['int4range', ['empty', '[1,)']],
  ['datemultirange', ['{[2026-01-01,2026-02-01),[2026-03-01,)}']],
  ['tsvector', ["'a':1A 'b c':2"]],
  ['xml', ['<a>&amp;</a>']],
  ['pg_lsn', ['FFFFFFFF/FFFFFFFF']],
  ['oid', ['4294967295']]
];

describe('values', () => {
  it('arrive as the server writes them', async () => {
    const e = await opened('postgres');
    for (const [type, values] of edges) {
      await e.script(`CREATE TABLE edge (v ${type}, place int)`);
      for (const [place, value] of values.entries()) await e.script('INSERT INTO edge VALUES ($1, $2)', [value, place]);
      const rows = await e.rows("SELECT v, format('%s', v) FROM edge ORDER BY place");
      expect(rows.length, type).toBe(values.length);
      for (const [value, text] of rows) expect(value, type).toBe(text);
      await e.script('DROP TABLE edge');
    }
    const [row] = await e.rows(`SELECT 'x'::char(5), ''::bytea, '\\x00ff10'::bytea, NULL::bytea, NULL::text, ''::text`);
    expect(row).toEqual(['x    ', new Uint8Array(0), Uint8Array.of(0, 255, 16), null, null, '']);
  });

  it('of bytea are bytes whatever the session writes them as', async () => {
    const e = await opened('postgres');
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    await e.script("SET bytea_output = 'escape'; CREATE TABLE b (v bytea)");
    await e.script('INSERT INTO b VALUES ($1)', [bytes]);
    expect(await e.rows('SELECT v, length(v) FROM b')).toEqual([[bytes, '256']]);
  });

  it('follow the settings of the session', async () => {
    const e = await opened('postgres');
    await e.script("SET DateStyle = 'SQL, DMY'; SET TimeZone = 'Asia/Kolkata'; SET IntervalStyle = 'iso_8601'");
    const [row] = await e.rows("SELECT date '2026-11-24', timestamptz '2026-11-24 00:00+00', interval '1 day 2 hours'");
    expect(row).toEqual(['24/11/2026', '24/11/2026 05:30:00 IST', 'P1DT2H']);
  });
});

/** All rows of a result with its long values whole. */
async function wholeRows(e: EngineUnderTest, outcome: StatementOutcome): Promise<Cell[][]> {
  const id = outcome.resultId!;
  const rows = unpackPage(await e.fetch(id, 0, outcome.rows!));
  for (const [r, row] of rows.entries()) {
    for (const [c, cell] of row.entries()) if (isLongCell(cell)) row[c] = await e.wholeCell(id, r, c);
  }
  return rows;
}

/** A line of COPY's text format as cells. */
function copyLine(line: string): (string | null)[] {
  return line.split('\t').map((field) => {
    if (field === '\\N') return null;
    const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
    return field.replace(/\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2}|.)/gs, (_, c: string) => {
      if (/^[0-7]/.test(c)) return String.fromCharCode(parseInt(c, 8));
      if (/^x./.test(c)) return String.fromCharCode(parseInt(c.slice(1), 16));
      return escapes[c] ?? c;
    });
  });
}

const asText = (cell: Cell): string | null =>
  cell instanceof Uint8Array ? `\\x${[...cell].map((b) => b.toString(16).padStart(2, '0')).join('')}` : (cell as string | null);

describe.skipIf(!hasSharedData)(`every built-in type at its edges${hasSharedData ? '' : ` (${SKIPPED})`}`, () => {
  it('equals what PostgreSQL 15 writes', async () => {
    const e = await opened('postgres', { source: { kind: 'dump', file: await sharedFile('pg-types/kinds.sql'), packed: false } });
    expect(e.report.restore?.refused).toEqual([]);
    const oracles = sharedFiles.filter((f) => f.startsWith('pg-types/expected/'));
    expect(oracles.length).toBeGreaterThan(10);
    for (const path of oracles) {
      const table = /([^/]+)\.tsv$/.exec(path)![1]!;
      const [head, ...lines] = (await (await sharedFile(path)).text()).replace(/\n$/, '').split('\n');
      const [outcome] = await e.script(`SELECT * FROM kinds.${table}`);
      expect(outcome!.columns!.map((c) => c.name), path).toEqual(head!.split('\t'));
      const rows = await wholeRows(e, outcome!);
      // Compared one by one: some are too long to be shown side by side.
      for (const [at, line] of lines.entries()) expect(rows[at]?.map(asText), `${path} row ${at}`).toEqual(copyLine(line));
      expect(rows.length, path).toBe(lines.length);
    }
  });
});
