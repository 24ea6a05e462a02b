import { describe, expect, it } from 'vitest';
import {
  HEAD,
  cellsOf,
  everything,
  isInside,
  placeAfter,
  rangeOf,
  wholeColumns,
  wholeRows,
  within
} from '../../src/lib/grid/selection';

const bounds = { rows: 100, columns: 10, page: 20 };
const from = { row: 50, column: 5 };

describe('placeAfter', () => {
  it.each([
    ['ArrowUp', false, 49, 5],
    ['ArrowDown', false, 51, 5],
    ['ArrowLeft', false, 50, 4],
    ['ArrowRight', false, 50, 6],
    ['Home', false, 50, 0],
    ['End', false, 50, 9],
    ['PageUp', false, 30, 5],
    ['PageDown', false, 70, 5],
    ['ArrowUp', true, 0, 5],
    ['ArrowDown', true, 99, 5],
    ['ArrowLeft', true, 50, 0],
    ['ArrowRight', true, 50, 9],
    ['Home', true, 0, 0],
    ['End', true, 99, 9]
  ])('%s, far %s', (key, far, row, column) => {
    expect(placeAfter(from, key, far, bounds)).toEqual({ row, column });
  });
  it('leads from the first row to the heads and back', () => {
    expect(placeAfter({ row: 0, column: 3 }, 'ArrowUp', false, bounds)).toEqual({ row: HEAD, column: 3 });
    expect(placeAfter({ row: HEAD, column: 3 }, 'ArrowUp', false, bounds)).toEqual({ row: HEAD, column: 3 });
    expect(placeAfter({ row: HEAD, column: 3 }, 'ArrowDown', false, bounds)).toEqual({ row: 0, column: 3 });
  });
  it('stops at the edges', () => {
    expect(placeAfter({ row: 99, column: 9 }, 'ArrowDown', false, bounds)).toEqual({ row: 99, column: 9 });
    expect(placeAfter({ row: 95, column: 9 }, 'PageDown', false, bounds)).toEqual({ row: 99, column: 9 });
    expect(placeAfter({ row: 5, column: 9 }, 'PageUp', false, bounds)).toEqual({ row: 0, column: 9 });
  });
  it('goes no further than the heads where there are no rows', () => {
    expect(placeAfter({ row: HEAD, column: 0 }, 'ArrowDown', false, { rows: 0, columns: 2, page: 5 })).toEqual({ row: HEAD, column: 0 });
    expect(placeAfter(from, 'ArrowDown', false, { rows: 0, columns: 0, page: 5 })).toBeNull();
  });
  it('leaves other keys alone', () => {
    expect(placeAfter(from, 'a', false, bounds)).toBeNull();
  });
});

describe('ranges', () => {
  it('spans two places in any order', () => {
    expect(rangeOf({ row: 5, column: 1 }, { row: 2, column: 4 })).toEqual({ top: 2, left: 1, bottom: 5, right: 4 });
  });
  it('is cut to the grid', () => {
    expect(within(everything, 3, 2)).toEqual({ top: 0, left: 0, bottom: 2, right: 1 });
    expect(within(wholeRows(4, 2), 10, 3)).toEqual({ top: 2, left: 0, bottom: 4, right: 2 });
    expect(within(wholeColumns(1, 1), 10, 3)).toEqual({ top: 0, left: 1, bottom: 9, right: 1 });
    expect(within(wholeRows(12, 14), 10, 3)).toBeNull();
    expect(within(everything, 0, 3)).toBeNull();
  });
  it('counts and holds its cells', () => {
    const range = { top: 2, left: 1, bottom: 5, right: 4 };
    expect(cellsOf(range)).toBe(16);
    expect(isInside(range, 5, 4)).toBe(true);
    expect(isInside(range, 6, 4)).toBe(false);
    expect(isInside(null, 0, 0)).toBe(false);
  });
});
