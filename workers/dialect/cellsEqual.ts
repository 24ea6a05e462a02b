import { isBrokenText, isLongCell, isWholeReal, type Cell } from '../wire/cells';

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** True for the very same value, storage class included. A cut value equals no other, since its rest is not known. */
export function cellsEqual(a: Cell, b: Cell): boolean {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') {
    if (typeof a === 'bigint' && typeof b === 'number') return Number.isSafeInteger(b) && a === BigInt(b);
    if (typeof b === 'bigint' && typeof a === 'number') return cellsEqual(b, a);
    return Object.is(a, b);
  }
  if (isLongCell(a) || isLongCell(b)) return false;
  if (a instanceof Uint8Array) return b instanceof Uint8Array && sameBytes(a, b);
  if (b instanceof Uint8Array) return false;
  if (isWholeReal(a)) return isWholeReal(b) && Object.is(a.real, b.real);
  return isBrokenText(a) && isBrokenText(b) && sameBytes(a.bytes, b.bytes);
}
