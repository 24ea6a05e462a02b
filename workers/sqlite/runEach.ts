import type { EachResult } from '../host/driver';
import type { Cell } from '../wire/cells';
import { toErrorData } from '../wire/errors';
import { RowBinder } from './rowBinder';
import { readCell } from './rawColumns';
import { SQLITE_DONE, SQLITE_ROW, type SqliteConnection, type Statement } from './sqliteConnection';

/** Runs one statement for each set of values, prepared once, until one fails. */
export function runEach(connection: SqliteConnection, sql: string, sets: readonly (readonly Cell[])[]): EachResult {
  const result: EachResult = { columns: [], touched: [], rows: [] };
  let statement: Statement | null = null;
  const binder = new RowBinder(connection);
  try {
    statement = connection.prepare(sql)!;
    result.columns = statement.columns().map((c) => c.name);
    runAll(connection, statement, sets, binder, result);
  } catch (e) {
    result.error = toErrorData(e);
  } finally {
    statement?.finalize();
    binder.free();
  }
  return result;
}

function runAll(connection: SqliteConnection, statement: Statement, sets: readonly (readonly Cell[])[], binder: RowBinder, result: EachResult): void {
  const { pointer, columnCount } = statement;
  const { _sqlite3_step: step, _sqlite3_reset: reset } = connection.module;
  let unbound: { thrown: unknown } | undefined;
  const code = connection.guarded(() => {
    for (const set of sets) {
      try {
        binder.bind(pointer, set);
      } catch (thrown) {
        // No trap: a value that cannot be bound.
        unbound = { thrown };
        return SQLITE_DONE;
      }
      const rows: Cell[][] = [];
      let stepped = step(pointer);
      for (; stepped === SQLITE_ROW; stepped = step(pointer)) rows.push(rowOf(connection, statement));
      if (stepped !== SQLITE_DONE) return stepped;
      if (columnCount > 0) result.rows.push(rows);
      result.touched.push(columnCount > 0 ? rows.length : connection.changes());
      reset(pointer);
    }
    return SQLITE_DONE;
  });
  if (unbound) throw unbound.thrown;
  if (code !== SQLITE_DONE) throw connection.failure(code, statement.sql);
}

function rowOf(connection: SqliteConnection, statement: Statement): Cell[] {
  const row: Cell[] = [];
  for (let i = 0; i < statement.columnCount; i++) row.push(readCell(connection, statement.pointer, i));
  return row;
}
