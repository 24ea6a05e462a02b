import { expect, it } from 'vitest';
import { evidenceOf, fits, oddValues } from '$lib/importing/columnEvidence';
import type { FileReport, SourceColumn } from '$workers/engine';

const column = (kind: SourceColumn['kind'], nulls = 0): SourceColumn => ({ name: 'c', kind, nulls, fitsReal: true, wholes: true, slashDates: false });

it('says what a column holds, and how much of it is NULL', () => {
  expect(evidenceOf(column('integer'), 'integer', ['1', '2'], 2)).toEqual({ state: 'fits', words: 'whole numbers' });
  expect(evidenceOf(column('date', 20), 'temporal', ['2026-01-02', null], 1000)).toEqual({ state: 'fits', words: 'dates, 2 % NULL' });
  expect(evidenceOf(column('date', 3), 'temporal', ['2026-01-02', null], 1000)).toEqual({ state: 'fits', words: 'dates, 3 NULL' });
  expect(evidenceOf(column('text', 4), 'integer', [null, null], 4)).toEqual({ state: 'fits', words: 'all NULL' });
  expect(evidenceOf(column('text'), 'text', ['01234', '5'], 2)).toEqual({ state: 'fits', words: 'zeros in front stay' });
  expect(evidenceOf(column('text'), null, ['a'], 1)).toEqual({ state: 'out', words: 'left out' });
});

it('counts what does not fit, where all of it is seen', () => {
  expect(evidenceOf(column('text'), 'number', ['1', 'n/a', '12,50'], 3)).toEqual({ state: 'odd', words: '2 are not numbers' });
  expect(evidenceOf(column('text'), 'number', ['n/a'], 1)).toEqual({ state: 'odd', words: '1 is not a number' });
  expect(evidenceOf(column('text'), 'number', ['n/a'], 1000)).toEqual({ state: 'odd', words: 'some are not numbers' });
  // All of the first rows are numbers; the kind is that of all of them.
  expect(evidenceOf(column('text'), 'number', ['1'], 1000)).toEqual({ state: 'odd', words: 'some are not numbers' });
  expect(evidenceOf(column('numeric'), 'integer', ['1'], 1000)).toEqual({ state: 'odd', words: 'some are not whole numbers' });
  const report = { rows: [['1'], ['n/a'], [null], ['n/a'], ['x']] } as unknown as FileReport;
  expect(oddValues(report, 0, 'number')).toEqual(['n/a', 'x']);
});

it('says of no value that it does not fit which an engine may take', () => {
  for (const value of [' 12 ', '+1', '-0', '1.', '.5', '1e-7', 'NaN', '-Infinity']) expect(fits(value, 'number')).toBe(true);
  for (const value of ['t', 'OFF', 'yes', '0']) expect(fits(value, 'boolean')).toBe(true);
  for (const value of ['now', 'Jan 8, 1999', '-infinity']) expect(fits(value, 'temporal')).toBe(true);
  for (const value of ['{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11']) expect(fits(value, 'uuid')).toBe(true);
  for (const family of ['text', 'json', 'array', 'enum', 'binary', 'other'] as const) expect(fits('anything', family)).toBe(true);
  expect(fits(null, 'integer')).toBe(true);
  expect(fits('1.5', 'integer')).toBe(false);
});
