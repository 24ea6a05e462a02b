import type { RelationRef, TypeFamily } from './catalog';
import type { Cell } from './cells';
import type { PackedPage } from './pageFormat';
import type { EngineErrorData } from './errors';

export type EngineKind = 'sqlite' | 'postgres';

/** A column of a result. Names may repeat. */
export interface ResultColumn {
  name: string;
  /** SQLite: the declared type, empty for an expression. Postgres: the type's name. */
  type: string;
  family: TypeFamily;
  /** Postgres: the type's OID. */
  oid?: number;
  /** Where it comes from, when the engine tells. */
  origin?: RelationRef & { column: string };
}

/** What the engine said beside the result (NOTICE, WARNING). */
export interface Notice {
  severity: string;
  message: string;
  detail?: string;
  hint?: string;
}

/** A part of a script: UTF-16 offsets, `to` exclusive, without the semicolon and surrounding blanks. */
export interface StatementSpan {
  from: number;
  to: number;
}

export interface RunRequest {
  sql: string;
  /** Values for the placeholders of a single statement: `?` (SQLite), `$1` (Postgres). */
  params?: Cell[];
  /** How many rows come with the first event of a result; 500 when absent. */
  firstRows?: number;
  /** Run all as one transaction that is rolled back on the first failure; false when absent. */
  atomic?: boolean;
}

/** How one statement ended. */
export interface StatementOutcome extends StatementSpan {
  /** Place in the script, from 0. */
  index: number;
  state: 'done' | 'failed' | 'cancelled';
  /** The command tag's words: SELECT, INSERT, CREATE TABLE. */
  command: string;
  /** A name given by a `-- name: …` comment before it. */
  name?: string;
  /** Window on its rows; absent when it returns none. */
  resultId?: number;
  columns?: ResultColumn[];
  /** Rows returned. */
  rows: number | null;
  /** Rows inserted, updated or deleted. */
  changed: number | null;
  /** True when it wrote, or may have; absent when it only read. */
  writes?: true;
  /** Number of the last commit when it was through; absent where commits are not numbered. */
  commit?: number;
  /** Milliseconds in the engine. */
  ms: number;
  notices: Notice[];
  error?: EngineErrorData;
}

/** What `run` tells while it works. */
export type RunEvent =
  | { kind: 'statement'; index: number; count: number; span: StatementSpan }
  | { kind: 'rows'; index: number; resultId: number; columns: ResultColumn[]; page: PackedPage }
  /** Rows of the result that have been read so far. */
  | { kind: 'read'; index: number; resultId: number; rows: number }
  | { kind: 'outcome'; outcome: StatementOutcome };

export interface RunReport {
  outcomes: StatementOutcome[];
  /** Statements in the script, run or not. */
  count: number;
  /** True when the catalog may have changed: refresh it. */
  catalogChanged: boolean;
  /** True when rows may have changed: refresh what shows them. */
  dataChanged: boolean;
  /** True when a transaction is left open. */
  inTransaction: boolean;
  ms: number;
}

export interface Sort {
  column: string;
  descending: boolean;
}

/** A condition on one column. `values` has what the operator takes: none, one, two or a list. */
export interface Filter {
  column: string;
  operator: string;
  values: string[];
  enabled: boolean;
}

/** Filters that hold together: all of them (`and`) or any of them (`or`). Without an enabled one it asks for nothing. */
export interface FilterGroup {
  join: 'and' | 'or';
  filters: FilterNode[];
  enabled: boolean;
}

export type FilterNode = Filter | FilterGroup;

export const isFilterGroup = (node: FilterNode): node is FilterGroup => 'join' in node;

export interface BrowseRequest extends RelationRef {
  sorts: Sort[];
  /** All of them hold. */
  filters: FilterNode[];
  /** Text that one of the columns at least contains, without regard to case; empty or absent asks for nothing. */
  search?: string;
  /** A raw condition of the user, without WHERE. */
  where?: string;
  /** Position of the first row, from 0. */
  from: number;
  count: number;
}

/** Which rows of a relation are meant, in no order: what counts and statistics are asked about. */
export type RowSet = Omit<BrowseRequest, 'from' | 'count' | 'sorts'>;

/** Rows of a relation in an order. */
export type OrderedRows = Omit<BrowseRequest, 'from' | 'count'>;

export interface BrowsePage {
  columns: ResultColumn[];
  page: PackedPage;
  from: number;
  /**
   * Where each row lies, for relations whose rows are named by their place (see RowIdentity), a blank between two: one
   * text crosses to the page sooner than one a row. Absent for others.
   */
  rowIds?: string;
  /** True when the relation ends within this page. */
  end: boolean;
  ms: number;
}

export interface RowCount {
  count: number;
  exact: boolean;
}

/** A step of a query plan. */
export interface PlanNode {
  title: string;
  /** Which relation, index, condition it concerns. */
  detail: string;
  /** Estimates and, with Analyze, what was measured; empty where the engine gives none. */
  startupCost?: number;
  totalCost?: number;
  planRows?: number;
  actualRows?: number;
  actualMs?: number;
  loops?: number;
  /** Everything else that the engine says of it, as pairs. */
  more: [string, string][];
  children: PlanNode[];
}

export interface Plan {
  root: PlanNode;
  /** The engine's own text. */
  text: string;
  planningMs?: number;
  executionMs?: number;
}

/** A statement of a script that would do away with much at once. */
export interface Danger extends StatementSpan {
  /** Place in the script, from 0. */
  index: number;
  /** Its command: UPDATE, DELETE, TRUNCATE, DROP TABLE. */
  command: string;
  /** What is dangerous about it, in words: "UPDATE without WHERE", "DROP TABLE". */
  what: string;
  /** The relation that it names; null for what is none (a schema, a function). */
  relation: RelationRef | null;
  /** What it names, as it is written there. */
  name: string;
  /** Rows that it would touch; null where that is not known. */
  rows: RowCount | null;
}
