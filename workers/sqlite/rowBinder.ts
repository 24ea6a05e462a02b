import type { Cell } from '../wire/cells';
import { bindCell } from './bindCell';
import type { SqliteConnection } from './sqliteConnection';

const encoder = new TextEncoder();

/** SQLite reads what is bound where it lies, and makes no copy. */
const STATIC = 0;
/** A first guess at the bytes of a row's texts. */
const ROOM = 4_096;
/** Up to so many characters are written one by one. */
const LOOP_MOST = 64;

/**
 * Binds whole rows, one after the other, to a statement that is run in between. Texts and bytes lie in one piece of
 * memory that the next row takes over: a copy and two calls less for each of them.
 */
export class RowBinder {
  readonly #connection: SqliteConnection;
  #at = 0;
  #room = 0;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  /** Binds values to the placeholders, from the first on. Throws EngineErrorData. */
  bind(statement: number, values: readonly Cell[]): void {
    const { module } = this.#connection;
    this.#make(bytesOf(values));
    let at = this.#at;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      let code: number;
      if (typeof value === 'string') {
        const length = this.#write(value, at);
        code = module._sqlite3_bind_text(statement, i + 1, at, length, STATIC);
        at += length;
      } else if (value instanceof Uint8Array) {
        this.#connection.heap.u8.set(value, at);
        code = module._sqlite3_bind_blob(statement, i + 1, at, value.length, STATIC);
        at += value.length;
      } else code = bindCell(this.#connection, statement, i + 1, value);
      if (code !== 0) throw this.#connection.failure(code, '');
    }
  }

  /** Writes a text; gives its bytes. */
  #write(value: string, at: number): number {
    const { u8 } = this.#connection.heap;
    const { length } = value;
    if (length <= LOOP_MOST) {
      let i = 0;
      for (; i < length; i++) {
        const code = value.charCodeAt(i);
        if (code > 0x7f) break;
        u8[at + i] = code;
      }
      if (i === length) return length;
    }
    return encoder.encodeInto(value, u8.subarray(at, at + length * 3)).written;
  }

  /** Room for a row. What the row before has bound is no longer read. */
  #make(bytes: number): void {
    if (bytes <= this.#room) return;
    this.free();
    this.#room = Math.max(ROOM, bytes);
    this.#at = this.#connection.module._malloc(this.#room);
    if (this.#at === 0) {
      this.#room = 0;
      throw { code: 'SQLITE_NOMEM', message: 'out of memory' };
    }
  }

  /** To be called when the statement is done with. */
  free(): void {
    if (this.#at !== 0 && !this.#connection.broken) this.#connection.module._free(this.#at);
    this.#at = 0;
    this.#room = 0;
  }
}

/** As many bytes as the texts and bytes of a row take at most. */
function bytesOf(values: readonly Cell[]): number {
  let bytes = 1;
  for (const value of values) {
    if (typeof value === 'string') bytes += value.length * 3;
    else if (value instanceof Uint8Array) bytes += value.length;
  }
  return bytes;
}
