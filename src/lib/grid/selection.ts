/** Places and ranges of cells. Pure. Row -1 is the row of heads. */

export interface CellPlace {
  row: number;
  column: number;
}

/** A rectangle of cells, both ends inclusive; `bottom` and `right` are Infinity for whole columns and rows. */
export interface CellRange {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

export const HEAD = -1;

/** The rectangle between two places, whichever comes first. */
export function rangeOf(a: CellPlace, b: CellPlace): CellRange {
  return {
    top: Math.max(0, Math.min(a.row, b.row)),
    left: Math.min(a.column, b.column),
    bottom: Math.max(0, a.row, b.row),
    right: Math.max(a.column, b.column)
  };
}

export const wholeRows = (a: number, b: number): CellRange => ({
  top: Math.min(a, b),
  left: 0,
  bottom: Math.max(a, b),
  right: Infinity
});

export const wholeColumns = (a: number, b: number): CellRange => ({
  top: 0,
  left: Math.min(a, b),
  bottom: Infinity,
  right: Math.max(a, b)
});

export const everything: CellRange = { top: 0, left: 0, bottom: Infinity, right: Infinity };

/** The part of a range that lies within `rows` rows and `columns` columns; null when nothing does. */
export function within(range: CellRange, rows: number, columns: number): CellRange | null {
  const bottom = Math.min(range.bottom, rows - 1);
  const right = Math.min(range.right, columns - 1);
  if (range.top > bottom || range.left > right) return null;
  return { top: range.top, left: range.left, bottom, right };
}

export const rowsOf = (range: CellRange): number => range.bottom - range.top + 1;
export const columnsOf = (range: CellRange): number => range.right - range.left + 1;
/** Number of cells; Infinity when the range is not cut to a grid. */
export const cellsOf = (range: CellRange): number => rowsOf(range) * columnsOf(range);

export const isInside = (range: CellRange | null, row: number, column: number): boolean =>
  range !== null && row >= range.top && row <= range.bottom && column >= range.left && column <= range.right;

export interface MoveBounds {
  rows: number;
  columns: number;
  /** Rows that a page key moves by. */
  page: number;
}

/**
 * Where a key leads from a place; null when the key moves nothing. `far` is held Ctrl or ⌘.
 * Up from the first row leads to the heads.
 */
export function placeAfter(from: CellPlace, key: string, far: boolean, bounds: MoveBounds): CellPlace | null {
  const lastRow = bounds.rows - 1;
  const lastColumn = bounds.columns - 1;
  if (lastColumn < 0) return null;
  const { row, column } = from;
  const at = (r: number, c: number): CellPlace => ({
    row: Math.max(HEAD, Math.min(lastRow, r)),
    column: Math.max(0, Math.min(lastColumn, c))
  });
  switch (key) {
    case 'ArrowUp':
      return far ? at(row > 0 ? 0 : HEAD, column) : at(row - 1, column);
    case 'ArrowDown':
      return far ? at(lastRow, column) : at(row + 1, column);
    case 'ArrowLeft':
      return at(row, far ? 0 : column - 1);
    case 'ArrowRight':
      return at(row, far ? lastColumn : column + 1);
    case 'Home':
      return far ? at(Math.min(0, lastRow), 0) : at(row, 0);
    case 'End':
      return far ? at(lastRow, lastColumn) : at(row, lastColumn);
    case 'PageUp':
      return at(row <= 0 ? row : Math.max(0, row - bounds.page), column);
    case 'PageDown':
      return at(Math.max(row, 0) + bounds.page, column);
    default:
      return null;
  }
}
