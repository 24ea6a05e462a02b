import type { RelationRef, TypeFamily } from './catalog';
import type { ValueKind } from './imports';
import type { EngineKind } from './results';

/** What the values of a column are, found in all of its rows. */
export interface ColumnSurvey {
  name: string;
  integers: number;
  reals: number;
  texts: number;
  blobs: number;
  /** Texts that are not valid UTF-8, or hold a NUL: Postgres holds neither. */
  unfit: number;
  /** What all of the texts are. */
  textKind: ValueKind;
  /** Texts that are moments are all `YYYY-MM-DD HH:MM:SS`, as both engines write them. */
  plainMoments: boolean;
  /** Integers are all 0 or 1. */
  onlyBits: boolean;
  /** Numbers, also those that are text, are the same as doubles. */
  fitsReal: boolean;
}

export interface RelationSurvey {
  rows: number;
  columns: ColumnSurvey[];
}

export interface CopyColumn {
  name: string;
  /** As the source declares it. */
  from: string;
  /** What it becomes. */
  type: string;
  family: TypeFamily;
  /** In words, what cannot be carried as it is; null when all can. */
  note: string | null;
  /** An array of Postgres that goes as JSON text. */
  arrayAsJson: boolean;
}

export interface CopyTable {
  source: RelationRef;
  target: RelationRef;
  columns: CopyColumn[];
}

/** What a copy does, all of it shown before. */
export interface CopyPlan {
  tables: CopyTable[];
  /** Makes the tables. */
  create: string[];
  /** Indexes and foreign keys, once the rows are there; one that fails is left out and said. */
  after: { sql: string; what: string }[];
  /** In words, what does not come along. */
  notes: string[];
  /** In words, why it cannot be done; empty when it can. */
  problems: string[];
}

/** What the source sends: these columns of these relations, in this order. */
export interface SendRequest {
  tables: { ref: RelationRef; columns: string[] }[];
}

export interface ReceiveRequest {
  plan: CopyPlan;
  /** The engine that the rows come from. */
  from: EngineKind;
  /** Rows that are expected, for the progress. */
  expected: number;
}

export interface CopyReport {
  tables: { target: RelationRef; rows: number }[];
  rows: number;
  /** What was left out on the way, in words. */
  notes: string[];
  ms: number;
}
