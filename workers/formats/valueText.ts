import { isBrokenText, isWholeReal, type Cell } from '../wire/cells';

const hexDigits = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'));

/** Bytes as Postgres writes them: `\x00ff`. */
export function hexText(bytes: Uint8Array): string {
  let text = '\\x';
  for (const byte of bytes) text += hexDigits[byte];
  return text;
}

/** Bytes in base64. */
export function base64Text(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}

/** A real so that it reads back as the same real: always with a point, an exponent, or a word. */
export function realText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}

/**
 * A value that is not NULL as exact text. Text that is not valid UTF-8 comes with its broken places replaced: who
 * calls counts those. Throws for a LongCell, which is not whole.
 */
export function valueText(cell: Exclude<Cell, null>, blobs: 'hex' | 'base64' = 'hex'): string {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return Number.isSafeInteger(cell) && !Object.is(cell, -0) ? String(cell) : realText(cell);
  if (typeof cell === 'bigint') return String(cell);
  if (cell instanceof Uint8Array) return blobs === 'hex' ? hexText(cell) : base64Text(cell);
  if (isWholeReal(cell)) return realText(cell.real);
  if (isBrokenText(cell)) return cell.text;
  throw new TypeError('A value that is cut cannot be written: fetch it whole first.');
}
