import type { Dialect } from '../dialect/dialect';
import type { Cursor } from '../host/driver';
import type { Cell } from '../wire/cells';
import type { PageWriter } from '../wire/pageWriter';
import type { Notice, ResultColumn } from '../wire/results';
import { guard } from './guard';
import { readCell, writeRow } from './rawColumns';
import { SQLITE_DONE, SQLITE_ROW, type SqliteConnection, type Statement } from './sqliteConnection';

const CHANGING = new Set(['INSERT', 'UPDATE', 'DELETE', 'REPLACE', 'MERGE']);

/** One statement of the user under way. */
export class StatementCursor implements Cursor {
  readonly #connection: SqliteConnection;
  readonly #statement: Statement | null;
  readonly #notices: Notice[];
  readonly #changing: boolean;
  readonly #attach: boolean;
  readonly columns: ResultColumn[];

  /** Compiles and binds; throws EngineErrorData with `position` relative to `sql`. */
  constructor(connection: SqliteConnection, dialect: Dialect, sql: string, params: readonly Cell[]) {
    const { verb, notices, attach } = guard(sql);
    this.#connection = connection;
    this.#notices = notices;
    this.#attach = attach;
    const command = verb === 'WITH' ? (dialect.split(sql)[0]?.command ?? verb) : verb;
    this.#changing = CHANGING.has(command);
    this.#statement = this.#allowing(() => connection.prepare(sql));
    this.columns = this.#statement ? resultColumns(this.#statement, dialect) : [];
    try {
      this.#statement?.bind(params);
    } catch (e) {
      this.close();
      throw e;
    }
  }

  /** While an ATTACH runs, no file may be opened. */
  #allowing<T>(call: () => T): T {
    const { files } = this.#connection.module;
    files.attaching = this.#attach;
    try {
      return call();
    } finally {
      files.attaching = false;
    }
  }

  next(writer: PageWriter, most: number): boolean {
    const statement = this.#statement;
    if (!statement) return false;
    return this.#allowing(() => stepRows(this.#connection, statement, writer, most));
  }

  changed(): number | null {
    return this.#changing ? this.#connection.changes() : null;
  }

  notices(): Notice[] {
    return this.#notices;
  }

  close(): void {
    this.#statement?.finalize();
  }
}

/** A statement's columns as the page sees them. */
export const resultColumns = (statement: Statement, dialect: Dialect): ResultColumn[] =>
  statement.columns().map(({ name, type }) => ({ name, type, family: dialect.familyOf(type) }));

/**
 * Steps through up to `most` rows and writes them; false at the end.
 * @param last takes the last column, which is then no part of the rows written
 */
export function stepRows(
  connection: SqliteConnection,
  statement: Statement,
  writer: PageWriter,
  most: number,
  last?: (cell: Cell) => void
): boolean {
  const { pointer } = statement;
  const columnCount = last ? statement.columnCount - 1 : statement.columnCount;
  const step = connection.module._sqlite3_step;
  const code = connection.guarded(() => {
    for (let n = 0; n < most; n++) {
      const result = step(pointer);
      if (result !== SQLITE_ROW) return result;
      if (columnCount > 0) writeRow(connection, pointer, columnCount, writer);
      last?.(readCell(connection, pointer, columnCount));
    }
    return SQLITE_ROW;
  });
  if (code === SQLITE_ROW) return true;
  if (code === SQLITE_DONE) return false;
  throw connection.failure(code, statement.sql);
}
