import type { Cell } from '../wire/cells';
import { BytesFile } from './bytesFile';
import { SqliteConnection } from './sqliteConnection';
import type { SqliteModule } from './sqljsModule';

/** What does not hold. `reading`: not even rows can be trusted; else the database may still be looked at. */
export interface Failure {
  check: string;
  reading: boolean;
}

let tested: Failure[] | null = null;

/**
 * Proves on a database in memory that every hook is called when it should be, and that the struct offsets
 * of sqljsLayout.ts are right; once a worker. Gives what does not hold; empty means that the store may be trusted with it.
 */
export function selfTest(module: SqliteModule): Failure[] {
  return (tested ??= test(module));
}

/** Checks on which reading stands, the hooks by their names included. */
const READING = /int64|text|blob|declared|failed|^(open|read|seek|stat|close) is seen/;

function test(module: SqliteModule): Failure[] {
  const failures: Failure[] = [];
  const check = (name: string, holds: boolean): void => {
    if (!holds) failures.push({ check: name, reading: READING.test(name) });
  };
  const file = new BytesFile();
  const { hooks } = module;
  const connection = new SqliteConnection(module);
  const before = { ...hooks.seen };
  const failing = (sql: string): { code?: string; position?: number } => {
    try {
      connection.query(sql);
      return {};
    } catch (e) {
      return e as { code?: string; position?: number };
    }
  };
  try {
    connection.open(file, false);
    connection.query('PRAGMA page_size=4096');
    connection.query('CREATE TABLE a (i INTEGER PRIMARY KEY, t TEXT UNIQUE, b BLOB)');
    check('fd_sync is the commit', file.commits === 1 && file.size() > 0);
    check('autoCommit', !connection.inTransaction);
    connection.query('BEGIN');
    check('autoCommit in a transaction', connection.inTransaction);
    const big = 9_007_199_254_740_995n;
    const values: Cell[] = [big, 'ä\0b', new Uint8Array([0, 255])];
    connection.query('INSERT INTO a VALUES (?, ?, ?)', values);
    check('no commit before COMMIT', file.commits === 1);
    connection.query('COMMIT');
    check('COMMIT commits once', file.commits === 2);
    const row = connection.query('SELECT * FROM a')[0] ?? [];
    check('int64 bound and read', row[0] === big);
    check('text with NUL', row[1] === 'ä\0b');
    check('blob', row[2] instanceof Uint8Array && row[2].length === 2 && row[2][1] === 255);
    check('total changes', connection.totalChanges === 1);
    const double = failing('INSERT INTO a VALUES (2, (SELECT t FROM a LIMIT 1), null)');
    check('extended result code', double.code === 'SQLITE_CONSTRAINT_UNIQUE');
    check('error offset', failing('SELECT "ä", nowhere FROM a').position === 12);
    const statement = connection.prepare('SELECT i, i + 1 AS j FROM a')!;
    const columns = statement.columns();
    statement.finalize();
    check('declared types', columns[0]?.type === 'INTEGER' && columns[1]?.type === '' && columns[1]?.name === 'j');
    connection.query("INSERT INTO a (b) SELECT zeroblob(9000) FROM json_each('[1,2,3,4,5,6,7,8]')");
    connection.query('DELETE FROM a WHERE t IS NULL');
    connection.query('VACUUM');
    check('ftruncate', file.truncated > 0 && file.size() < 8 * 9000);
    check('openat refuses', failing("ATTACH '/other.db' AS other").code !== undefined && hooks.refusedPath === '/other.db');
  } catch (e) {
    const { message } = e as { message?: string };
    check(`a statement failed: ${message ?? String(e)}`, false);
  } finally {
    connection.close();
    hooks.refusedPath = null;
  }
  for (const name of ['open', 'read', 'write', 'seek', 'sync', 'truncate', 'stat', 'unlink', 'close'] as const) {
    check(`${name} is seen`, hooks.seen[name] > before[name]);
  }
  return failures;
}
