import { isBrokenText, isLongCell, isWholeReal, type Cell } from '../wire/cells';
import type { SqliteConnection } from './sqliteConnection';

/** SQLite makes its own copy of what is bound. */
const TRANSIENT = -1;
const encoder = new TextEncoder();

/**
 * Binds one value exactly. Gives SQLite's result code. Throws for a LongCell, which is not whole, and for an
 * integer that does not fit 64 bits.
 * @param index place of the placeholder, from 1
 */
export function bindCell(connection: SqliteConnection, statement: number, index: number, value: Cell): number {
  const { module } = connection;
  if (value === null) return module._sqlite3_bind_blob(statement, index, 0, 0, 0);
  if (typeof value === 'string') return bindBytes(connection, statement, index, encoder.encode(value), true);
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      return value === (value | 0)
        ? module._sqlite3_bind_int(statement, index, value)
        : bindInt64(connection, statement, index, BigInt(value));
    }
    return module._sqlite3_bind_double(statement, index, value);
  }
  if (typeof value === 'bigint') return bindInt64(connection, statement, index, value);
  if (value instanceof Uint8Array) return bindBytes(connection, statement, index, value, false);
  if (isWholeReal(value)) return module._sqlite3_bind_double(statement, index, value.real);
  if (isBrokenText(value)) return bindBytes(connection, statement, index, value.bytes, true);
  if (isLongCell(value)) throw { code: 'refused', message: 'This value is cut short: fetch it whole before it is used.' };
  throw { code: 'refused', message: 'This is no value that SQLite can hold.' };
}

function bindBytes(
  connection: SqliteConnection,
  statement: number,
  index: number,
  bytes: Uint8Array,
  text: boolean
): number {
  const { module } = connection;
  const at = connection.bytes(bytes);
  const bind = text ? module._sqlite3_bind_text : module._sqlite3_bind_blob;
  const code = bind(statement, index, at, bytes.length, TRANSIENT);
  module._free(at);
  return code;
}

function bindInt64(connection: SqliteConnection, statement: number, index: number, value: bigint): number {
  if (BigInt.asIntN(64, value) !== value) {
    throw { code: 'SQLITE_RANGE', message: `${value} does not fit a 64-bit integer.` };
  }
  return connection.module.bindInt64(statement, index, value);
}
