import type { Cell } from '../wire/cells';
import { BytesFile } from './bytesFile';
import { PageWriter } from '../wire/pageWriter';
import { unpackPage } from '../wire/pageReader';
import { SqliteConnection } from './sqliteConnection';
import { stepRows } from './statementCursor';
import type { SqliteModule } from './sqliteModule';

/** What does not hold. `reading`: not even rows can be trusted; else the database may still be looked at. */
export interface Failure {
  check: string;
  reading: boolean;
}

const tested = new WeakMap<SqliteModule, Failure[]>();

/**
 * Proves on a database in memory that what lies under a build is called when it should be, and that the offsets
 * of sqljsLayout.ts and valueLayout.ts are right; once a worker. Gives what does not hold; empty means that the store
 * may be trusted with it.
 */
export function selfTest(module: SqliteModule): Failure[] {
  let failures = tested.get(module);
  if (!failures) tested.set(module, (failures = test(module)));
  return failures;
}

/** Checks on which reading stands, the calls to the file by their names included. */
const READING = /int64|text|blob|page|declared|failed|^(open|read|seek|stat|close) is seen/;

function test(module: SqliteModule): Failure[] {
  const failures: Failure[] = [];
  const check = (name: string, holds: boolean): void => {
    if (!holds) failures.push({ check: name, reading: READING.test(name) });
  };
  const file = new BytesFile();
  const { files } = module;
  const connection = new SqliteConnection(module);
  const before = { ...files.seen };
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
    check('a sync is the commit', file.commits === 1 && file.size() > 0);
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
    const whole = connection.prepare("SELECT i, t, b, 1.5, null, -7 FROM a")!;
    const writer = new PageWriter(6);
    stepRows(connection, whole, writer, 1);
    whole.finalize();
    const [i, t, b, ...rest] = unpackPage(writer.take())[0] ?? [];
    check('a page of rows', i === big && t === row[1] && b instanceof Uint8Array && b[1] === 255 && JSON.stringify(rest) === '[1.5,null,-7]');
    check('total changes', connection.totalChanges === 1);
    const double = failing('INSERT INTO a VALUES (2, (SELECT t FROM a LIMIT 1), null)');
    check('extended result code', double.code === 'SQLITE_CONSTRAINT_UNIQUE');
    check('error offset', failing('SELECT "ä", nowhere FROM a').position === 12);
    const statement = connection.prepare('SELECT i, i + 1 AS j FROM a')!;
    const columns = statement.columns();
    statement.finalize();
    check('declared types', columns[0]?.type === 'INTEGER' && columns[1]?.type === '' && columns[1]?.name === 'j');
    module.setDefensive(connection.pointer, true);
    connection.query('PRAGMA writable_schema=on');
    check('defensive mode', failing("UPDATE sqlite_schema SET name = 'b'").code !== undefined);
    module.setDefensive(connection.pointer, false);
    connection.query("INSERT INTO a (b) SELECT zeroblob(9000) FROM json_each('[1,2,3,4,5,6,7,8]')");
    connection.query('DELETE FROM a WHERE t IS NULL');
    connection.query('VACUUM');
    check('a truncate', file.truncated > 0 && file.size() < 8 * 9000);
    check('another file is refused', failing("ATTACH '/other.db' AS other").code !== undefined && files.refusedPath === '/other.db');
  } catch (e) {
    const { message } = e as { message?: string };
    check(`a statement failed: ${message ?? String(e)}`, false);
  } finally {
    connection.close();
    files.refusedPath = null;
  }
  for (const name of Object.keys(files.seen)) check(`${name} is seen`, files.seen[name]! > before[name]!);
  return failures;
}
