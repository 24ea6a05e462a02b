import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cell } from '../../workers/engine';
import type { ConnectionId } from '$lib/base/id';
import { cellsEqual } from '../../workers/dialect/cellsEqual';
import { byTable, isEmpty, merge, rebase } from '$lib/changes/rowChange';
import type { StagedChange } from '$lib/changes/stagedChange';

type Row = Record<string, Cell>;

const names = fc.constantFrom('a', 'b', '', '"', '__proto__', 'a b', 'select', '🦆');
const DEFAULT = { default: true } as const;
const cells: fc.Arbitrary<Cell> = fc.oneof(
  fc.constant(null),
  fc.constantFrom<Cell>('', 'NULL', 0, -0, NaN, Infinity, 2n ** 63n - 1n, { real: 2 }, 2),
  fc.string(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => new Uint8Array(bytes))
);
const rowOf = (keys: fc.Arbitrary<string>): fc.Arbitrary<Row> =>
  fc.array(fc.tuple(keys, cells), { minLength: 1, maxLength: 6 }).map((pairs) => Object.fromEntries(pairs));
const row = rowOf(names);

const base = { id: '1', connectionId: 'c' as ConnectionId, schema: 'main', table: 't', rowKey: 'k', seq: 1, at: 0 };
const insert = (data: Row): StagedChange => ({ ...base, type: 'insert', data, originalData: {} });
const update = (original: Row, data: Row): StagedChange => ({ ...base, id: '2', seq: 2, type: 'update', data, originalData: original });
const remove = (original: Row): StagedChange => ({ ...base, id: '3', seq: 3, type: 'delete', data: {}, originalData: original });

/** What a row is after a change; undefined when there is none. */
function applied(change: StagedChange | null, before: Row | undefined): Row | undefined {
  if (!change) return before;
  if (change.type === 'delete') return undefined;
  return { ...before, ...(change.data as Row) };
}
const same = (a: Row | undefined, b: Row | undefined): boolean =>
  (!a && !b) ||
  (!!a && !!b && Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((k) => Object.hasOwn(b, k) && cellsEqual(a[k]!, b[k]!)));

/** A stored row, and new values for some of its columns, twice. */
const edits = row.chain((stored) => {
  const some = fc.subarray(Object.keys(stored), { minLength: 1 }).chain((keys) =>
    fc.tuple(...keys.map(() => cells)).map((values) => Object.fromEntries(keys.map((k, i) => [k, values[i] as Cell])))
  );
  return fc.record({ stored: fc.constant(stored), one: some, two: some });
});

describe('merging', () => {
  it('of two updates is one that does what both do, and keeps the first values seen', () => {
    fc.assert(
      fc.property(edits, ({ stored, one, two }) => {
        const first = merge(undefined, update(stored, one));
        // The second is seen through the first, as the grid shows it.
        const both = merge(first ?? undefined, update({ ...stored, ...one }, two));
        expect(same(applied(both, stored), { ...stored, ...one, ...two })).toBe(true);
        if (both && first) {
          expect(both.id).toBe(first.id);
          expect(same(both.originalData, stored)).toBe(true);
        }
      }),
      { numRuns: 2_000 }
    );
  });

  it('an update that puts every old value back is nothing', () => {
    fc.assert(
      fc.property(edits, ({ stored, one }) => {
        const first = merge(undefined, update(stored, one));
        const back = Object.fromEntries(Object.keys(one).map((k) => [k, stored[k]!]));
        if (first) expect(merge(first, update({ ...stored, ...one }, back))).toBeNull();
        expect(merge(undefined, update(stored, back))).toBeNull();
        expect(isEmpty(update(stored, back))).toBe(true);
      }),
      { numRuns: 1_000 }
    );
  });

  it('an update of an inserted row is the insert; its deletion is nothing', () => {
    fc.assert(
      fc.property(row, row, (one, two) => {
        const both = merge(insert(one), update(one, two))!;
        expect(both.type).toBe('insert');
        expect(same(both.data as Row, { ...one, ...two })).toBe(true);
        expect(merge(both, remove({ ...one, ...two }))).toBeNull();
      })
    );
  });

  it('a deletion after an update deletes the row that was seen before both', () => {
    fc.assert(
      fc.property(edits, ({ stored, one }) => {
        const first = merge(undefined, update(stored, one));
        const gone = merge(first ?? undefined, remove({ ...stored, ...one }))!;
        expect(gone.type).toBe('delete');
        if (first) expect(same(gone.originalData, stored)).toBe(true);
      })
    );
  });

  it('keeps a default apart from values', () => {
    const stored = { a: 1, b: 'x' };
    const one = merge(undefined, { ...update(stored, {}), data: { a: DEFAULT } })!;
    const two = merge(one, update(stored, { a: 7 }))!;
    expect(two.data).toEqual({ a: 7 });
    const three = merge(two, { ...update(stored, {}), data: { a: DEFAULT } })!;
    expect(three.data).toEqual({ a: DEFAULT });
    expect(merge(three, update(stored, { a: 1 }))).toBeNull();
    const inserted = merge(insert({ a: 1, b: 'x' }), { ...update({}, {}), data: { b: DEFAULT } })!;
    expect(inserted.data).toEqual({ a: 1 });
  });
});

it('groups by table, names with dots apart', () => {
  const at = (schema: string, table: string): StagedChange => ({ ...insert({}), schema, table });
  const groups = byTable([at('a', 'b.c'), at('a.b', 'c'), at('a', 'b.c')]);
  expect(groups.map((g) => [g.schema, g.table, g.changes.length])).toEqual([['a', 'b.c', 2], ['a.b', 'c', 1]]);
});

describe('a row that is edited while it is being committed', () => {
  const whole = (stored: Row, ...changes: Row[]): Row => Object.assign({ ...stored }, ...changes) as Row;

  it('keeps what was wanted last, and only that, to be committed next', () => {
    fc.assert(
      fc.property(edits, ({ stored, one, two }) => {
        const sent = merge(undefined, update(stored, one));
        const current = sent && merge(sent, update({ ...stored, ...one }, two));
        if (!sent || !current) return;
        const now = applied(sent, stored)!;
        const rest = rebase(sent, current, now);
        expect(same(applied(rest, now), whole(stored, one, two))).toBe(true);
        if (rest) expect(same(rest.originalData, now) && rest.id !== sent.id && !isEmpty(rest)).toBe(true);
        const gone = rebase(sent, merge(sent, remove({ ...stored, ...one }))!, now);
        expect(gone).toMatchObject({ type: 'delete' });
        expect(same(gone!.originalData, now)).toBe(true);
      }),
      { numRuns: 2000 }
    );
  });

  it('is an update of what its insert has made, defaults and triggers included', () => {
    const sent = insert({ a: 'one', b: 'two' });
    const now = { id: 7, a: 'ONE', b: 'two', c: 'default' };
    const current = merge(sent, update({}, { b: 'three', c: 'mine' }))!;
    expect(rebase(sent, current, now)).toMatchObject({ type: 'update', data: { b: 'three', c: 'mine' }, originalData: now });
    expect(rebase(sent, merge(sent, update({}, { b: DEFAULT as never }))!, now)).toMatchObject({ data: { b: DEFAULT } });
    expect(rebase(sent, { ...sent, at: 9 }, now)).toBeNull();
  });
});
