import type { Dialect } from '../dialect/dialect';
import type { RelationRef, TypeFamily } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import type { EngineErrorData } from '../wire/errors';

export interface LoadColumn {
  name: string;
  type: string;
  family: TypeFamily;
}

export interface LoadRequest {
  target: RelationRef;
  columns: readonly LoadColumn[];
  /** What to do with a row whose key is there already. */
  conflict: 'fail' | 'skip' | 'update';
  /** Columns of the key, for `update`. */
  keys: readonly string[];
}

/** How far a piece of rows came. */
export interface LoadOutcome {
  /** Rows from the first on that were taken: written, or skipped for their key. */
  taken: number;
  /** Those of them that were written. */
  written: number;
  /** Why the next one was not. */
  error?: EngineErrorData;
}

/** Rows into one table, as fast as the engine takes them. */
export interface RowLoader {
  /** Takes rows in order until the first that fails; that one has changed nothing. */
  load(rows: readonly (readonly Cell[])[]): LoadOutcome | Promise<LoadOutcome>;
  /** After the last row: what follows from them (sequences). */
  finish(): void | Promise<void>;
  close(): void | Promise<void>;
}

/** What an import needs of an engine. */
export interface ImportTarget {
  readonly dialect: Dialect;
  exec(sql: string): Promise<void>;
  inTransaction(): boolean;
  loader(request: LoadRequest): RowLoader | Promise<RowLoader>;
}
