import { strFromU8, unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { dialectOf } from '../../workers/dialect/dialectOf';
import { OutBuffer } from '../../workers/formats/outBuffer';
import { encoderFor } from '../../workers/formats/rowEncoder';
import { uniqueNames } from '../../workers/formats/uniqueNames';
import { columnLetters, xmlText } from '../../workers/formats/xlsxEncoder';
import type { Cell } from '../../workers/wire/cells';
import type { ExportFormat, ExportOptions } from '../../workers/wire/exports';
import type { ResultColumn } from '../../workers/wire/results';

const options: ExportOptions = { header: true, delimiter: ',', nullText: '', lineEnd: '\n', bom: false, blobs: 'hex', rowsPerInsert: 2 };
const column = (name: string, family: ResultColumn['family'] = 'text'): ResultColumn => ({ name, type: family, family });

function written(format: ExportFormat, columns: ResultColumn[], rows: Cell[][], change: Partial<ExportOptions> = {}, engine: 'sqlite' | 'postgres' = 'sqlite'): Uint8Array {
  const out = new OutBuffer();
  const encoder = encoderFor(format, {
    columns, options: { ...options, ...change }, dialect: dialectOf(engine), name: { schema: 'main', relation: 'my t' }, out
  });
  for (const row of rows) encoder.row(row);
  encoder.end();
  return out.take();
}
const text = (...args: Parameters<typeof written>): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(written(...args));

it('CSV keeps NULL and empty text apart, and quotes what would be read as something else', () => {
  const rows: Cell[][] = [[null, ''], ['a"b', 'x,y'], [' s', 'two\nlines'], [9223372036854775807n, { real: 2 }], [new Uint8Array([0, 255]), -0]];
  expect(text('csv', [column('a'), column('b')], rows)).toBe(
    'a,b\n,""\n"a""b","x,y"\n" s","two\nlines"\n9223372036854775807,2.0\n\\x00ff,-0.0\n'
  );
  expect(text('csv', [column('a')], [[null], ['NULL'], ['']], { nullText: 'NULL', header: false })).toBe('NULL\n"NULL"\n""\n');
  expect(text('tsv', [column('a'), column('b')], [['x\ty', 'x,y']], { bom: true, lineEnd: '\r\n' })).toBe('\ufeffa\tb\r\n"x\ty"\tx,y\r\n');
});

it('JSON keeps every digit, and loses no column of a name that repeats', () => {
  const columns = [column('n', 'integer'), column('n', 'number'), column('j', 'json'), column('ok', 'boolean'), column('', 'number')];
  const row: Cell[] = ['9223372036854775807', '1.10', '{"a":12345678901234567890}', 't', { real: Infinity }];
  expect(text('ndjson', columns, [row])).toBe(
    '{"n":9223372036854775807,"n_2":1.10,"j":{"a":12345678901234567890},"ok":true,"column_5":"Infinity"}\n'
  );
  expect(JSON.parse(text('json', columns, [row, row.map(() => null)]))).toHaveLength(2);
  expect(JSON.parse(text('json', columns, []))).toEqual([]);
});

it('SQL writes exact literals in statements of some rows', () => {
  const rows: Cell[][] = [["it's", null], [1, { real: 1 }], [{ text: '\ufffd', bytes: new Uint8Array([255]) }, 'x']];
  expect(text('sql', [column('a b'), column('c')], rows)).toBe(
    `INSERT INTO main."my t" ("a b", c) VALUES\n  ('it''s', NULL),\n  (1, 1.0);\nINSERT INTO main."my t" ("a b", c) VALUES\n  (CAST(x'ff' AS TEXT), 'x');\n`
  );
});

it('SQL of Postgres writes digits of numbers bare, and quotes what would become another value', () => {
  const columns = [column('n', 'number'), column('t')];
  const rows: Cell[][] = [['12345678901234567890.10', '1'], ['-5', '007'], ['-0', 'x'], ['-0.00', 'x'], ['NaN', null], ['1e+20', '']];
  expect(text('sql', columns, rows, { rowsPerInsert: 9 }, 'postgres')).toBe(
    `INSERT INTO main."my t" (n, t) VALUES\n  (12345678901234567890.10, '1'),\n  (-5, '007'),\n  ('-0', 'x'),\n  ('-0.00', 'x'),\n  ('NaN', NULL),\n  ('1e+20', '');\n`
  );
});

it('Markdown and HTML escape what would be marks', () => {
  expect(text('markdown', [column('a|b'), column('n', 'integer')], [['x|y\nz', 1], [null, 2]])).toBe(
    '| a\\|b | n |\n| --- | ---: |\n| x\\|y<br>z | 1 |\n|  | 2 |\n'
  );
  const page = text('html', [column('<b>')], [['<script>'], [null]]);
  expect(page).toContain('&lt;script&gt;');
  expect(page).toContain('<td class="null"></td>');
  expect(page).not.toContain('<script>');
});

it('Excel keeps numbers to 15 digits as numbers, and all else as text', () => {
  const rows: Cell[][] = [['12.50', 123456789012345, '01'], ['1234567890.1234567', 9223372036854775807n, null], ['x', 1, '=1+1\u0001 ']];
  const files = unzipSync(written('xlsx', [column('n', 'number'), column('i', 'integer'), column('t')], rows));
  const sheet = strFromU8(files['xl/worksheets/sheet1.xml']!);
  expect(sheet).toContain('<c r="A2"><v>12.50</v></c><c r="B2"><v>123456789012345</v></c><c r="C2" t="inlineStr"><is><t>01</t></is></c>');
  expect(sheet).toContain('<t>1234567890.1234567</t>');
  expect(sheet).toContain('<t>9223372036854775807</t>');
  expect(sheet).not.toContain('r="C3"');
  expect(sheet).toContain('=1+1_x0001_ ');
  expect(Object.keys(files)).toContain('[Content_Types].xml');
  expect([0, 25, 26, 701, 702].map(columnLetters)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA']);
  expect(xmlText('_x000D_')).toBe('_x005F_x000D_');
  expect(() => written('xlsx', [column('t')], [['x'.repeat(40_000)]])).toThrow(expect.objectContaining({ code: 'refused' }));
});

it('names are made unique without meeting those that are there', () => {
  expect(uniqueNames(['a', 'a', 'a_2', ''])).toEqual(['a', 'a_3', 'a_2', 'column_4']);
  expect(uniqueNames(['id', 'ID'], (n) => n.toLowerCase())).toEqual(['id', 'ID_2']);
});
