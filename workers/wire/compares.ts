import type { RelationRef, TypeFamily } from './catalog';
import type { Cell } from './cells';
import type { EngineKind } from './results';

/** Columns of what is compared, the key's first. */
export type CompareSource =
  | { kind: 'relation'; ref: RelationRef; columns: string[] }
  /** Columns of an open result, by their places. */
  | { kind: 'result'; resultId: number; places: number[] };

/** How values of the other side become such as this one holds. */
export interface Carry {
  from: EngineKind;
  /** In the order of the columns. */
  columns: { name: string; type: string; family: TypeFamily; arrayAsJson: boolean }[];
}

/** One side of a comparison. */
export interface CompareSide {
  source: CompareSource;
  /** How many of the columns are the key. */
  keys: number;
  /** By which each value is made comparable, the same on both sides. */
  families: TypeFamily[];
  /** Arrays of Postgres that are compared as JSON, for the other side holds them so. */
  arrays: boolean[];
  /** Differences of each kind that are brought whole; 200 when absent. */
  most?: number;
  /** Bring the rows of the other side as this one would hold them. */
  carry?: Carry;
}

/** A row that differs. `left` and `right` are its values in the order of the columns; null where it is not. */
export interface RowDifference {
  left: Cell[] | null;
  right: Cell[] | null;
  /** Of a row of both sides: which of its columns differ, by place. */
  columns: number[];
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
