import { MAIN_PATH, type MainFile } from './databaseFiles';
import type { SqliteHeap } from './sqliteHeap';
import type { SqliteModule } from './sqliteModule';
import { sqliteError, storageError, trapError } from './sqliteErrors';
import type { Cell } from '../wire/cells';
import { bindCell } from './bindCell';
import { registerGeometry } from './geometryFunctions';
import { registerSearch } from './searchFunctions';
import { readCell } from './rawColumns';

export const SQLITE_ROW = 100;
export const SQLITE_DONE = 101;

const encoder = new TextEncoder();

/** One open database over the raw functions. All calls throw EngineErrorData. */
export class SqliteConnection {
  #module: SqliteModule;
  #db = 0;
  #out: number;

  constructor(module: SqliteModule) {
    this.#module = module;
    this.#out = module._malloc(16);
  }

  get module(): SqliteModule {
    return this.#module;
  }

  get heap(): SqliteHeap {
    return this.#module.heap;
  }

  /** Closes the database; the next opening is by another build. */
  moveTo(module: SqliteModule): void {
    this.close();
    if (!this.broken) this.#module._free(this.#out);
    this.#module = module;
    this.#out = module._malloc(16);
  }

  /** SQLite's code has trapped in this worker: nothing more may be called. */
  get broken(): boolean {
    return this.module.trapped;
  }

  get pointer(): number {
    return this.#db;
  }

  /** Opens the main file. SQLite reads nothing of it yet. */
  open(file: MainFile, readOnly: boolean): void {
    const { module } = this;
    module.files.use(file);
    module.files.readOnly = readOnly;
    const name = this.bytes(encoder.encode(`${MAIN_PATH}\0`));
    const code = this.guarded(() => module._sqlite3_open(name, this.#out));
    module._free(name);
    this.#db = this.heap.i32[this.#out >> 2]!;
    if (code !== 0) throw this.failure(code, '');
    module.setUp(this.#db);
    registerGeometry(module, this.#db);
    registerSearch(module, this.#db);
  }

  /** From now on no SQL can write the schema's own table, or tables that belong to a virtual one. */
  defend(): void {
    this.module.setDefensive(this.#db, true);
  }

  /** Copies bytes into the wasm's memory; the caller frees them. */
  bytes(bytes: Uint8Array): number {
    const at = this.module._malloc(Math.max(1, bytes.length));
    if (at === 0) throw { code: 'SQLITE_NOMEM', message: 'out of memory' };
    this.heap.u8.set(bytes, at);
    return at;
  }

  /** Runs a call into the wasm; a trap ends this connection in words. */
  guarded<T>(call: () => T): T {
    if (this.broken) throw trapError('The connection has broken down before.');
    try {
      return call();
    } catch (e) {
      // A trap, a stack that ran out, or emscripten's abort: SQLite's memory can no longer be trusted.
      this.module.trapped = true;
      throw trapError(e);
    }
  }

  get inTransaction(): boolean {
    return this.#db !== 0 && !this.broken && !this.module.autoCommit(this.#db);
  }

  /** Rows changed since the connection was opened, triggers included. */
  get totalChanges(): number {
    return this.module.totalChanges(this.#db);
  }

  changes(): number {
    return this.module._sqlite3_changes(this.#db);
  }

  /** The last failure as data; one of the store beneath comes first. */
  failure(code: number, sql: string, compiling = false): unknown {
    const beneath = this.module.files.takeError();
    if (beneath) return storageError(beneath);
    const message = this.#db ? this.heap.text(this.module._sqlite3_errmsg(this.#db)) : 'unable to open database file';
    const offset = compiling ? this.module.errorOffset(this.#db) : -1;
    return sqliteError({ code, message, offset, sql });
  }

  /** Compiles one statement; null for blanks and comments. */
  prepare(sql: string): Statement | null {
    const text = encoder.encode(sql);
    const at = this.bytes(text);
    try {
      const code = this.guarded(() =>
        this.module._sqlite3_prepare_v2(this.#db, at, text.length, this.#out, this.#out + 4)
      );
      if (code !== 0) throw this.failure(code, sql, true);
      const pointer = this.heap.i32[this.#out >> 2]!;
      const tail = this.heap.i32[(this.#out + 4) >> 2]! - at;
      if (pointer === 0) return null;
      const statement = new Statement(this, pointer, sql);
      if (tail < text.length && !isBlank(text.subarray(tail))) {
        statement.finalize();
        throw { code: 'refused', message: 'There is more than one statement here.', hint: 'Run them one at a time.' };
      }
      return statement;
    } finally {
      this.module._free(at);
    }
  }

  /** Runs one statement for ourselves; gives all its rows. */
  query(sql: string, params: readonly Cell[] = []): Cell[][] {
    const statement = this.prepare(sql);
    if (!statement) return [];
    try {
      statement.bind(params);
      const rows: Cell[][] = [];
      while (statement.step()) {
        const row: Cell[] = [];
        for (let i = 0; i < statement.columnCount; i++) row.push(readCell(this, statement.pointer, i));
        rows.push(row);
      }
      return rows;
    } finally {
      statement.finalize();
    }
  }

  close(): void {
    if (this.#db !== 0 && !this.broken) this.guarded(() => this.module._sqlite3_close_v2(this.#db));
    this.#db = 0;
    this.module.files.use(null);
  }
}

/** True for blanks, semicolons and comments alone. A NUL is none of these. */
function isBlank(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes);
  return /^(?:[\s;]|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))*$/.test(text);
}

/** A compiled statement. */
export class Statement {
  readonly #connection: SqliteConnection;
  readonly sql: string;
  pointer: number;
  readonly columnCount: number;

  constructor(connection: SqliteConnection, pointer: number, sql: string) {
    this.#connection = connection;
    this.pointer = pointer;
    this.sql = sql;
    this.columnCount = connection.module._sqlite3_column_count(pointer);
  }

  /** Binds values to the placeholders, from the first on. */
  bind(params: readonly Cell[]): void {
    for (const [i, value] of params.entries()) {
      const code = bindCell(this.#connection, this.pointer, i + 1, value);
      if (code !== 0) throw this.#connection.failure(code, this.sql);
    }
  }

  /** True when there is a row. */
  step(): boolean {
    const code = this.#connection.guarded(() => this.#connection.module._sqlite3_step(this.pointer));
    if (code === SQLITE_ROW) return true;
    if (code === SQLITE_DONE) return false;
    throw this.#connection.failure(code, this.sql);
  }

  /** Names and declared types of the columns; the type is empty for an expression. */
  columns(): { name: string; type: string }[] {
    const { module, heap } = this.#connection;
    const columns: { name: string; type: string }[] = [];
    for (let i = 0; i < this.columnCount; i++) {
      columns.push({ name: heap.text(module._sqlite3_column_name(this.pointer, i)), type: module.declaredType(this.pointer, i) });
    }
    return columns;
  }

  /** Makes it ready to run again; what is bound stays. */
  reset(): void {
    this.#connection.guarded(() => this.#connection.module._sqlite3_reset(this.pointer));
  }

  finalize(): void {
    if (this.pointer === 0) return;
    const pointer = this.pointer;
    this.pointer = 0;
    // Its code repeats that of the last step.
    if (!this.#connection.broken) this.#connection.guarded(() => this.#connection.module._sqlite3_finalize(pointer));
  }
}
