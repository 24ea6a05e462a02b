import { describe, expect, it } from 'vitest';
import { toggleSort } from '../../src/lib/tabs/tableState';

describe('toggleSort', () => {
  const a = { column: 'a', descending: false };
  const b = { column: 'b', descending: true };
  it('goes round: ascending, descending, none', () => {
    expect(toggleSort([], 'a', false)).toEqual([a]);
    expect(toggleSort([a], 'a', false)).toEqual([{ ...a, descending: true }]);
    expect(toggleSort([{ ...a, descending: true }], 'a', false)).toEqual([]);
    expect(toggleSort([a], 'b', false)).toEqual([{ ...b, descending: false }]);
  });
  it('adds, turns and takes away with ⇧, the others as they are', () => {
    expect(toggleSort([b], 'a', true)).toEqual([b, a]);
    expect(toggleSort([a, b], 'a', true)).toEqual([{ ...a, descending: true }, b]);
    expect(toggleSort([a, b], 'b', true)).toEqual([a]);
  });
});
