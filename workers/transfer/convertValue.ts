import { isSameReal } from '../formats/inferKinds';
import { readDate, readNumber } from '../formats/readValue';
import type { SourceValue } from '../formats/rowReader';
import { hexText } from '../formats/valueText';
import type { EngineKind } from '../wire/results';
import { realCell, type Cell } from '../wire/cells';
import type { ImportMapping, ReadOptions } from '../wire/imports';

/** Makes a cell of a value of a file. Throws RangeError, in words, for one that the column cannot hold exactly. */
export type ConvertValue = (value: SourceValue) => Cell;

const MOST = 2n ** 63n;
const DIGITS = /^[+-]?\d+$/;
const HEX = /^\\x(?:[0-9a-f]{2})*$/i;
const [MINUS, POINT, SLASH, ZERO, NINE] = [0x2d, 0x2e, 0x2f, 0x30, 0x39];
const TRUE = /^(?:t|true|y|yes|on|1)$/i;
const FALSE = /^(?:f|false|n|no|off|0)$/i;

/** True for what stands behind the first number of a date like 1/2/2026. */
const isMark = (code: number): boolean => code === SLASH || code === POINT;

function bytesOf(hex: string): Uint8Array {
  const bytes = new Uint8Array((hex.length - 2) / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(hex.slice(2 + i * 2, 4 + i * 2), 16);
  return bytes;
}

/** What a text of digits, with a point between them or not, is: 1 an integer, 2 a decimal, 0 neither. */
function digitsIn(text: string): 0 | 1 | 2 {
  const { length } = text;
  let point = -1;
  for (let i = text.charCodeAt(0) === MINUS ? 1 : 0, first = i; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= ZERO && code <= NINE) continue;
    if (code !== POINT || point >= 0 || i === first || i === length - 1) return 0;
    point = i;
  }
  return point >= 0 ? 2 : 1;
}

/** A number for SQLite: an integer, or the double that means the same. Text stays text where it is no number. */
function sqliteNumber(text: string): Cell {
  // Short integers and decimals, as most are, need no second look.
  if (text.length <= 15 && text !== '' && text !== '-' && text !== '-0') {
    const digits = digitsIn(text);
    if (digits === 1) return Number(text);
    if (digits === 2) return realCell(Number(text));
  }
  if (DIGITS.test(text)) {
    const n = BigInt(text.startsWith('+') ? text.slice(1) : text);
    if (n >= MOST || n < -MOST) throw new RangeError(`${text} does not fit the 64 bits of an SQLite integer.`);
    if (text !== '-0') return Number.isSafeInteger(Number(n)) ? Number(n) : n;
  }
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return text;
  if (!isSameReal(text)) throw new RangeError(`${text} has more digits than an SQLite real holds; a text column keeps them.`);
  return realCell(Number(text));
}

/** How values go into a column. Text is what both engines read best; what would change on the way is caught here. */
export function converterFor(mapping: ImportMapping, options: ReadOptions, engine: EngineKind): ConvertValue {
  const { family } = mapping;
  const { decimal, dates } = options;
  const isNumber = family === 'integer' || family === 'number';
  const read = (text: string): string => {
    if (isNumber && decimal === ',') return readNumber(text, decimal) ?? text;
    if (family === 'temporal' && (isMark(text.charCodeAt(1)) || isMark(text.charCodeAt(2)))) return readDate(text, dates) ?? text;
    return text;
  };
  const plain = !(isNumber && decimal === ',') && family !== 'temporal';
  if (engine === 'postgres') {
    return (value) => {
      if (value === null) return null;
      if (typeof value !== 'string') return family === 'binary' ? value : hexText(value);
      return plain ? value : read(value);
    };
  }
  return (value) => {
    if (value === null) return null;
    if (typeof value !== 'string') return value;
    if (isNumber) return sqliteNumber(read(value));
    if (family === 'boolean') return TRUE.test(value) ? 1 : FALSE.test(value) ? 0 : value;
    if (family === 'binary' && HEX.test(value)) return bytesOf(value);
    return plain ? value : read(value);
  };
}
