import type { SqliteConnection } from './sqliteConnection';

/** What must hold for every commit to reach the store; set at opening and again after a user's PRAGMA. */
const ALWAYS = [
  'PRAGMA main.journal_mode=delete',
  'PRAGMA main.synchronous=full',
  'PRAGMA locking_mode=normal',
  'PRAGMA trusted_schema=off',
  'PRAGMA temp_store=default'
];

/** What a connection begins with; the user may change it. */
const AT_START = ['PRAGMA foreign_keys=on', 'PRAGMA cache_size=-16384', 'PRAGMA cell_size_check=on'];

/** Sets what must hold. Inside a transaction SQLite changes neither journal mode nor synchronous, nor lets them be. */
export function keepPragmas(connection: SqliteConnection): void {
  if (connection.module.files.readOnly) connection.query('PRAGMA query_only=on');
  for (const sql of ALWAYS) {
    if (connection.inTransaction && !sql.includes('trusted_schema')) continue;
    connection.query(sql);
  }
}

export function startPragmas(connection: SqliteConnection): void {
  for (const sql of AT_START) connection.query(sql);
  keepPragmas(connection);
}
