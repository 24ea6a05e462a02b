import { expect, it } from 'vitest';
import { matchColumns } from '$lib/importing/matchColumns';
import type { ColumnInfo, SourceColumn } from '$workers/engine';
import { dialectOf } from '../../workers/dialect/dialectOf';
import { planCopy } from '../../workers/dialect/copyPlan';
import { mapType } from '../../workers/dialect/typeMap';
import { arrayJson } from '../../workers/transfer/arrayJson';
import { canonical, canonicalNumber, Checksum } from '../../workers/transfer/canonical';
import { converterFor } from '../../workers/transfer/convertValue';
import type { ColumnSurvey } from '../../workers/wire/copies';
import type { ReadOptions } from '../../workers/wire/imports';

const seen = (change: Partial<ColumnSurvey>): ColumnSurvey => ({
  name: 'c', integers: 0, reals: 0, texts: 0, blobs: 0, unfit: 0, textKind: 'text', plainMoments: true, onlyBits: true, fitsReal: true, ...change
});
const column = (type: string, family: ColumnInfo['family'], name = 'c'): ColumnInfo => ({
  name, type, family, nullable: true, default: null, keyPlace: 0, generated: null, identity: null, hidden: false
});
const [sqlite, postgres] = [dialectOf('sqlite'), dialectOf('postgres')];

it('what the values are decides what a column of SQLite becomes', () => {
  const type = (declared: string, family: ColumnInfo['family'], survey: Partial<ColumnSurvey>): string => mapType(sqlite, postgres, column(declared, family), seen(survey)).type;
  expect(type('INTEGER', 'integer', { integers: 3 })).toBe('bigint');
  expect(type('NUMERIC(10,2)', 'number', { integers: 1, reals: 2 })).toBe('numeric');
  expect(type('REAL', 'number', { reals: 2 })).toBe('double precision');
  expect(type('BOOLEAN', 'boolean', { integers: 2 })).toBe('boolean');
  expect(type('BOOLEAN', 'boolean', { integers: 2, onlyBits: false })).toBe('bigint');
  expect(type('DATETIME', 'temporal', { texts: 2, textKind: 'timestamp' })).toBe('timestamp');
  expect(type('DATETIME', 'temporal', { texts: 2, textKind: 'timestamp', plainMoments: false })).toBe('text');
  expect(mapType(sqlite, postgres, column('INTEGER', 'integer'), seen({ integers: 1, texts: 1 }))).toMatchObject({ type: 'text', note: expect.stringContaining('several kinds') as string });
  expect(type('TEXT', 'text', { texts: 1, unfit: 1 })).toBe('bytea');
});

it('a number that a double would change goes to SQLite as text', () => {
  expect(mapType(postgres, sqlite, column('numeric', 'number'), seen({ texts: 1 }))).toMatchObject({ type: 'NUMERIC', note: null });
  expect(mapType(postgres, sqlite, column('numeric', 'number'), seen({ texts: 1, fitsReal: false }))).toMatchObject({ type: 'TEXT' });
  expect(mapType(postgres, sqlite, column('text[]', 'array'), seen({ texts: 1 }))).toMatchObject({ type: 'TEXT', arrayAsJson: true });
});

it('arrays become JSON, however they are nested and quoted', () => {
  expect(arrayJson('{}')).toBe('[]');
  expect(arrayJson('{1,NULL,12345678901234567890}')).toBe('[1,null,12345678901234567890]');
  expect(arrayJson('{{"a \\"b\\" \\\\",c},{"NULL",""}}')).toBe('[["a \\"b\\" \\\\","c"],["NULL",""]]');
  expect(arrayJson('[0:1]={1,2}')).toBe('[1,2]');
});

it('values are comparable across the engines', () => {
  expect(new Set(['1', '1.0', '1.00', '1e0', '10e-1', '+1'].map(canonicalNumber)).size).toBe(1);
  expect(canonicalNumber('-0.00')).toBe('0');
  expect(canonicalNumber('NaN')).toBe('NaN');
  expect(canonical({ real: 1e300 }, 'number')).toBe(canonical(`1${'0'.repeat(300)}`, 'number'));
  expect(canonical(1, 'boolean')).toBe(canonical('t', 'boolean'));
  expect(canonical(null, 'text')).not.toBe(canonical('', 'text'));
  const sum = (rows: string[][]): string => {
    const checksum = new Checksum();
    for (const row of rows) checksum.add(row, ['text', 'text']);
    return checksum.value;
  };
  expect(sum([['a', 'b'], ['c', 'd']])).toBe(sum([['c', 'd'], ['a', 'b']]));
  expect(sum([['a', 'bc']])).not.toBe(sum([['ab', 'c']]));
});

it('a value that its column cannot hold exactly is refused, never rounded', () => {
  const options = { decimal: '.', dates: 'text' } as ReadOptions;
  const into = (family: ColumnInfo['family'], change: Partial<ReadOptions> = {}) => converterFor({ from: 0, column: 'c', type: '', family }, { ...options, ...change }, 'sqlite');
  expect(into('integer')('9223372036854775807')).toBe(9223372036854775807n);
  expect(() => into('integer')('9223372036854775808')).toThrow('64 bits');
  expect(() => into('number')('12345678901234567.125')).toThrow('more digits');
  expect([into('integer')('-12'), into('number')('12.50'), into('number')('-0'), into('integer')('007')]).toEqual([-12, 12.5, { real: -0 }, 7]);
  expect(into('number')('0.30000000000000004')).toBe(0.30000000000000004);
  expect(into('number', { decimal: ',' })('1.234,50')).toBe(1234.5);
  expect(into('temporal', { dates: 'day-first' })('1/2/2026')).toBe('2026-02-01');
  expect([into('boolean')('true'), into('boolean')('F'), into('boolean')('maybe')]).toEqual([1, 0, 'maybe']);
  expect(into('binary')('\\x00ff')).toEqual(new Uint8Array([0, 255]));
});

it('columns meet by name: as written first, then without regard to case, blanks and underscores', () => {
  const source = ['ID', 'first name', 'other', 'id'].map((name): SourceColumn => ({ name, kind: 'text', nulls: 0, fitsReal: true, wholes: false, slashDates: false }));
  const table = [column('integer', 'integer', 'id'), column('text', 'text', 'First_Name')];
  expect(matchColumns(source, table).map((m) => m.target)).toEqual(['', 'First_Name', '', 'id']);
  expect(matchColumns(source, null).map((m) => m.target)).toEqual(['ID', 'first name', 'other', 'id']);
});

it('tables that are called otherwise in the target take their keys and indexes along', () => {
  const info = (relation: string, foreignKeys: object[]) => ({
    structure: {
      info: { schema: 'main', relation, kind: 'table', columns: [{ ...column('INTEGER', 'integer', 'id'), keyPlace: 1 }], foreignKeys },
      indexes: [{ name: `${relation}_id`, unique: false, primary: false, partial: false, columns: ['id'] }], triggers: [], checks: []
    },
    survey: { rows: 0, columns: [seen({ name: 'id' })] }
  });
  const key = { columns: ['id'], target: { schema: 'main', relation: 'a' }, targetColumns: ['id'], onDelete: '', onUpdate: '', deferrable: 'no' };
  const tables = [info('a', []), info('b', [key])] as unknown as Parameters<typeof planCopy>[0]['tables'];
  const catalog = { defaultSchema: 'public', schemas: [{ name: 'public', relations: [{ relation: 'a' }] }] } as unknown as Parameters<typeof planCopy>[0]['catalog'];
  const plan = (names: [string, string][]) => planCopy({ from: sqlite, to: postgres, tables, schema: 'public', catalog, types: new Map(), names: new Map(names) });
  expect(plan([]).problems).toEqual([expect.stringContaining('There is a table a in the target already')]);
  expect(plan([['a', 'b']]).problems).toEqual(['Two tables would be called b.']);
  expect(plan([['a', '']]).problems).toEqual(['a needs a name in the target.']);
  const renamed = plan([['a', 'c']]);
  expect(renamed.problems).toEqual([]);
  expect(renamed.tables.map((t) => t.target.relation)).toEqual(['c', 'b']);
  expect(renamed.after.map((s) => s.sql).join('\n')).toMatch(/INDEX "?c_id"? ON "?public"?\."?c"?[^]*REFERENCES "?public"?\."?c"? /);
});
