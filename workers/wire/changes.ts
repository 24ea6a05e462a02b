import type { RelationRef } from './catalog';
import type { Cell } from './cells';
import type { EngineErrorData } from './errors';
import type { PackedPage } from './pageFormat';
import type { ResultColumn } from './results';

/** The column's default takes the value's place: of an INSERT that does not name it, or `SET … = DEFAULT`. */
export interface DefaultValue {
  default: true;
}

/** What a column is to become. A {@link Cell} that is cut (LongCell) is refused: fetch it whole first. */
export type NewValue = Cell | DefaultValue;

export const isDefaultValue = (value: NewValue | undefined): value is DefaultValue =>
  typeof value === 'object' && value !== null && 'default' in value;

/** One row to insert, change or delete. Names and values are data, never SQL. */
export interface RowChange extends RelationRef {
  /** Unique within its commit; reports name it. */
  id: string;
  type: 'insert' | 'update' | 'delete';
  /** New values by column: of an insert those that are given, of an update those that change; empty for a delete. */
  data: Record<string, NewValue>;
  /**
   * Values that were seen, by column: all that the grid showed, the key's among them; empty for an insert. The row
   * must still hold them. A LongCell is compared by its length and its head.
   */
  before: Record<string, Cell>;
  /** Where the row lies, as `BrowsePage.rowIds` or `CommittedRow.rowId` said it; for relations whose rows have no key. */
  rowId?: string;
}

/** How one row of a relation is told from all others when it is changed: `dialect.rowIdentity(relation)`. */
export type RowIdentity =
  /** By the columns of its primary key, or of a unique key without NULL. */
  | { by: 'key'; columns: string[] }
  /** By its place (`rowid`, `ctid`), which `browse` brings along, and all of its values. */
  | { by: 'place'; columns: string[] }
  /** Not at all: it is read-only, and why, in words. */
  | { by: 'none'; reason: string };

export interface CommitRequest {
  changes: RowChange[];
  /** For the store's list of commits; at most 400 characters. */
  label?: string;
  /** Kept with the commit where there is a label, and told by the list of commits: who got no answer finds it by that. */
  token?: string;
  /**
   * Ids of changes that are made whatever the row holds by now ("mine wins" after a conflict): they name their row by
   * key or place alone. A delete of a row that is gone is then done.
   */
  overwrite?: string[];
}

/** A change whose row is no longer what was seen. */
export interface ChangeConflict {
  /** Of the change. */
  id: string;
  kind: 'changed' | 'gone';
  /** The row as it is now, by column; null when it is gone. */
  theirs: Record<string, Cell> | null;
}

/** So much of the SQL of a commit is told, in UTF-16 units. */
export const SHOWN_SQL = 200_000;

/** One statement of a commit, for the history. */
export interface CommittedStatement {
  /** Of the change. */
  id: string;
  /** With literals, as `dialect.changeSql` shows it; left out behind the first {@link SHOWN_SQL} of a commit. */
  sql?: string;
  /** Rows touched; 1, or 0 for a delete of a row that was gone already (see `CommitRequest.overwrite`). */
  rows: number;
}

/** What a commit made of a row. */
export interface CommittedRow {
  /** Of the change. */
  id: string;
  /**
   * The row as it was, whole, where the change did not say so itself (its `before` was cut, or was overwritten);
   * absent where it was `before`, null for a delete that found it gone.
   */
  was?: Record<string, Cell> | null;
  /** The row after triggers, defaults and generated columns, by column; null when it is gone. */
  now: Record<string, Cell> | null;
  /** Where it lies now, for relations whose rows have no key. */
  rowId?: string;
}

/** How a commit ended. All of it was made, or nothing. */
export interface CommitReport {
  outcome: 'committed' | 'conflict' | 'failed';
  /** In the order in which they ran; with `conflict` and `failed` those that were taken back. */
  statements: CommittedStatement[];
  /** All that were found; empty unless `outcome` is `conflict`. */
  conflicts: ChangeConflict[];
  /** Of the first failure; `id` is null where it cannot be told which change is to blame. */
  failure?: { id: string | null; error: EngineErrorData };
  /** One for each change; empty unless `outcome` is `committed`. */
  rows: CommittedRow[];
  /** Milliseconds in the engine. */
  ms: number;
}

/** Asks for the rows that a foreign key may point to. */
export interface ChoiceRequest extends RelationRef {
  /** The foreign key's own columns, in its order (see `ForeignKey.columns`). */
  columns: string[];
  /** Looked for in the key and in what tells the rows apart; empty for the first ones. */
  search: string;
  /** Only the row with this key, whatever `search` says. */
  value?: Cell[];
  limit: number;
}

/** Rows of the referenced relation, those whose key begins with the search first. */
export interface ChoicePage {
  target: RelationRef;
  /** The key's columns first, in the order of `ChoiceRequest.columns`, then some that tell rows apart. */
  columns: ResultColumn[];
  /** How many of them are the key. */
  keys: number;
  page: PackedPage;
  /** There are more than `limit`. */
  more: boolean;
}

/** Rows of one foreign key that point to a row. */
export interface ReferencingRows {
  from: RelationRef;
  columns: string[];
  targetColumns: string[];
  /** How many; from {@link MOST_REFERENCING} on no longer counted. */
  count: number;
  more: boolean;
}

/** Rows that point to one are counted up to here. */
export const MOST_REFERENCING = 1_000;

/** What a column holds, over all rows under filters. Values are as the engine writes them. */
export interface ColumnStats {
  rows: number;
  nulls: number;
  /** Different values, NULL aside. */
  distinct: number;
  /** Null where the type has no order. */
  min: Cell;
  max: Cell;
  /** For numbers, as the engine calculates them: exact text (Postgres), a number (SQLite); null for the rest. */
  sum: Cell;
  mean: Cell;
  /** The most frequent values, at most 10, most frequent first. */
  top: { value: Cell; count: number }[];
  /** At most 20 ranges of equal width from `min` to `max`, `to` exclusive but for the last; empty unless it holds numbers. */
  histogram: { from: number; to: number; count: number }[];
  ms: number;
}
