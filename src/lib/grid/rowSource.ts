import type { Cell, ResultColumn } from '$workers/engine';
import type { RowOverlay } from './rowOverlay';

/**
 * Where a grid's rows come from. Its fields may be reactive: the grid follows them. Errors of its methods
 * are shown as they are (message, then hint).
 */
export interface RowSource {
  /** Empty while unknown. */
  readonly columns: readonly ResultColumn[];
  /** Rows in all, as far as known: exact, or the best guess so far; null without any. */
  readonly rowCount: number | null;
  readonly isExact: boolean;
  /** Another number when the rows may be others than before: they are then read again. */
  readonly revision: number;
  /** Rows from a position, from 0; fewer than `count` only where they end. */
  rows(from: number, count: number, signal: AbortSignal): Promise<Cell[][]>;
  /** What is staged over the rows; absent where nothing can be. */
  readonly overlay?: RowOverlay;
  /** A value that came as a LongCell, whole; `row` and `column` are places within the source. */
  wholeCell?(row: number, column: number, signal?: AbortSignal): Promise<Cell>;
}
