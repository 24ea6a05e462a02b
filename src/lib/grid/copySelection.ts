import { isLongCell } from '$workers/engine';
import { copyRange, refusalOf, tsvField, type Copied } from './clipboard';
import { wholeText } from './cellText';
import type { GridState } from './gridState.svelte';
import { cellsOf } from './selection';

/** Most cells that are copied within the copy event itself. */
const AT_ONCE = 20_000;

/** The selection as TSV when all of it is at hand and short; else null. */
export function copyAtHand(grid: GridState): Copied | null {
  const { selection: range, columns } = grid;
  if (!range || grid.isStale || cellsOf(range) > AT_ONCE) return null;
  const isSingle = cellsOf(range) === 1;
  const lines: string[] = [];
  for (let r = range.top; r <= range.bottom; r++) {
    const row = grid.row(r);
    if (!row) return null;
    const fields: string[] = [];
    for (let c = range.left; c <= range.right; c++) {
      const cell = row[grid.places[c]!] ?? null;
      if (typeof cell === 'object' && cell !== null && (isLongCell(cell) || 'bytes' in cell)) return null;
      fields.push(isSingle ? wholeText(cell, columns[c]!) : tsvField(cell, columns[c]!));
    }
    lines.push(fields.join('\t'));
  }
  return { text: lines.join('\n'), cells: cellsOf(range), broken: 0 };
}

/**
 * Reads the selection and writes it to the clipboard. Rejects in words when it is too much, when the rows
 * cannot be read, or when the browser refuses.
 */
export async function copyByReading(grid: GridState, signal: AbortSignal): Promise<Copied | null> {
  const { selection: range } = grid;
  if (!range) return null;
  const refusal = refusalOf(range);
  if (refusal) throw new RangeError(refusal);
  const copied = copyRange(
    {
      range,
      columns: grid.columns,
      rows: (from, count, s) => grid.readRows(from, count, s),
      wholeCell: grid.canReadWhole ? (row, column, s) => grid.wholeCell(row, column, s) : undefined
    },
    signal
  );
  // The promise goes in at once: later the browser would no longer see the key press that allows it.
  const blob = copied.then(({ text }) => new Blob([text], { type: 'text/plain' }));
  await Promise.all([copied, navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })])]);
  return copied;
}
