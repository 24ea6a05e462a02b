import { isErrorData } from '../wire/errors';
import type { EngineCode } from '../wire/opening';
import { buildFor, hasModule, workingBuild } from './builds';
import type { DatabaseHeader } from './databaseHeader';
import { moduleOf } from './modules';
import { virtualTables } from './schemaObjects';
import type { SqliteConnection } from './sqliteConnection';
import type { SqliteModule } from './sqliteModule';

/**
 * Another build than the one a database was opened with, where its schema names modules that this one has not; null
 * when it serves it best.
 * @param wanted modules that will be asked for, whatever the schema says now
 */
export async function betterBuild(
  connection: SqliteConnection,
  header: DatabaseHeader | null,
  code: EngineCode | undefined,
  wanted: readonly string[] = []
): Promise<SqliteModule | null> {
  const { build } = connection.module;
  const modules = [...wanted, ...namedModules(connection)];
  const best = buildFor(modules);
  // The official build was made without UTF-16.
  if (build === 'sql.js') return best === 'official' && !header?.utf16 ? workingBuild('official', code) : null;
  // It may stand in for a sql.js that does not work here: left only for modules that it has not.
  const isMissed = modules.some((m) => !hasModule('official', m) && hasModule('sql.js', m));
  return best === 'sql.js' && isMissed ? workingBuild('sql.js', code) : null;
}

/** Modules of a schema's virtual tables; none where it cannot be read, which is told elsewhere. */
function namedModules(connection: SqliteConnection): string[] {
  try {
    return virtualTables(connection).map(({ sql }) => moduleOf(sql) ?? '');
  } catch (e) {
    if (isErrorData(e) && !connection.broken) return [];
    throw e;
  }
}
