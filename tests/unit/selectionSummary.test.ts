import fc from 'fast-check';
import { expect, it } from 'vitest';
import { summaryOf } from '$lib/grid/selectionSummary';
import type { Cell, TypeFamily } from '../../workers/engine';

const of = (family: TypeFamily, cells: Cell[]) => summaryOf(cells.map((cell) => ({ cell, column: { name: 'c', type: '', family } })));

it('adds exactly, whatever the length of the numbers', () => {
  expect(of('integer', [2n ** 63n - 1n, 1, null, 1])).toEqual({
    cells: 4,
    nulls: 1,
    distinct: 2,
    numbers: { sum: '9,223,372,036,854,775,809', mean: '3,074,457,345,618,258,603', min: '1', max: '9,223,372,036,854,775,807' }
  });
  expect(of('number', ['0.1', '0.2', '-1000.30']).numbers).toEqual({ sum: '-1,000', mean: '-333.33333333', min: '-1,000.3', max: '0.2' });
  expect(of('number', ['NaN', 'Infinity']).numbers).toBeNull();
  expect(of('text', ['1', '2']).numbers).toBeNull();
  expect(of('other', [{ real: 2 }, 1.5]).numbers!.sum).toBe('3.5');
});

it('agrees with whole numbers added one by one', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { minLength: 1, maxLength: 20 }), (all) => {
      const sum = all.reduce((a, b) => a + b, 0n);
      expect(of('integer', all).numbers!.sum.replaceAll(',', '')).toBe(String(sum));
    })
  );
});
