import { describe, expect, it } from 'vitest';
import { alsoFilter, addTo, blamedPath, countEnabled, joinAt, nodeAt, removeAt, replaceAt, requestFilters, type FilterTree } from '../../src/lib/tabs/filterTree';
import { filterOf, filterText } from '../../src/lib/table/filterWords';
import { filterOperators } from '../../workers/dialect/filters';
import type { Filter, FilterGroup } from '../../workers/engine';

const f = (column: string, enabled = true): Filter => ({ column, operator: 'is-null', values: [], enabled });
const group = (join: 'and' | 'or', ...filters: FilterGroup['filters']): FilterGroup => ({ join, filters, enabled: true });
const tree: FilterTree = { join: 'and', filters: [f('a'), group('or', f('b'), group('and', f('c')))] };

describe('the tree of filters', () => {
  it('finds, adds, replaces and removes at a place', () => {
    expect(nodeAt(tree, [1, 1, 0])).toEqual(f('c'));
    expect(nodeAt(tree, [])).toBe(tree);
    expect(nodeAt(tree, [0, 0])).toBeUndefined();
    expect(nodeAt(tree, [7])).toBeUndefined();
    expect(nodeAt(addTo(tree, [1, 1], f('d')), [1, 1, 1])).toEqual(f('d'));
    expect(addTo(tree, [], f('d')).filters).toHaveLength(3);
    expect(nodeAt(replaceAt(tree, [1, 0], f('x')), [1, 0])).toEqual(f('x'));
    expect(removeAt(tree, [1, 1]).filters).toEqual([f('a'), group('or', f('b'))]);
    expect(removeAt(tree, [1]).filters).toEqual([f('a')]);
  });

  it('switches how a group holds together, and leaves the others', () => {
    expect(joinAt(tree, [], 'or')).toEqual({ ...tree, join: 'or' });
    expect(joinAt(tree, [1], 'and').filters[1]).toEqual({ ...group('and', f('b'), group('and', f('c'))) });
    expect(joinAt(tree, [0], 'or')).toEqual(tree);
  });

  it('counts what is switched on, nothing within a group that is off', () => {
    expect(countEnabled(tree.filters)).toBe(3);
    expect(countEnabled([f('a', false), { ...group('or', f('b'), f('c')), enabled: false }, group('or')])).toBe(0);
  });

  it('asks for any of the outermost ones as a group, and finds the blamed one again', () => {
    expect(requestFilters(tree)).toEqual(tree.filters);
    const any: FilterTree = { ...tree, join: 'or' };
    expect(requestFilters(any)).toEqual([group('or', ...tree.filters)]);
    expect(blamedPath(tree, '1.1.0')).toEqual([1, 1, 0]);
    expect(blamedPath(any, '0.1.0')).toEqual([1, 0]);
    expect(blamedPath({ join: 'or', filters: [f('a')] }, '0')).toEqual([0]);
    expect(blamedPath(tree, 'where')).toBeNull();
    expect(blamedPath(tree, undefined)).toBeNull();
  });

  it('adds a filter from a cell to all that is asked for, also beside filters any of which hold', () => {
    expect(alsoFilter(tree, f('z')).filters).toEqual([...tree.filters, f('z')]);
    const any: FilterTree = { join: 'or', filters: [f('a'), f('b')] };
    expect(alsoFilter(any, f('z'))).toEqual({ join: 'and', filters: [group('or', f('a'), f('b')), f('z')] });
  });

  it('gives back what was typed for a filter', () => {
    for (const typed of ['x, y', 'x, "y, ""z""", w', '"", a', '" a ", b']) {
      const filter = filterOf('a', 'in', 'list', typed);
      expect(filterOf('a', 'in', 'list', filterText(filter, filterOperators))).toEqual(filter);
    }
    expect(filterText(filterOf('a', 'equals', 'one', ' x, y'), filterOperators)).toBe(' x, y');
    expect(filterText(filterOf('a', 'is-null', 'none', ''), filterOperators)).toBe('');
  });
});
