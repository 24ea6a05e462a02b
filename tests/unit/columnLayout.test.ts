import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  frozenCount,
  hiddenNames,
  isPlain,
  moveColumn,
  plainLayout,
  setFrozen,
  setHidden,
  shownNames,
  shownPlaces,
  type ColumnLayout
} from '../../src/lib/tabs/columnLayout';

const names = ['a', 'b', 'c', 'd'];

describe('the layout of columns', () => {
  it('is the relation\'s own until somebody chooses', () => {
    expect(shownNames(plainLayout, names)).toEqual(names);
    expect(shownPlaces(plainLayout, names)).toEqual([0, 1, 2, 3]);
    expect(isPlain(plainLayout)).toBe(true);
  });

  it('hides columns, but never all of them', () => {
    const some = setHidden(setHidden(plainLayout, 'a', true), 'c', true);
    expect(shownPlaces(some, names)).toEqual([1, 3]);
    expect(hiddenNames(some, names)).toEqual(['a', 'c']);
    expect(shownNames(setHidden(some, 'a', false), names)).toEqual(['a', 'b', 'd']);
    const none = { ...plainLayout, hidden: names };
    expect(shownNames(none, names)).toEqual(names);
    expect(hiddenNames(none, names)).toEqual([]);
  });

  it('moves a column to where another stands, both ways', () => {
    expect(shownNames(moveColumn(plainLayout, names, 'a', 'c'), names)).toEqual(['b', 'c', 'a', 'd']);
    expect(shownNames(moveColumn(plainLayout, names, 'd', 'b'), names)).toEqual(['a', 'd', 'b', 'c']);
  });

  it('freezes columns in the order in which they were chosen, and lets them go back to where they stood', () => {
    const one = setFrozen(plainLayout, 'c', true);
    const two = setFrozen(one, 'b', true);
    expect(shownNames(two, names)).toEqual(['c', 'b', 'a', 'd']);
    expect(frozenCount(two, names)).toBe(2);
    expect(frozenCount(setHidden(two, 'b', true), names)).toBe(1);
    expect(shownNames(setFrozen(setFrozen(two, 'c', false), 'b', false), names)).toEqual(names);
  });

  it('moves no column across the border of the frozen ones', () => {
    const layout = { ...plainLayout, frozen: ['c', 'd'] };
    expect(shownNames(moveColumn(layout, names, 'b', 'c'), names)).toEqual(['c', 'd', 'b', 'a']);
    expect(shownNames(moveColumn(layout, names, 'c', 'b'), names)).toEqual(['d', 'c', 'a', 'b']);
  });

  it('keeps to what is there: columns that came later stand last, those that are gone are passed over', () => {
    const layout: ColumnLayout = { order: ['c', 'gone', 'a'], hidden: ['gone'], frozen: ['gone', 'a'] };
    expect(shownNames(layout, names)).toEqual(['a', 'c', 'b', 'd']);
    expect(frozenCount(layout, names)).toBe(1);
  });

  it('keeps columns of one name together', () => {
    expect(shownPlaces(setFrozen(plainLayout, 'x', true), ['a', 'x', 'b', 'x'])).toEqual([1, 3, 0, 2]);
    expect(frozenCount(setFrozen(plainLayout, 'x', true), ['a', 'x', 'b', 'x'])).toBe(2);
  });

  it('shows every column once whatever is done', () => {
    const step = fc.tuple(fc.constantFrom('hide', 'freeze', 'move'), fc.constantFrom(...names), fc.constantFrom(...names), fc.boolean());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let layout: ColumnLayout = plainLayout;
        for (const [what, name, target, isOn] of steps) {
          if (what === 'hide') layout = setHidden(layout, name, isOn);
          else if (what === 'freeze') layout = setFrozen(layout, name, isOn);
          else if (name !== target) layout = moveColumn(layout, names, name, target);
        }
        const places = shownPlaces({ ...layout, hidden: [] }, names);
        expect([...places].sort()).toEqual([0, 1, 2, 3]);
        expect(new Set([...shownNames(layout, names), ...hiddenNames(layout, names)])).toEqual(new Set(names));
      })
    );
  });
});
