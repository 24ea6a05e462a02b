import { messageOf } from '../wire/errors';
import { affinityOf } from './affinity';
import type { TypeFamily } from '../wire/catalog';
import { isWholeReal, realCell, type Cell } from '../wire/cells';

/** What is known of the column that something is typed into. */
export interface TypedColumn {
  /** As declared (SQLite) or as `format_type` writes it (Postgres). */
  type: string;
  family: TypeFamily;
}

/** What was typed is no value of its column: why, in words for the person who typed it. */
export class TypedCellError extends Error {}

/** Bytes from hexadecimal digits; blanks between them are allowed. Throws TypedCellError. */
function bytesOf(digits: string, how: string): Uint8Array {
  const hex = digits.replace(/\s+/g, '');
  if (!/^(?:[0-9a-f]{2})*$/i.test(hex)) throw new TypedCellError(`These are no bytes. Write them as ${how}, two digits each.`);
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (e) {
    throw new TypedCellError(`This is no JSON. ${messageOf(e)}.`);
  }
}

const INTEGER = /^[+-]?\d+$/;
const REAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A whole number that fits SQLite's 64 bits. */
function integerOf(text: string): number | bigint | undefined {
  if (!INTEGER.test(text)) return undefined;
  const whole = BigInt(text.replace('+', ''));
  if (whole < -(2n ** 63n) || whole >= 2n ** 63n) return undefined;
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
}

/** A real that has at most the digits that a double holds; more digits are left to SQLite, as text. */
function realOf(text: string): Cell | undefined {
  if (!REAL.test(text)) return undefined;
  const digits = text.replace(/e.*$/i, '').replace(/[^\d]/g, '').replace(/^0+/, '');
  if (digits.length > 15) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  return realCell(value);
}

const isNumber = (cell: Cell): boolean =>
  typeof cell === 'number' || typeof cell === 'bigint' || (cell !== null && typeof cell === 'object' && isWholeReal(cell));

/**
 * What SQLite would store for text typed into a column: a number where the column or the value before is one, text
 * else, and bytes for `x'00ff'` in a column or over a value of bytes. Throws TypedCellError.
 */
export function sqliteCellOf(text: string, column: TypedColumn, seen: Cell): Cell {
  const affinity = affinityOf(column.type);
  const blob = /^\s*x'([^']*)'\s*$/i.exec(text);
  if (blob && (seen instanceof Uint8Array || column.family === 'binary' || affinity === 'none')) return bytesOf(blob[1]!, "x'00ff'");
  if (column.family === 'json' && text.trim() !== '') checkJson(text);
  if (affinity === 'text') return text;
  const trimmed = text.trim();
  if (trimmed === '' && (column.family === 'integer' || column.family === 'number' || column.family === 'boolean')) return null;
  // Without an affinity the value before says what is meant; a column of any type takes numbers for what they look like.
  if (affinity === 'none' && seen !== null && !isNumber(seen)) return text;
  if (affinity === 'real' || (affinity === 'none' && seen !== null && typeof seen === 'object' && isWholeReal(seen))) return realOf(trimmed) ?? text;
  return integerOf(trimmed) ?? wholeAsInteger(realOf(trimmed), affinity) ?? text;
}

/** With the affinity of whole numbers SQLite keeps `2.0` as 2. */
function wholeAsInteger(cell: Cell | undefined, affinity: string): Cell | undefined {
  if (cell === undefined || cell === null || typeof cell !== 'object' || !isWholeReal(cell)) return cell;
  return affinity !== 'none' && Number.isSafeInteger(cell.real) && !Object.is(cell.real, -0) ? cell.real : cell;
}

const TEXTUAL: ReadonlySet<TypeFamily> = new Set(['text', 'other']);

/**
 * What Postgres is sent for text typed into a column: the text, which it reads itself; bytes for `\x00ff` in a bytea.
 * Nothing typed into a column that holds no text is NULL. Throws TypedCellError.
 */
export function postgresCellOf(text: string, column: TypedColumn): Cell {
  if (text.trim() === '' && !TEXTUAL.has(column.family)) return null;
  if (column.family === 'binary') {
    const digits = /^\s*\\x([\s\S]*)$/.exec(text);
    if (!digits) throw new TypedCellError('Write bytes as \\x00ff, two digits each.');
    return bytesOf(digits[1]!, '\\x00ff');
  }
  if (column.family === 'json') checkJson(text);
  if (column.family === 'integer' && !/^\s*[+-]?[\d_]+\s*$|^\s*[+-]?0[xob][\da-f_]+\s*$/i.test(text)) {
    throw new TypedCellError('This is no whole number.');
  }
  return text;
}
