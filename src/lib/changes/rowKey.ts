import { hexOf } from '$workers/dialect/literals';
import { isBrokenText, isLongCell, isWholeReal, type Cell, type RowIdentity } from '$workers/engine';

/** A text for a value that no other value has: `2`, `2.0`, `'2'` and x'02' differ. */
function cellKey(cell: Cell): string {
  if (cell === null) return '-';
  if (typeof cell === 'string') return `s${cell}`;
  if (typeof cell === 'bigint') return `i${cell}`;
  if (typeof cell === 'number') return `${Number.isInteger(cell) ? 'i' : 'r'}${Object.is(cell, -0) ? '-0' : cell}`;
  if (cell instanceof Uint8Array) return `x${hexOf(cell)}`;
  if (isWholeReal(cell)) return `r${Object.is(cell.real, -0) ? '-0' : cell.real}`;
  if (isBrokenText(cell)) return `b${hexOf(cell.bytes)}`;
  if (isLongCell(cell)) return `l${cell.bytes},${typeof cell.head === 'string' ? cell.head : hexOf(cell.head)}`;
  return cell satisfies never;
}

/** A text for several values in order, told from all others. */
const cellsKey = (cells: readonly Cell[]): string => JSON.stringify(cells.map(cellKey));

/**
 * What tells a row from all others of its relation, as a text: its key, its place, or where it has neither all of its
 * values. `valueOf` gives its values by column.
 */
export function rowKeyOf(identity: RowIdentity, row: { values: readonly Cell[]; valueOf: (column: string) => Cell; rowId?: string }): string {
  if (identity.by === 'key') return cellsKey(identity.columns.map(row.valueOf));
  return row.rowId ?? cellsKey(row.values);
}
