import { isBrokenText, isLongCell, isWholeReal, type Cell } from '../wire/cells';

/** Bytes in lower-case hexadecimal, without a prefix. */
export function hexOf(bytes: Uint8Array): string {
  let hex = '';
  for (const b of bytes) hex += (b < 16 ? '0' : '') + b.toString(16);
  return hex;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const notWhole = (): never => {
  throw new TypeError('A value that is cut cannot be written as SQL: fetch it whole first.');
};

/** A real with a point or an exponent, so that it is not read as an integer. */
function realDigits(value: number): string {
  const digits = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}

const MOST_NEGATIVE = -(2n ** 63n);

/**
 * A cell as an SQLite literal that gives the same value, storage class included, in a UTF-8 database.
 * Throws for a LongCell and for integers beyond 64 bits.
 */
export function sqliteLiteral(cell: Cell): string {
  if (cell === null) return 'NULL';
  switch (typeof cell) {
    case 'bigint':
      if (cell < MOST_NEGATIVE || cell >= -MOST_NEGATIVE) throw new RangeError(`${cell} does not fit 64 bits.`);
      return String(cell);
    case 'number':
      if (Number.isNaN(cell)) return 'NULL'; // as SQLite itself stores it
      if (!Number.isFinite(cell)) return cell > 0 ? '9e999' : '-9e999';
      return Number.isSafeInteger(cell) && !Object.is(cell, -0) ? String(cell) : realDigits(cell);
    case 'string':
      return sqliteText(cell);
    default:
      if (cell instanceof Uint8Array) return `x'${hexOf(cell)}'`;
      if (isLongCell(cell)) return notWhole();
      if (isWholeReal(cell)) return realDigits(cell.real);
      return `CAST(x'${hexOf(cell.bytes)}' AS TEXT)`;
  }
}

/** SQL text ends at a NUL, so one inside is put in by replace(), for a character that the text does not hold. */
function sqliteText(text: string): string {
  if (!text.includes('\0')) return quoted(text);
  let stand = 0xe000; // private use
  while (text.includes(String.fromCharCode(stand))) stand++;
  const mark = String.fromCharCode(stand);
  return `replace(${quoted(text.replaceAll('\0', mark))}, '${mark}', char(0))`;
}

/**
 * A cell as a Postgres literal. Text is untyped, so that it becomes what its place asks for. Exact whatever
 * standard_conforming_strings says. Throws for a LongCell and for text that no Postgres can hold.
 */
export function postgresLiteral(cell: Cell): string {
  if (cell === null) return 'NULL';
  switch (typeof cell) {
    case 'bigint':
      return String(cell);
    case 'number':
      if (!Number.isFinite(cell)) return `'${String(cell)}'::float8`;
      return Number.isSafeInteger(cell) && !Object.is(cell, -0) ? String(cell) : `'${String(cell)}'::float8`;
    case 'string':
      if (cell.includes('\0')) throw new RangeError('Postgres holds no text with a NUL character in it.');
      return cell.includes('\\') ? `E${quoted(cell.replaceAll('\\', '\\\\'))}` : quoted(cell);
    default:
      if (cell instanceof Uint8Array) return `E'\\\\x${hexOf(cell)}'::bytea`;
      if (isLongCell(cell)) return notWhole();
      if (isWholeReal(cell)) return `'${realDigits(cell.real)}'::float8`;
      if (isBrokenText(cell)) throw new RangeError('Postgres holds no text that is not valid UTF-8.');
      return notWhole();
  }
}
