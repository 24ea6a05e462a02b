import type { EngineErrorData } from '../wire/errors';
import { hasModule, otherBuild, workingBuild } from './builds';
import { readHeader, startOf } from './databaseHeader';
import { startPragmas } from './keptPragmas';
import { calledModule, moduleOf } from './modules';
import { textOf, virtualTables } from './schemaObjects';
import type { SqliteConnection } from './sqliteConnection';
import type { StoreFile } from './storeFile';

/** What a user may have set for this connection, and goes with it to another build. */
const SETTINGS = ['foreign_keys', 'recursive_triggers', 'ignore_check_constraints', 'reverse_unordered_selects', 'automatic_index', 'legacy_alter_table', 'cache_size'];

/** Why the other build cannot take over; null when it can. */
function whyNot(connection: SqliteConnection, file: StoreFile, module: string): Pick<EngineErrorData, 'message' | 'hint'> | null {
  const { build } = connection.module;
  const called = calledModule(module);
  if (connection.inTransaction) {
    return { message: `${called} can be begun with outside of a transaction only: another build of SQLite has it.`, hint: 'Commit or roll back first, then run this once more.' };
  }
  const other = otherBuild(build);
  if (other === 'official' && readHeader(startOf(file))?.utf16) {
    return { message: `${called} is not to be had in this database: its texts are UTF-16.`, hint: 'Its SQL script, opened as a new project, makes it UTF-8.' };
  }
  const lost = virtualTables(connection).find(({ sql }) => {
    const own = moduleOf(sql);
    return own !== null && hasModule(build, own) && !hasModule(other, own);
  });
  if (lost) {
    const own = calledModule(moduleOf(lost.sql)!);
    return { message: `No build of SQLite here has both ${called} and ${own}, which ${lost.name} needs.`, hint: `Drop ${lost.name} first, or use ${own}.` };
  }
  const temporary = connection.query("SELECT name FROM pragma_database_list WHERE name NOT IN ('main', 'temp') UNION ALL SELECT name FROM temp.sqlite_schema")[0];
  if (temporary) {
    return { message: `Another build of SQLite has ${called}, and ${textOf(temporary[0])} is there for this one only.`, hint: 'Drop or detach it first, then run this once more.' };
  }
  return null;
}

/**
 * Goes on with the other build of SQLite over the same file, for the sake of a module. Throws EngineErrorData where
 * something would be lost by it, or that build cannot be had.
 * @param leaving called before the connection is closed: no statement may be open
 */
export async function switchBuild(connection: SqliteConnection, file: StoreFile, module: string, leaving: () => void): Promise<void> {
  const { build, files } = connection.module;
  const reason = whyNot(connection, file, module);
  if (reason) throw { code: 'needs-module', ...reason };
  const other = await workingBuild(otherBuild(build));
  if (!other) {
    throw { code: 'needs-module', message: `The build of SQLite that has ${calledModule(module)} could not be loaded.`, hint: 'Look to the network, then run this once more.' };
  }
  const settings = SETTINGS.map((name) => `PRAGMA ${name}=${textOf(connection.query(`PRAGMA ${name}`)[0]?.[0])}`);
  leaving();
  connection.moveTo(other);
  connection.open(file, files.readOnly);
  startPragmas(connection);
  for (const sql of settings) connection.query(sql);
  connection.defend();
}
