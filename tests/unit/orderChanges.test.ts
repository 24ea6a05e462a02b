import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ForeignKey, RelationInfo, RelationRef } from '../../workers/wire/catalog';
import type { RowChange } from '../../workers/wire/changes';
import { orderChanges } from '../../workers/host/orderChanges';

const relation = (name: string, columns: string[], more: Partial<RelationInfo> = {}): RelationInfo => ({
  schema: 's',
  relation: name,
  kind: 'table',
  columns: columns.map((column, i) => ({
    name: column, type: 'integer', family: 'integer', nullable: i > 0, default: null, keyPlace: i === 0 ? 1 : 0, generated: null, identity: null, hidden: false
  })),
  foreignKeys: [],
  rows: null,
  ...more
});
const key = (column: string, target: string): ForeignKey => ({
  name: '', columns: [column], target: { schema: 's', relation: target }, targetColumns: ['id'], onDelete: 'NO ACTION', onUpdate: 'NO ACTION', deferrable: 'no'
});
/** a ← b ← c; d points to itself. */
const relations = [
  relation('a', ['id', 'u'], { uniqueKeys: [['u']] }),
  relation('b', ['id', 'a'], { foreignKeys: [key('a', 'a')] }),
  relation('c', ['id', 'b', 'a'], { foreignKeys: [key('b', 'b'), key('a', 'a')] }),
  relation('d', ['id', 'd'], { foreignKeys: [key('d', 'd')] })
];
const relationOf = (ref: RelationRef): RelationInfo => relations.find((r) => r.relation === ref.relation)!;

let ids = 0;
const change = (name: string, type: RowChange['type'], data: RowChange['data'], before: RowChange['before'] = {}): RowChange => ({
  id: String(++ids), type, schema: 's', relation: name, data, before
});
const order = (changes: RowChange[]): string[] => orderChanges(changes, relationOf).changes.map((c) => c.id);

describe('the order of changes', () => {
  it('is that in which they came where nothing decides', () => {
    const changes = [3, 1, 2].map((id) => change('a', 'insert', { id }));
    expect(order(changes)).toEqual(changes.map((c) => c.id));
  });

  it('moves a child to a new parent before the old one goes', () => {
    const gone = change('a', 'delete', {}, { id: 1, u: 1 });
    const moved = change('b', 'update', { a: 2 }, { id: 5, a: 1 });
    const made = change('a', 'insert', { id: 2 });
    expect(order([gone, moved, made])).toEqual([made.id, moved.id, gone.id]);
  });

  it('changes a row before the parent goes that takes it along', () => {
    const gone = change('a', 'delete', {}, { id: 1 });
    const child = change('c', 'update', { id: 9 }, { id: 5, a: 1, b: null });
    expect(order([gone, child])).toEqual([child.id, gone.id]);
  });

  it('frees a unique value first, through a chain', () => {
    const one = change('a', 'update', { u: 2 }, { id: 1, u: 1 });
    const two = change('a', 'update', { u: 3 }, { id: 2, u: 2 });
    const three = change('a', 'delete', {}, { id: 3, u: 3 });
    expect(order([one, two, three])).toEqual([three.id, two.id, one.id]);
  });

  it('makes rows of one table that point to each other from the top, however many', () => {
    const count = 20_000;
    const changes = Array.from({ length: count }, (_, i) => change('d', 'insert', { id: i, d: i + 1 < count ? i + 1 : null }));
    expect(order(changes)).toEqual(changes.map((c) => c.id).reverse());
  });

  it('says that there is a circle, and leaves nothing out', () => {
    const changes = [change('d', 'insert', { id: 1, d: 2 }), change('d', 'insert', { id: 2, d: 3 }), change('d', 'insert', { id: 3, d: 1 })];
    const ordered = orderChanges(changes, relationOf);
    expect(ordered.isCircle).toBe(true);
    expect(ordered.changes).toHaveLength(3);
    expect(orderChanges([change('d', 'insert', { id: 1, d: 1 })], relationOf).isCircle).toBe(false);
  });

  it('holds every constraint at every step, from any state to any other', () => {
    const value = fc.integer({ min: 1, max: 4 });
    const state = fc.record({
      a: fc.uniqueArray(value, { minLength: 1 }),
      b: fc.uniqueArray(fc.tuple(value, value), { selector: ([id]) => id }),
      d: fc.uniqueArray(fc.tuple(value, fc.nat(3)), { selector: ([id]) => id })
    });
    type Rows = Map<string, Record<string, number | null>>;
    const rowsOf = ({ a, b, d }: { a: number[]; b: [number, number][]; d: [number, number][] }): Rows => {
      const rows: Rows = new Map();
      for (const id of a) rows.set(`a${id}`, { id, u: id * 10 });
      for (const [id, to] of b) rows.set(`b${id}`, { id, a: a[to % a.length]! });
      // Only to smaller ones, so that there is no circle.
      for (const [id, to] of d) rows.set(`d${id}`, { id, d: d.some(([other]) => other === to && to < id) ? to : null });
      return rows;
    };
    const holds = (rows: Rows): boolean =>
      [...rows].every(
        ([name, row]) =>
          (name[0] !== 'b' || rows.has(`a${row.a}`)) && (name[0] !== 'd' || row.d === null || rows.has(`d${row.d}`))
      );
    fc.assert(
      fc.property(state, state, fc.infiniteStream(fc.nat()), (from, to, random) => {
        const before = rowsOf(from);
        const after = rowsOf(to);
        const changes: RowChange[] = [];
        for (const [name, row] of before) {
          const now = after.get(name);
          if (!now) changes.push(change(name[0]!, 'delete', {}, row));
          else if (JSON.stringify(now) !== JSON.stringify(row)) changes.push(change(name[0]!, 'update', now, row));
        }
        for (const [name, row] of after) if (!before.has(name)) changes.push(change(name[0]!, 'insert', row));
        const shuffled = changes.map((c) => ({ c, r: random.next().value })).sort((x, y) => x.r - y.r).map(({ c }) => c);
        const { changes: ordered, isCircle } = orderChanges(shuffled, relationOf);
        expect(ordered).toHaveLength(changes.length);
        if (isCircle) return;
        const rows = new Map(before);
        for (const c of ordered) {
          const name = `${c.relation}${String((c.type === 'insert' ? c.data : c.before).id)}`;
          if (c.type === 'delete') rows.delete(name);
          else rows.set(name, { ...c.before, ...c.data } as Record<string, number | null>);
          expect(holds(rows), `${c.type} ${name}`).toBe(true);
        }
      }),
      { numRuns: 2_000 }
    );
  });

  it('makes any exchange of unique values one by one, with what it parks out of the way', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(11), { minLength: 1, maxLength: 12 }), fc.uniqueArray(fc.nat(11), { maxLength: 12 }), (wanted, gone) => {
        // Row i holds i; it is to hold something else, or to go. What two rows want only one of them gets.
        const taken = new Set<number>();
        const rows = new Map<number, number | null>(wanted.map((_, i) => [i, i]));
        const stays = wanted.map((_, i) => i).filter((i) => !gone.includes(i));
        const changes = [...rows.keys()].flatMap((i) => {
          if (gone.includes(i)) return [change('a', 'delete', {}, { id: i, u: i })];
          const value = wanted[i]!;
          if (taken.has(value) || (value !== i && stays.includes(value) && wanted[value] === value)) return [];
          taken.add(value);
          return value === i ? [] : [change('a', 'update', { u: value }, { id: i, u: i })];
        });
        const moved = new Set(changes.map((c) => Number(c.before.id)));
        const clash = changes.some((c) => c.type === 'update' && !moved.has(Number(c.data.u)) && rows.has(Number(c.data.u)));
        fc.pre(!clash);
        const ordered = orderChanges(changes, relationOf);
        const set = (id: number, value: number | null): void => {
          if (value !== null) expect([...rows].filter(([other, v]) => other !== id && v === value)).toEqual([]);
          rows.set(id, value);
        };
        for (const { change: c, column } of ordered.parked) {
          expect(column.name).toBe('u');
          set(Number(c.before.id), null);
        }
        for (const c of ordered.changes) {
          if (c.type === 'delete') rows.delete(Number(c.before.id));
          else set(Number(c.before.id), Number(c.data.u));
        }
        expect(new Set(ordered.changes)).toEqual(new Set(changes));
        expect(ordered.parked.length > 0).toBe(ordered.isCircle);
      }),
      { numRuns: 3_000 }
    );
  });
});
