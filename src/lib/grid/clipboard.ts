import { isBrokenText, isLongCell, type Cell, type ResultColumn } from '$workers/engine';
import { wholeText } from './cellText';
import { cellsOf, columnsOf, rowsOf, type CellRange } from './selection';

/** Most cells and most text that are copied at once: beyond it spreadsheets and clipboards give up. */
export const COPY_CELLS = 2_000_000;
export const COPY_CHARACTERS = 64_000_000;
/** Cells asked for at a time. */
const COPY_PIECE = 20_000;

/** One field of TSV as spreadsheets read it: quoted when it holds a tab, a line end or a quote. */
export function tsvField(cell: Cell, column: Pick<ResultColumn, 'oid'>): string {
  if (cell === null) return '';
  const text = wholeText(cell, column);
  // Quotes tell empty text from NULL; spreadsheets read both as empty.
  if (text === '') return '""';
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export interface Copied {
  text: string;
  cells: number;
  /** Values that were not valid UTF-8: their broken places became replacement characters. */
  broken: number;
}

export interface CopyInput {
  range: CellRange;
  columns: readonly ResultColumn[];
  /** Rows from a position; fewer where the rows end. */
  rows(from: number, count: number, signal: AbortSignal): Promise<readonly Cell[][]>;
  wholeCell?(row: number, column: number, signal: AbortSignal): Promise<Cell>;
}

/** What is wrong with copying so much, in words; null when it can be done. */
export function refusalOf(range: CellRange): string | null {
  const cells = cellsOf(range);
  if (cells <= COPY_CELLS) return null;
  const n = (count: number): string => count.toLocaleString('en');
  return `${n(cells)} cells are too many for the clipboard. Select at most ${n(COPY_CELLS)}, or export the rows to a file.`;
}

/**
 * A range as tab-separated text, rows ended by a line feed, every value whole and exact. NULL is an empty
 * field, empty text a quoted one; a single cell is its value alone, unquoted. Throws when it grows beyond
 * what a clipboard takes, when a value cannot be had whole, or when the source does.
 */
export async function copyRange(input: CopyInput, signal: AbortSignal): Promise<Copied> {
  const { range, columns } = input;
  const refusal = refusalOf(range);
  if (refusal) throw new RangeError(refusal);
  const single = cellsOf(range) === 1;
  const piece = Math.max(1, Math.floor(COPY_PIECE / columns.length));
  const lines: string[] = [];
  let characters = 0;
  let broken = 0;

  const whole = (row: number, column: number): Promise<Cell> => {
    if (!input.wholeCell) throw new RangeError('A value in the selection is too long to be copied from here.');
    return input.wholeCell(row, column, signal);
  };

  for (let from = range.top; from <= range.bottom; from += piece) {
    const rows = await input.rows(from, Math.min(piece, range.bottom - from + 1), signal);
    signal.throwIfAborted();
    for (const [i, row] of rows.entries()) {
      const fields: string[] = [];
      for (let c = range.left; c <= range.right; c++) {
        let cell = row[c] ?? null;
        if (cell !== null && isLongCell(cell)) cell = await whole(from + i, c);
        if (cell !== null && isBrokenText(cell)) broken++;
        fields.push(single ? wholeText(cell, columns[c]!) : tsvField(cell, columns[c]!));
      }
      const line = fields.join('\t');
      characters += line.length + 1;
      if (characters > COPY_CHARACTERS) {
        throw new RangeError('This is more than the 64 MB that the clipboard takes. Select fewer rows, or export them to a file.');
      }
      lines.push(line);
    }
    if (rows.length === 0) break;
  }
  return { text: lines.join('\n'), cells: rowsOf(range) * columnsOf(range), broken };
}
