import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  columnAt,
  columnsInSight,
  handleOf,
  offsetAfter,
  offsetsOf,
  revealing,
  rowsInSight,
  scrollScale,
  slotsOf
} from '../../src/lib/grid/viewport';

describe('rowsInSight', () => {
  it('takes rows that are seen in part', () => {
    expect(rowsInSight(30, 100, 28, 1000)).toEqual({ first: 1, last: 5 });
  });
  it('stays within the rows', () => {
    expect(rowsInSight(0, 1000, 28, 3)).toEqual({ first: 0, last: 3 });
    expect(rowsInSight(0, 1000, 28, 0)).toEqual({ first: 0, last: 0 });
    expect(rowsInSight(28 * 999, 500, 28, 10)).toEqual({ first: 10, last: 10 });
  });
});

describe('columns', () => {
  const offsets = offsetsOf([100, 50, 200]);
  it('begins each where the one before ends', () => {
    expect([...offsets]).toEqual([0, 100, 150, 350]);
  });
  it('finds the column at a place, the nearest beside them', () => {
    expect([-5, 0, 99, 100, 149, 150, 900].map((x) => columnAt(offsets, x))).toEqual([0, 0, 0, 1, 1, 2, 2]);
    expect(columnAt(offsetsOf([]), 10)).toBe(-1);
  });
  it('takes columns that are seen in part', () => {
    expect(columnsInSight(offsets, 99, 2)).toEqual({ first: 0, last: 2 });
    expect(columnsInSight(offsets, 100, 50)).toEqual({ first: 1, last: 2 });
    expect(columnsInSight(offsetsOf([]), 0, 500)).toEqual({ first: 0, last: 0 });
  });
});

describe('slotsOf', () => {
  it('keeps an index in its slot while it is in sight', () => {
    const before = slotsOf({ first: 10, last: 15 }, 6);
    const after = slotsOf({ first: 11, last: 16 }, 6);
    for (let i = 11; i < 15; i++) expect(after.indexOf(i)).toBe(before.indexOf(i));
    expect(after).toContain(15);
    expect(after).not.toContain(10);
  });
});

describe('scroll scale', () => {
  const tall = scrollScale(280_000_000, 800, 32_000_000);
  it('is one to one where the content is no taller than what is possible', () => {
    const plain = scrollScale(28_000_000, 800, 32_000_000);
    expect(plain.canvas).toBe(28_000_000);
    expect(offsetAfter(plain, 0, 0, 123_456)).toBe(123_456);
    expect(handleOf(plain, 27_999_200)).toBe(27_999_200);
  });
  it('moves a wheel step by as much, a jump in proportion', () => {
    expect(offsetAfter(tall, 1_000_000, 114_000, 114_100)).toBe(1_000_100);
    expect(offsetAfter(tall, 0, 0, tall.canvas - tall.view)).toBe(280_000_000 - 800);
    expect(offsetAfter(tall, 0, 0, (tall.canvas - tall.view) / 2)).toBeCloseTo((280_000_000 - 800) / 2);
  });
  it('never stands at an end of the bar while there is something beyond it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 280_000_000 - 800 }), (offset) => {
        const handle = handleOf(tall, offset);
        expect(handle).toBeGreaterThanOrEqual(Math.min(offset, 800) - 1e-6);
        expect(tall.canvas - tall.view - handle).toBeGreaterThanOrEqual(Math.min(280_000_000 - 800 - offset, 800) - 1e-6);
      })
    );
  });
  it('reaches both ends by small steps, with the bar put where it belongs on the way', () => {
    let offset = 100_000;
    let handle = handleOf(tall, offset);
    for (let i = 0; i < 2_000 && offset > 0; i++) {
      const to = Math.max(0, handle - 100);
      offset = offsetAfter(tall, offset, handle, to);
      handle = to <= 0 || i % 10 === 0 ? handleOf(tall, offset) : to;
    }
    expect(offset).toBe(0);
  });
});

describe('revealing', () => {
  it('moves as little as possible', () => {
    expect(revealing(100, 100, 120, 140)).toBe(100);
    expect(revealing(100, 100, 50, 70)).toBe(50);
    expect(revealing(100, 100, 190, 210)).toBe(110);
    expect(revealing(100, 100, 150, 400)).toBe(150);
  });
});
