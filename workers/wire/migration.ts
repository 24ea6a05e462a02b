/** Ordered statements from one definition to another, and what became of them. Plain data. */
import type { Cell } from './cells';
import type { EngineErrorData } from './errors';
import type { RelationRef } from './catalog';
import type { ResultColumn } from './results';

/** Values or rows that are gone afterwards. */
export type Loss =
  | { kind: 'column'; relation: RelationRef; column: string }
  | { kind: 'rows'; relation: RelationRef }
  | { kind: 'words'; words: string };

/** Rows that may stand in the way of a step, and how they are found. */
export interface ObstacleQuery {
  /** In words: "Rows without a value in email". */
  what: string;
  /** A SELECT over the tables as they were before the migration. */
  sql: string;
}

export interface MigrationStep {
  sql: string;
  /** What it does, in words. */
  what: string;
  /** What it loses; empty when nothing. */
  loses: Loss[];
  obstacles: ObstacleQuery[];
}

export interface Migration {
  /** The table that it changes; null for none or another object. */
  relation: RelationRef | null;
  steps: MigrationStep[];
  /** True when the table is made anew and its rows are copied (SQLite). */
  rebuilds: boolean;
  /** In words, why it cannot run as it is asked for. */
  problems: string[];
}

/** Rows that stand in the way. */
export interface Obstacle {
  what: string;
  columns: ResultColumn[];
  rows: Cell[][];
  /** True when there are more than these. */
  more: boolean;
}

export interface MigrateReport {
  /** False when nothing was changed. */
  done: boolean;
  ms: number;
  /** Place of the step that failed; null when it was the check before the commit, or the commit. */
  failedStep: number | null;
  error: EngineErrorData | null;
  obstacle: Obstacle | null;
  /** The commits before and after it, which one can go back to; null where none are kept, or nothing was changed. */
  commits: { before: number; after: number } | null;
}

export interface MigrateRequest {
  /** In words, what it does: the commit before it is labelled with it where it has no label yet. */
  what?: string;
  relation: RelationRef | null;
  /** The table's name afterwards, when it is renamed. */
  renamedTo?: string;
  steps: Pick<MigrationStep, 'sql' | 'obstacles'>[];
  rebuilds: boolean;
}
