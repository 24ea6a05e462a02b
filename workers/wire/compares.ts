import type { RelationRef, TypeFamily } from './catalog';
import type { Cell } from './cells';

/** One side of a comparison: which columns of which relation, the key's first. */
export interface CompareSide {
  ref: RelationRef;
  columns: string[];
  /** How many of them are the key. */
  keys: number;
  /** By which each value is made comparable, the same on both sides. */
  families: TypeFamily[];
}

/** A row that differs. `left` and `right` are its values in the order of the columns; null where it is not. */
export interface RowDifference {
  left: Cell[] | null;
  right: Cell[] | null;
}

export interface CompareReport {
  leftRows: number;
  rightRows: number;
  /** Rows of the right alone, of the left alone, of both but with other values. */
  added: number;
  removed: number;
  changed: number;
  /** The first of them, of each kind. */
  differences: RowDifference[];
  ms: number;
}
