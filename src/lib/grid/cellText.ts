import {
  isBrokenText,
  isLongCell,
  isWholeReal,
  type Cell,
  type ResultColumn,
  type TypeFamily
} from '$workers/engine';

/** Longest text that a cell puts into the document, in UTF-16 units; CSS cuts what does not fit. */
export const SHOWN_TEXT = 1_000;
/** Longest blob shown as its digits, in bytes. */
export const SHOWN_BLOB = 64;

/** What a cell is, for its look. */
export type CellKind = 'null' | 'empty' | 'value' | 'broken' | 'blob';

/** A piece of a cell's text; with `mark`, characters that cannot be seen, and the sign drawn for them. */
export interface TextPiece {
  text: string;
  mark?: string;
}

export interface ShownCell {
  kind: CellKind;
  /** The text of the cell: the value, whole unless `cut`. */
  text: string;
  /** True when the value goes on beyond the text. */
  cut: boolean;
  /** Set when some characters need a mark; joined they are `text`. */
  pieces: TextPiece[] | null;
}

type ColumnType = Pick<ResultColumn, 'oid'>;

/**
 * A real as SQLite writes it, but with all digits that tell it from its neighbours: `2.0`, `0.1`, `1.0e+15`,
 * `Inf`, `NaN`. Never the form of an integer.
 */
export function realText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) {
    const [digits, exponent] = value.toExponential().split('e') as [string, string];
    return `${digits.includes('.') ? digits : `${digits}.0`}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  const text = Object.is(value, -0) ? '-0' : String(value);
  return text.includes('.') ? text : `${text}.0`;
}

const HEX = Array.from({ length: 256 }, (_, b) => b.toString(16).padStart(2, '0'));

/** Bytes as hex digits, lower case. */
export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const b of bytes) text += HEX[b];
  return text;
}

/** A blob as its engine's SQL output writes it: `x'00ff'` (SQLite), `\x00ff` (Postgres). */
export const blobText = (bytes: Uint8Array, column: ColumnType): string =>
  column.oid === undefined ? `x'${hexOf(bytes)}'` : `\\x${hexOf(bytes)}`;

/** A size as people read it: `512 bytes`, `1.5 kB`, `1 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1_000) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let n = bytes;
  let unit = -1;
  do {
    n /= 1_000;
    unit++;
  } while (n >= 999.5 && unit < units.length - 1);
  return `${n < 9.95 ? Number(n.toFixed(1)) : Math.round(n)} ${units[unit]}`;
}

/**
 * The whole value as text, for the clipboard and the cell view; NULL is empty. A LongCell gives its head:
 * fetch it whole first.
 */
export function wholeText(cell: Cell, column: ColumnType): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'bigint') return cell.toString();
  if (typeof cell === 'number') return Number.isInteger(cell) && !Object.is(cell, -0) ? String(cell) : realText(cell);
  if (cell instanceof Uint8Array) return blobText(cell, column);
  if (isWholeReal(cell)) return realText(cell.real);
  if (isBrokenText(cell)) return cell.text;
  return typeof cell.head === 'string' ? cell.head : blobText(cell.head, column);
}

/** Controls, marks that turn or hide text (bidi, zero width, line separators), lone surrogates. */
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const UNSEEN_ALL = new RegExp(UNSEEN, 'g');
const UNSEEN_OR_BROKEN = new RegExp(`${UNSEEN.source}|\\ufffd`, 'g');

/** The sign drawn for a character that has none. */
function markOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x0a) return '↵';
  if (code === 0x09) return '⇥';
  if (code === 0xfffd) return '�';
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * Text split at its unseen characters; null when none needs a mark. `broken`: mark replacement characters
 * too. `plain`: characters that are left as they are, for text that is shown in lines.
 */
export function piecesOf(text: string, broken = false, plain = ''): TextPiece[] | null {
  if (!broken && !UNSEEN.test(text)) return null;
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const match of text.matchAll(broken ? UNSEEN_OR_BROKEN : UNSEEN_ALL)) {
    if (plain.includes(match[0])) continue;
    if (match.index > at) pieces.push({ text: text.slice(at, match.index) });
    pieces.push({ text: match[0], mark: markOf(match[0]) });
    at = match.index + match[0].length;
  }
  if (at === 0) return null;
  if (at < text.length) pieces.push({ text: text.slice(at) });
  return pieces;
}

/** The first `length` units of a text, never half of a character. */
function headOf(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

function shownText(text: string, kind: CellKind, cut: boolean): ShownCell {
  const isLonger = text.length > SHOWN_TEXT;
  const head = isLonger ? headOf(text, SHOWN_TEXT) : text;
  return { kind, text: head, cut: cut || isLonger, pieces: piecesOf(head, kind === 'broken') };
}

const NOTHING: ShownCell = { kind: 'null', text: 'NULL', cut: false, pieces: null };
const EMPTY: ShownCell = { kind: 'empty', text: '', cut: false, pieces: null };

/** A cell as the grid shows it. */
export function shownCell(cell: Cell, column: ColumnType): ShownCell {
  if (cell === null) return NOTHING;
  if (cell === '') return EMPTY;
  if (typeof cell === 'string') return shownText(cell, 'value', false);
  if (cell instanceof Uint8Array) {
    const text = cell.length > SHOWN_BLOB ? `${sizeText(cell.length)} blob` : blobText(cell, column);
    return { kind: 'blob', text, cut: false, pieces: null };
  }
  if (typeof cell === 'object') {
    if (isBrokenText(cell)) return shownText(cell.text, 'broken', false);
    if (isLongCell(cell)) {
      if (typeof cell.head === 'string') return shownText(cell.head, 'value', true);
      return { kind: 'blob', text: `${sizeText(cell.bytes)} blob`, cut: false, pieces: null };
    }
  }
  return { kind: 'value', text: wholeText(cell, column), cut: false, pieces: null };
}

/** True for columns whose values stand to the right. */
export const isNumeric = (family: TypeFamily): boolean => family === 'integer' || family === 'number';
