import type { Cell, ResultColumn } from '$workers/engine';
import { shownCell } from './cellText';

export const NARROWEST = 48;
export const WIDEST = 1_200;
/** Widest that a column is made without being asked. */
const WIDEST_FITTED = 240;

/** Advance of one character in px: JetBrains Mono at 12.5 px and 11 px, Inter at 13 px weight 600 on average. */
const CELL_CHARACTER = 7.5;
const TYPE_CHARACTER = 6.6;
const NAME_CHARACTER = 7.4;
const PADDING = 22;
/** Room for a key's icon before the name and the sort arrow with its number behind it. */
const HEAD_EXTRAS = 38;

/** Characters as columns of a fixed-width font; East Asian wide ones count twice. */
function columnsOfText(text: string): number {
  let n = 0;
  for (const character of text) n += character.charCodeAt(0) >= 0x1100 && character.charCodeAt(0) < 0xfe00 ? 2 : 1;
  return n;
}

export const clampWidth = (width: number): number => Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));

/**
 * The width in px at which a column shows its head and its values, bounded. Told from lengths, without asking
 * the document; `place` is the column's place in the rows. `most` bounds it.
 */
export function fittedWidth(column: ResultColumn, rows: readonly (readonly Cell[])[], place: number, most = WIDEST_FITTED): number {
  let width = Math.max(
    column.name.length * NAME_CHARACTER + HEAD_EXTRAS,
    Math.min(24, column.type.length) * TYPE_CHARACTER + PADDING
  );
  for (const row of rows) {
    const cell = row[place];
    if (cell === undefined) continue;
    const shown = shownCell(cell, column);
    const length = shown.kind === 'empty' ? 10 : columnsOfText(shown.text.slice(0, 200));
    width = Math.max(width, length * CELL_CHARACTER + PADDING);
    if (width >= most) return most;
  }
  return clampWidth(Math.max(64, Math.min(most, width)));
}
