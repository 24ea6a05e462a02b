import type { Dialect } from '../dialect/dialect';
import type { Cursor } from '../host/driver';
import type { Cell } from '../wire/cells';
import { workingBuild } from './builds';
import { readHeader, startOf } from './databaseHeader';
import { startPragmas } from './keptPragmas';
import { SqliteConnection } from './sqliteConnection';
import { StatementCursor } from './statementCursor';
import type { StoreFile } from './storeFile';

/**
 * The same database, opened to be read with the official build beside sql.js: for dbstat. It must be closed before
 * anything is written. Throws EngineErrorData.
 */
export async function openBeside(connection: SqliteConnection, file: StoreFile): Promise<SqliteConnection> {
  if (connection.inTransaction) {
    throw { code: 'refused', message: 'A transaction is open: sizes are read when it is committed or rolled back.' };
  }
  if (readHeader(startOf(file))?.utf16) {
    throw { code: 'needs-module', message: 'SQLite’s dbstat cannot be had in this database: its texts are UTF-16.' };
  }
  const module = await workingBuild('official');
  if (!module) throw { code: 'needs-module', message: 'The build of SQLite that has dbstat could not be loaded.' };
  const beside = new SqliteConnection(module);
  try {
    beside.open(file, true);
    startPragmas(beside);
    return beside;
  } catch (e) {
    beside.close();
    throw e;
  }
}

/** Begins a statement that only the official build can run. */
export async function beginBeside(
  connection: SqliteConnection,
  file: StoreFile,
  dialect: Dialect,
  sql: string,
  params: readonly Cell[]
): Promise<Cursor> {
  const beside = await openBeside(connection, file);
  try {
    const cursor = new StatementCursor(beside, dialect, sql, params);
    return {
      columns: cursor.columns,
      next: (writer, most) => cursor.next(writer, most),
      changed: () => cursor.changed(),
      notices: () => cursor.notices(),
      close() {
        cursor.close();
        beside.close();
      }
    };
  } catch (e) {
    beside.close();
    throw e;
  }
}
