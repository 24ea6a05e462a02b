import type { Dialect } from '../dialect/dialect';
import { isErrorData } from '../wire/errors';
import { unpackPage } from '../wire/pageReader';
import { PageWriter } from '../wire/pageWriter';
import { quoteName, textOf } from './schemaObjects';
import type { SqliteConnection } from './sqliteConnection';
import { StatementCursor } from './statementCursor';

/**
 * What `integrity_check` says of a table; null: of the list of tables, and of pages that belong to none. None where all is
 * well. Damage over which SQLite gives up is the last of what it says.
 */
export function checkTable(connection: SqliteConnection, dialect: Dialect, table: string | null): string[] {
  const found: string[] = [];
  let cursor: StatementCursor | null = null;
  try {
    cursor = new StatementCursor(connection, dialect, `PRAGMA main.integrity_check(${quoteName(table ?? 'sqlite_schema')})`, []);
    for (let more = true; more; ) {
      const writer = new PageWriter(1);
      more = cursor.next(writer, 1);
      for (const [words] of unpackPage(writer.take())) found.push(textOf(words));
    }
  } catch (e) {
    if (!isErrorData(e) || connection.broken) throw e;
    found.push(e.message);
  } finally {
    cursor?.close();
  }
  return found.flatMap((words) => words.split('\n')).filter((words) => !/^(?:ok|\*\*\* in database main \*\*\*)?$/.test(words));
}
