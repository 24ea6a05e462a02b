import { beforeEach, describe, expect, it } from 'vitest';
import { FilterEditing, type FilteredTable } from '../../src/lib/table/filterEditing.svelte';
import { FilterQueue, type FilterChange } from '../../src/lib/table/filterQueue';
import { filterId } from '../../src/lib/tabs/filterTree';
import type { FilterSet } from '../../src/lib/tabs/tableState';
import type { Filter, FilterGroup } from '../../workers/engine';

const f = (column: string, enabled = true): Filter => ({ column, operator: 'is-null', values: [], enabled });
const group = (join: 'and' | 'or', ...filters: FilterGroup['filters']): FilterGroup => ({ join, filters, enabled: true });

/** A table whose engine takes its time to answer, and refuses filters by the column "bad". */
class SlowTable implements FilteredTable {
  state: FilterSet = { filters: [f('a'), group('or', f('b'), f('c')), f('d')], join: 'and', where: '', search: '' };
  asked = 0;
  readonly #queue = new FilterQueue({
    read: () => this.state,
    ask: async (set) => {
      this.asked++;
      await new Promise((done) => setTimeout(done, 2));
      const at = set.filters.findIndex((node) => 'column' in node && node.column === 'bad' && node.enabled);
      if (at >= 0) throw Object.assign(new Error('No such column.'), { filter: String(at) });
    },
    put: (set) => (this.state = set)
  });

  filter(change: FilterChange) {
    return this.#queue.apply(change);
  }
}

const words = (nodes: readonly (Filter | FilterGroup)[]): string =>
  nodes.map((n) => (n.enabled ? '' : '-') + ('column' in n ? n.column : `${n.join}(${words(n.filters)})`)).join(' ');

let table: SlowTable;
let editing: FilterEditing;
const now = (): string => `${table.state.join}: ${words(table.state.filters)}`;

beforeEach(() => {
  table = new SlowTable();
  editing = new FilterEditing(table);
});

describe('filters that are changed while the engine is asked', () => {
  it('loses none of two changes', async () => {
    const [a, , d] = table.state.filters;
    await Promise.all([editing.enable(a!, false), editing.enable(d!, false), editing.setJoin(null, 'or'), editing.apply(() => ({ where: 'x' }), 'where')]);
    expect(now()).toBe('or: -a or(b c) -d');
    expect(table.state.where).toBe('x');
  });

  it('finds a filter again whose place has moved, and within a group that was changed', async () => {
    const [a, g, d] = table.state.filters as [Filter, FilterGroup, Filter];
    await Promise.all([editing.remove(a), editing.enable(d, false), editing.enable(g.filters[1]!, false), editing.remove(g.filters[0]!), editing.setJoin(g, 'and')]);
    expect(now()).toBe('and: and(-c) -d');
    await Promise.all([editing.enable(d, true), editing.enable(d, false), editing.enable(d, true)]);
    expect(now()).toBe('and: and(-c) d');
  });

  it('asks for nothing where the filter is gone by then', async () => {
    const [a] = table.state.filters;
    expect(await Promise.all([editing.remove(a!), editing.remove(a!), editing.enable(a!, false)])).toEqual([true, true, true]);
    expect(now()).toBe('and: or(b c) d');
    expect(table.asked).toBe(1);
  });

  it('adds each of several, to the group that was aimed at', async () => {
    editing.aim(table.state.filters[1] as FilterGroup);
    await Promise.all([editing.put(f('x')), editing.remove(table.state.filters[0]!), editing.put(f('y'))]);
    expect(now()).toBe('and: or(b c x y) d');
    await Promise.all([editing.addGroup(), editing.setJoin(null, 'or')]);
    expect(now()).toBe('or: or(b c x y and()) d');
    await editing.put(f('z'));
    expect(now()).toBe('or: or(b c x y and(z)) d');
    await Promise.all([editing.remove(table.state.filters[0]!), editing.put(f('w'))]);
    expect(now()).toBe('or: d w');
  });

  it('makes a filter that was switched off meanwhile another one, still off', async () => {
    const [a] = table.state.filters as [Filter];
    editing.edit(a);
    await Promise.all([editing.enable(a, false), editing.put(f('a2'))]);
    expect(now()).toBe('and: -a2 or(b c) d');
    expect(editing.edited).toBeNull();
  });

  it('leaves out what is refused, marks its box, and makes the others', async () => {
    table.state = { ...table.state, filters: [f('a'), f('bad', false), f('d')] };
    const [a, bad, d] = table.state.filters;
    await Promise.all([editing.remove(a!), editing.enable(bad!, true)]);
    expect(editing.isWrong(filterId(bad!))).toBe(true);
    expect(now()).toBe('and: -bad d');
    await Promise.all([editing.put(f('bad')), editing.enable(d!, false)]);
    expect(now()).toBe('and: -bad -d');
    await editing.put(f('bad'));
    expect(editing.isWrong('value')).toBe(true);
  });

  it('stands back when the table was opened by other filters meanwhile', async () => {
    const change = editing.enable(table.state.filters[0]!, false);
    await Promise.resolve();
    const opened = { filters: [f('key')], join: 'and' as const, where: '', search: '' };
    table.state = opened;
    await change;
    expect(table.state).toBe(opened);
  });
});
