import { isErrorData } from '../wire/errors';
import type { EngineCode } from '../wire/opening';
import { buildFor, workingBuild } from './builds';
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
  // The official build was made without UTF-16.
  if (connection.module.build === 'official' || header?.utf16) return null;
  return buildFor([...wanted, ...namedModules(connection)]) === 'official' ? workingBuild('official', code) : null;
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
