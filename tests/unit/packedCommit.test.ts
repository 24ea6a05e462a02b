import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { postgres } from '../../workers/dialect/postgres';
import { sqlite } from '../../workers/dialect/sqlite';
import { ChangeStatements } from '../../workers/host/changeStatements';
import type { ColumnInfo, RelationInfo } from '../../workers/wire/catalog';
import type { Cell } from '../../workers/wire/cells';
import type { NewValue, RowChange } from '../../workers/wire/changes';
import { packCommit, plainChange, unpackChanges, unpackReport, type PackedReport } from '../../workers/wire/packedCommit';

/** Names that are awkward as keys of an object: numbers come first there, and some mean something. */
const names = ['id', 'a', '10', '2', '__proto__', 'constructor', ''];
const cells: fc.Arbitrary<Cell> = fc.oneof(
  fc.constant(null),
  fc.string(),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double(),
  fc.uint8Array({ maxLength: 4 }),
  fc.record({ real: fc.integer() }),
  fc.record({ text: fc.constant('\ufffd'), bytes: fc.constant(Uint8Array.of(0xff)) })
);
const cut: fc.Arbitrary<Cell> = fc.constant({ long: 'text', head: 'abc', bytes: 70_000 });
const record = <V>(value: fc.Arbitrary<V>, always: string[] = []): fc.Arbitrary<Record<string, V>> =>
  fc
    .tuple(fc.subarray(names.filter((n) => !always.includes(n))), fc.array(value, { minLength: names.length, maxLength: names.length }))
    .map(([some, values]) => Object.fromEntries([...always, ...some].map((name, i) => [name, values[i]!])));
const newValues: fc.Arbitrary<NewValue> = fc.oneof({ arbitrary: cells, weight: 9 }, fc.constant({ default: true } as const));
const change: fc.Arbitrary<RowChange> = fc
  .record({
    type: fc.constantFrom('insert' as const, 'update' as const, 'delete' as const),
    schema: fc.constantFrom('main', 's.t'),
    relation: fc.constantFrom('t', 'u'),
    data: record(newValues, ['a']),
    before: record(fc.oneof({ arbitrary: cells, weight: 9 }, cut), ['id']),
    rowId: fc.option(fc.constantFrom('1', '9007199254740993'), { nil: undefined })
  })
  .map(({ rowId, ...c }) => ({
    ...c,
    id: '',
    data: c.type === 'delete' ? {} : c.data,
    before: c.type === 'insert' ? {} : c.before,
    ...(rowId === undefined || c.type === 'insert' ? {} : { rowId })
  }));
const changes = fc.array(change, { maxLength: 12 }).map((all) => all.map((c, i) => ({ ...c, id: `id ${i}` })));

const relation = (keyed: boolean): RelationInfo => ({
  schema: 'main',
  relation: 't',
  kind: 'table',
  columns: names.map(
    (name, i): ColumnInfo => ({
      name, type: i % 2 === 0 ? 'integer' : 'text', family: i % 2 === 0 ? 'integer' : 'text', nullable: i > 0, default: null, keyPlace: keyed && i === 0 ? 1 : 0, generated: null, identity: null, hidden: false
    })
  ),
  foreignKeys: [],
  rows: null
});

/** What something gives, or the words with which it fails. */
function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (e) {
    return String(e);
  }
}

describe('a commit as it crosses', () => {
  it('is the same on the other side', () => {
    fc.assert(
      fc.property(changes, (all) => {
        const sent = packCommit({ changes: all, overwrite: all.filter((_, i) => i % 3 === 0).map((c) => c.id) });
        const arrived = unpackChanges(sent);
        // As lists: a column that is called "constructor" is taken for a class where objects are compared.
        const listed = (c: RowChange): unknown => ({ ...plainChange(c), data: Object.entries(c.data), before: Object.entries(c.before) });
        expect(arrived.map(listed)).toStrictEqual(all.map((c, i) => listed({ ...c, id: String(i) })));
        expect(sent.overwrite).toEqual(all.flatMap((_, i) => (i % 3 === 0 ? [i] : [])));
      }),
      { numRuns: 2_000 }
    );
  });

  it.each([sqlite, postgres])('has for each change the statement that $label makes of it alone', (dialect) => {
    fc.assert(
      fc.property(changes, fc.boolean(), fc.boolean(), (all, keyed, overwrite) => {
        const info = relation(keyed);
        const statements = new ChangeStatements(dialect);
        for (const one of unpackChanges(packCommit({ changes: all }))) {
          const whole = outcome(() => dialect.changeSql(plainChange(one), info, { overwrite }));
          const prepared = outcome(() => {
            const { template, params } = statements.prepare(one, { info, hasTriggers: false }, overwrite);
            return { sql: template.sql, params, shown: template.shownOf(params) };
          });
          expect(prepared).toStrictEqual(whole);
        }
      }),
      { numRuns: 1_000 }
    );
  });

  it('comes back in the words of its request', () => {
    const all: RowChange[] = [
      { id: 'x', type: 'insert', schema: 'm', relation: 't', data: { id: 1, a: 'b' }, before: {} },
      { id: 'y', type: 'update', schema: 'm', relation: 't', data: { a: 'c' }, before: { id: 2, a: 'b', z: 3 } },
      { id: 'z', type: 'delete', schema: 'm', relation: 't', data: {}, before: { id: 4, a: null, z: 0 } }
    ];
    const sent = packCommit({ changes: all });
    const packed: PackedReport = {
      outcome: 'committed',
      ran: Uint32Array.of(2, 0, 1),
      touched: Uint32Array.of(1, 1, 1),
      sql: ['DELETE', 'INSERT'],
      conflicts: [],
      kept: Uint32Array.of(0, 1),
      columns: { 0: ['id', 'a', 'z'], 1: ['id', 'a', 'z'] },
      rows: { at: Uint32Array.of(2), now: { names: [], shapes: Uint32Array.of(0xffff_ffff), values: [] }, rowIds: null, was: new Map() },
      ms: 1
    };
    expect(unpackReport(structuredClone(packed), { changes: all }, sent)).toEqual({
      outcome: 'committed',
      statements: [{ id: 'z', rows: 1, sql: 'DELETE' }, { id: 'x', rows: 1, sql: 'INSERT' }, { id: 'y', rows: 1 }],
      conflicts: [],
      rows: [
        { id: 'x', now: { id: 1, a: 'b', z: null } },
        { id: 'y', now: { id: 2, a: 'c', z: 3 } },
        { id: 'z', now: null }
      ],
      ms: 1
    });
  });
});
