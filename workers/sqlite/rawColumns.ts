import { decodeText, realCell, type Cell } from '../wire/cells';
import type { PageWriter } from '../wire/pageWriter';
import type { SqliteConnection } from './sqliteConnection';
import { FLAG, VALUE } from './valueLayout';

const SHIFT32 = 0x1_0000_0000;
const UTF8 = 1;

// As plain numbers: they are looked at for every cell.
const { null: NULL, text: TEXT, integer: INTEGER, real: REAL } = FLAG;
/** Bits that make a value need SQLite's own conversion: a real kept as an integer, a blob with a zero tail. */
const AWKWARD = FLAG.integerReal | FLAG.zeroTail;
const SIZE = VALUE.size;
const POINTER = VALUE.pointer >> 2;
const LENGTH = VALUE.length >> 2;
const FLAGS = VALUE.flags >> 1;
const ENCODING = VALUE.encoding;

/**
 * Writes the row on which the statement stands, straight from SQLite's memory: a value's struct tells all,
 * so that nothing but `step` is called for a row.
 */
export function writeRow(connection: SqliteConnection, statement: number, columns: number, writer: PageWriter): void {
  const { heap } = connection;
  const u8 = heap.u8;
  const { u16, u32, i32, f64 } = heap;
  let value = connection.module.resultRow(statement);
  for (let c = 0; c < columns; c++, value += SIZE) {
    const flags = u16[(value >> 1) + FLAGS]!;
    const word = value >> 2;
    if ((flags & (NULL | AWKWARD)) !== 0) {
      if ((flags & NULL) !== 0) writer.null();
      else writeAwkward(connection, statement, c, writer);
    } else if ((flags & INTEGER) !== 0) {
      const low = i32[word]!;
      const high = i32[word + 1]!;
      if (high === low >> 31) writer.small(low);
      else writer.int64Halves(low, high);
    } else if ((flags & REAL) !== 0) writer.real(f64[value >> 3]!);
    else if ((flags & TEXT) === 0) writer.blobAt(u8, u32[word + POINTER]!, i32[word + LENGTH]!);
    else if (u8[value + ENCODING] === UTF8) writer.textAt(u8, u32[word + POINTER]!, i32[word + LENGTH]!);
    else writeAwkward(connection, statement, c, writer);
  }
}

/** A value that SQLite has to convert first (UTF-16 text, a zero blob): by its exported functions. */
function writeAwkward(connection: SqliteConnection, statement: number, column: number, writer: PageWriter): void {
  const { module } = connection;
  const type = module._sqlite3_column_type(statement, column);
  if (type === 2) {
    writer.real(module._sqlite3_column_double(statement, column));
    return;
  }
  const at = connection.guarded(() =>
    type === 3 ? module._sqlite3_column_text(statement, column) : module._sqlite3_column_blob(statement, column)
  );
  const length = module._sqlite3_column_bytes(statement, column);
  if (at === 0 && length > 0) throw { code: 'SQLITE_NOMEM', message: 'out of memory' };
  if (type === 3) writer.textAt(connection.heap.u8, at, length);
  else writer.blobAt(connection.heap.u8, at, length);
}

/** One value of the row on which the statement stands; whole. */
export function readCell(connection: SqliteConnection, statement: number, column: number): Cell {
  const { module, heap } = connection;
  const type = module._sqlite3_column_type(statement, column);
  switch (type) {
    case 1: {
      const value = module.resultRow(statement) + VALUE.size * column;
      const n = heap.i32[(value + 4) >> 2]! * SHIFT32 + heap.u32[value >> 2]!;
      return Number.isSafeInteger(n) ? n : heap.view.getBigInt64(value, true);
    }
    case 2: {
      const n = module._sqlite3_column_double(statement, column);
      return realCell(n);
    }
    case 3: {
      const at = module._sqlite3_column_text(statement, column);
      const length = module._sqlite3_column_bytes(statement, column);
      return decodeText(heap.u8.subarray(at, at + length));
    }
    case 4: {
      const at = module._sqlite3_column_blob(statement, column);
      const length = module._sqlite3_column_bytes(statement, column);
      return heap.u8.slice(at, at + length);
    }
    default:
      return null;
  }
}
