import type { Cell } from '$workers/engine';

/** What is staged of a row. */
export type RowMark = 'insert' | 'update' | 'delete';

/** A row with what is staged of it. The same object as long as nothing of it changes. */
export interface MarkedRow {
  mark: RowMark;
  /** As it will be; of a row that is to be deleted, as it is. Columns are those of the source. */
  cells: Cell[];
  /** Places of the columns that carry the mark; null for all. */
  places: ReadonlySet<number> | null;
  /** Places of the columns that take their default. */
  defaults: ReadonlySet<number>;
  /** Why it could not be committed, in words. */
  problem: string | null;
}

/** What is staged over the rows of a source. Its answers may be reactive: the grid follows them. */
export interface RowOverlay {
  /** How many rows stand above those of the source. */
  readonly above: number;
  /** One of them, from 0. */
  rowAbove(index: number): MarkedRow;
  /** What is staged of a row of the source; undefined when nothing is. */
  of(row: readonly Cell[]): MarkedRow | undefined;
}
