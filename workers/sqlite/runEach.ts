import type { EachResult } from '../host/driver';
import type { Cell } from '../wire/cells';
import { toErrorData } from '../wire/errors';
import { readCell } from './rawColumns';
import type { SqliteConnection, Statement } from './sqliteConnection';

/** Runs one statement for each set of values, prepared once, until one fails. */
export function runEach(connection: SqliteConnection, sql: string, sets: readonly (readonly Cell[])[]): EachResult {
  const result: EachResult = { columns: [], rows: [] };
  let statement: Statement | null = null;
  try {
    statement = connection.prepare(sql)!;
    result.columns = statement.columns().map((c) => c.name);
    for (const set of sets) {
      statement.bind(set);
      const rows: Cell[][] = [];
      while (statement.step()) rows.push(rowOf(connection, statement));
      statement.reset();
      result.rows.push(rows);
    }
  } catch (e) {
    result.error = toErrorData(e);
  } finally {
    statement?.finalize();
  }
  return result;
}

function rowOf(connection: SqliteConnection, statement: Statement): Cell[] {
  const row: Cell[] = [];
  for (let i = 0; i < statement.columnCount; i++) row.push(readCell(connection, statement.pointer, i));
  return row;
}
