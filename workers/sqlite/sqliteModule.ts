import type { DatabaseFiles } from './databaseFiles';
import type { SqliteHeap } from './sqliteHeap';

/** A build of SQLite: sql.js, or the one of sqlite.org, which has FTS5, R*Tree and dbstat, but no FTS3, FTS4 and UTF-16. */
export type Build = 'sql.js' | 'official';

/** What we call of SQLite's own C functions, in either build. Pointers are numbers; all codes are SQLite's. */
export interface SqliteFunctions {
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _sqlite3_open(name: number, result: number): number;
  _sqlite3_close_v2(db: number): number;
  _sqlite3_prepare_v2(db: number, sql: number, bytes: number, statement: number, tail: number): number;
  _sqlite3_step(statement: number): number;
  _sqlite3_reset(statement: number): number;
  _sqlite3_finalize(statement: number): number;
  _sqlite3_column_count(statement: number): number;
  _sqlite3_column_type(statement: number, column: number): number;
  _sqlite3_column_double(statement: number, column: number): number;
  _sqlite3_column_text(statement: number, column: number): number;
  _sqlite3_column_blob(statement: number, column: number): number;
  _sqlite3_column_bytes(statement: number, column: number): number;
  _sqlite3_column_name(statement: number, column: number): number;
  _sqlite3_errmsg(db: number): number;
  _sqlite3_bind_blob(statement: number, index: number, bytes: number, length: number, destructor: number): number;
  _sqlite3_bind_double(statement: number, index: number, value: number): number;
  _sqlite3_bind_int(statement: number, index: number, value: number): number;
  _sqlite3_bind_text(statement: number, index: number, bytes: number, length: number, destructor: number): number;
  _sqlite3_changes(db: number): number;
  _sqlite3_create_function_v2(
    db: number, name: number, args: number, flags: number, data: number,
    call: number, step: number, final: number, destroy: number
  ): number;
  _sqlite3_value_type(value: number): number;
  _sqlite3_value_text(value: number): number;
  _sqlite3_value_blob(value: number): number;
  _sqlite3_value_bytes(value: number): number;
  _sqlite3_result_error(context: number, message: number, length: number): void;
  _sqlite3_result_null(context: number): void;
  _sqlite3_result_int(context: number, value: number): void;
  _sqlite3_result_double(context: number, value: number): void;
  _sqlite3_result_text(context: number, bytes: number, length: number, destructor: number): void;
}

/** One build of SQLite, instantiated: its functions, and what the builds offer each in their own way. */
export interface SqliteModule extends SqliteFunctions {
  readonly build: Build;
  /** What lies under it. */
  readonly files: DatabaseFiles;
  readonly heap: SqliteHeap;
  /** Functions that SQLite calls by pointer. */
  readonly table: WebAssembly.Table;
  /** Its code has trapped: its memory can no longer be trusted, and a new worker is needed. */
  trapped: boolean;
  /** For the next worker. */
  readonly code: WebAssembly.Module;
  /** Declared type of a column; empty for an expression. */
  declaredType(statement: number, column: number): string;
  bindInt64(statement: number, index: number, value: bigint): number;
  /** Where the first value of the row lies on which a statement stands (see valueLayout.ts). */
  resultRow(statement: number): number;
  /** Of a connection just opened: extended result codes, and what differs between the builds made the same. */
  setUp(db: number): void;
  /** False within a transaction. */
  autoCommit(db: number): boolean;
  /** Rows changed since the connection was opened. */
  totalChanges(db: number): number;
  /** Byte offset of the last error; -1 when SQLite names none. */
  errorOffset(db: number): number;
  /** Defensive mode: SQL cannot write the schema's own table, nor tables that belong to a virtual one. */
  setDefensive(db: number, on: boolean): void;
}
