import type { RelationRef } from './catalog';
import type { Cell } from './cells';
import type { ChangeConflict, CommitReport, CommitRequest, CommittedRow, NewValue, RowChange } from './changes';
import type { EngineErrorData } from './errors';
import { RecordPacker, viewRecords, type PackedRecords, type RecordView } from './packedRecords';

/** A {@link CommitRequest} as it crosses: changes are known by their place in it. */
export interface PackedCommit {
  /** What changes are of, each once. */
  heads: (RelationRef & { type: RowChange['type'] })[];
  /** For each change its head. */
  of: Uint32Array;
  data: PackedRecords<NewValue>;
  before: PackedRecords<Cell>;
  /** Where rows lie, for each change; null where none of them says. */
  rowIds: (string | undefined)[] | null;
  label?: string;
  token?: string;
  overwrite: number[];
}

/** A {@link CommitReport} as it crosses. */
export interface PackedReport {
  outcome: CommitReport['outcome'];
  /** The changes in the order in which their statements ran. */
  ran: Uint32Array;
  /** Rows that each of these statements touched. */
  touched: Uint32Array;
  /** The first of these statements; see {@link CommittedStatement.sql}. */
  sql: string[];
  conflicts: (Omit<ChangeConflict, 'id'> & { at: number })[];
  failure?: { at: number | null; error: EngineErrorData };
  /** Inserted and changed rows that are as they were given, as places of their changes. */
  kept: Uint32Array;
  /** The columns of the relations of these, by head; those that an insert did not give are NULL. */
  columns: Record<number, string[]>;
  /** All other rows. */
  rows: {
    /** The changes whose rows these are. */
    at: Uint32Array;
    /** What became of each; none where it is gone. */
    now: PackedRecords<Cell>;
    /** Where they lie, for each; null where none of them is told by its place. */
    rowIds: (string | undefined)[] | null;
    /** What was, where the change itself does not say so; by the places in `at`. */
    was: Map<number, Record<string, Cell> | null>;
  };
  ms: number;
}

/** One change out of a packed commit, whose values are read in place where they are asked for by number. */
export class PackedChange implements RowChange {
  readonly id: string;
  readonly at: number;
  readonly head: number;
  readonly type: RowChange['type'];
  readonly schema: string;
  readonly relation: string;
  readonly rowId?: string;
  readonly dataView: RecordView<NewValue>;
  readonly beforeView: RecordView<Cell>;
  #data: Record<string, NewValue> | undefined;
  #before: Record<string, Cell> | undefined;

  constructor(at: number, head: number, of: PackedCommit['heads'][number], data: RecordView<NewValue>, before: RecordView<Cell>, rowId: string | undefined) {
    this.at = at;
    this.id = String(at);
    this.head = head;
    this.type = of.type;
    this.schema = of.schema;
    this.relation = of.relation;
    this.dataView = data;
    this.beforeView = before;
    if (rowId !== undefined) this.rowId = rowId;
  }

  get data(): Record<string, NewValue> {
    return (this.#data ??= this.dataView.toRecord());
  }

  get before(): Record<string, Cell> {
    return (this.#before ??= this.beforeView.toRecord());
  }
}

/** A change as an object of its own, some of it replaced. */
export const plainChange = (change: RowChange, other: Partial<RowChange> = {}): RowChange => {
  const { id, type, schema, relation, data, before, rowId } = change;
  return { id, type, schema, relation, data, before, ...(rowId === undefined ? {} : { rowId }), ...other };
};

/** For the page: a commit's changes, packed. Values are not copied: nothing may change them until it was sent. */
export function packCommit({ changes, label, token, overwrite }: CommitRequest): PackedCommit {
  const heads: PackedCommit['heads'] = [];
  const known = new Map<string, number>();
  const of = new Uint32Array(changes.length);
  const data = new RecordPacker<NewValue>();
  const before = new RecordPacker<Cell>();
  let last: RowChange | undefined;
  for (const [at, change] of changes.entries()) {
    const { type, schema, relation } = change;
    if (last && last.type === type && last.relation === relation && last.schema === schema) of[at] = of[at - 1]!;
    else {
      const key = JSON.stringify([type, schema, relation]);
      let head = known.get(key);
      if (head === undefined) known.set(key, (head = heads.push({ type, schema, relation }) - 1));
      of[at] = head;
    }
    last = change;
    data.add(change.data);
    before.add(change.before);
  }
  const rowIds = changes.some((c) => c.rowId !== undefined) ? changes.map((c) => c.rowId) : null;
  const winning = new Set(overwrite);
  const places = winning.size === 0 ? [] : changes.flatMap(({ id }, at) => (winning.has(id) ? [at] : []));
  return { heads, of, data: data.take(), before: before.take(), rowIds, overwrite: places, ...(label === undefined ? {} : { label }), ...(token === undefined ? {} : { token }) };
}

/** For the worker: the changes, their places as their ids. */
export function unpackChanges({ heads, of, data, before, rowIds }: PackedCommit): PackedChange[] {
  const given = viewRecords(data);
  const seen = viewRecords(before);
  return Array.from(of, (head, at) => new PackedChange(at, head, heads[head]!, given[at]!, seen[at]!, rowIds?.[at]));
}

/**
 * For the page: the report of a commit in the words of its request.
 * @param sent what was made of that request
 */
export function unpackReport(packed: PackedReport, { changes }: Pick<CommitRequest, 'changes'>, sent: PackedCommit): CommitReport {
  const { outcome, ran, touched, sql, conflicts, failure, ms } = packed;
  const idOf = (at: number): string => changes[at]!.id;
  return {
    outcome,
    statements: Array.from(ran, (at, i) => ({ id: idOf(at), rows: touched[i]!, ...(i < sql.length ? { sql: sql[i]! } : {}) })),
    conflicts: conflicts.map(({ at, kind, theirs }) => ({ id: idOf(at), kind, theirs })),
    ...(failure ? { failure: { id: failure.at === null ? null : idOf(failure.at), error: failure.error } } : {}),
    rows: [...keptRows(packed, changes, sent), ...otherRows(packed, changes)],
    ms
  };
}

function keptRows({ kept, columns }: PackedReport, changes: readonly RowChange[], { of, data }: PackedCommit): CommittedRow[] {
  return Array.from(kept, (at) => {
    const change = changes[at]!;
    const names = columns[of[at]!]!;
    // Given whole, the change's own record is the row: neither is ever changed.
    const isWhole = change.type === 'insert' && data.names[data.shapes[at]!]!.length === names.length;
    if (isWhole) return { id: change.id, now: change.data as Record<string, Cell> };
    const valueOf = (name: string): Cell => (Object.hasOwn(change.data, name) ? (change.data[name] as Cell) : (change.before[name] ?? null));
    return { id: change.id, now: Object.fromEntries(names.map((name) => [name, valueOf(name)])) };
  });
}

function otherRows({ rows }: PackedReport, changes: readonly RowChange[]): CommittedRow[] {
  const now = viewRecords(rows.now);
  return Array.from(rows.at, (at, i) => {
    const row: CommittedRow = { id: changes[at]!.id, now: now[i]?.toRecord() ?? null };
    const rowId = rows.rowIds?.[i];
    if (rowId !== undefined) row.rowId = rowId;
    if (rows.was.has(i)) row.was = rows.was.get(i)!;
    return row;
  });
}
