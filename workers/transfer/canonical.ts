import type { TypeFamily } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import { isBrokenText } from '../wire/cells';
import { hexText, valueText } from '../formats/valueText';

/** A number as digits and a power of ten: two texts of one number give the same. Other text is left as it is. */
export function canonicalNumber(text: string): string {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text.trim());
  if (!match || (match[2] === '' && (match[3] ?? '') === '')) return text;
  const fraction = match[3] ?? '';
  let digits = (match[2]! + fraction).replace(/^0+/, '');
  let exponent = Number(match[4] ?? 0) - fraction.length;
  if (digits === '') return '0';
  const trimmed = digits.replace(/0+$/, '');
  exponent += digits.length - trimmed.length;
  digits = trimmed;
  return `${match[1] === '-' ? '-' : ''}${digits}e${exponent}`;
}

/** A value as text by which two engines can be compared: equal when the value is. */
export function canonical(cell: Cell, family: TypeFamily): string {
  if (cell === null) return '\u0000';
  if (cell instanceof Uint8Array) return hexText(cell);
  if (typeof cell === 'object' && isBrokenText(cell)) return hexText(cell.bytes);
  if (typeof cell === 'number' || typeof cell === 'bigint') {
    if (family === 'boolean' && (cell === 0 || cell === 1)) return cell === 1 ? 't' : 'f';
    return canonicalNumber(valueText(cell));
  }
  const text = valueText(cell);
  if (family === 'boolean') return /^(?:t|true)$/i.test(text) ? 't' : /^(?:f|false)$/i.test(text) ? 'f' : text;
  return family === 'integer' || family === 'number' || typeof cell === 'object' ? canonicalNumber(text) : text;
}

/** 53 bits of a text (cyrb53): enough to tell rows apart, not to keep secrets. */
export function hashOf(text: string, seed = 0): number {
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ seed;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 2654435761);
    b = Math.imul(b ^ c, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

/** Rows in any order, summed up. */
export class Checksum {
  rows = 0;
  #low = 0;
  #high = 0;

  add(row: readonly Cell[], families: readonly TypeFamily[]): void {
    let text = '';
    for (let i = 0; i < row.length; i++) {
      const value = canonical(row[i] ?? null, families[i] ?? 'text');
      text += `${value.length}:${value}`;
    }
    const hash = hashOf(text);
    this.rows++;
    this.#low = (this.#low + (hash >>> 0)) >>> 0;
    this.#high = (this.#high + Math.floor(hash / 4294967296)) >>> 0;
  }

  get value(): string {
    return `${this.rows}:${this.#high.toString(16)}.${this.#low.toString(16)}`;
  }
}
