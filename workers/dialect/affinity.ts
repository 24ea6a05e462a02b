import type { ColumnInfo } from '../wire/catalog';
import { isWholeReal, LONG_CELL_BYTES, type Cell } from '../wire/cells';

export type Affinity = 'integer' | 'text' | 'none' | 'real' | 'numeric';

/** Which of SQLite's affinities a declared type has (datatype3.html, 3.1). */
export function affinityOf(type: string): Affinity {
  const t = type.toUpperCase();
  if (t.includes('INT')) return 'integer';
  if (/CHAR|CLOB|TEXT/.test(t)) return 'text';
  if (t === '' || t.includes('BLOB')) return 'none';
  if (/REAL|FLOA|DOUB/.test(t)) return 'real';
  return 'numeric';
}

/** Half a character, which is stored as another one. */
const LONE = /\p{Surrogate}/u;
/** Text that SQLite may take for a number, with room to spare. */
const NUMERIC = /^\s*[+-]?(\d|\.\d)[\d.eE+-]*\s*$/;

/**
 * True where a column is known to hold a value exactly as it was given: SQLite changes it to fit the column's affinity
 * (`'5'` into a column of numbers is 5). In doubt false.
 */
export function keepsValue({ type, keyPlace }: ColumnInfo, value: Cell): boolean {
  // NULL for a rowid means the next one.
  if (value === null) return keyPlace === 0;
  const affinity = affinityOf(type);
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return affinity !== 'text' && affinity !== 'real' && !Object.is(value, -0);
    return affinity !== 'text' && Number.isFinite(value) && !Number.isInteger(value);
  }
  if (typeof value === 'bigint') return affinity !== 'text' && affinity !== 'real';
  if (typeof value === 'string') {
    if (value.length * 3 > LONG_CELL_BYTES || LONE.test(value)) return false;
    return affinity === 'text' || affinity === 'none' || !NUMERIC.test(value);
  }
  if (value instanceof Uint8Array) return value.length <= LONG_CELL_BYTES;
  return isWholeReal(value) && (affinity === 'real' || affinity === 'none') && Number.isInteger(value.real) && !Object.is(value.real, -0);
}
