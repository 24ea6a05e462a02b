import type { RelationRef } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import { rowidOf, tableName } from './rowidTable';
import { quoteName, textOf } from './schemaObjects';
import type { SqliteConnection } from './sqliteConnection';

/** True when triggers, temporary ones too, run upon changes of a table. */
export function hasTriggers(connection: SqliteConnection, ref: RelationRef): boolean {
  const sql = ['temp', ref.schema]
    .map((schema) => `SELECT 1 FROM ${quoteName(schema)}.sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE`)
    .join(' UNION ALL ');
  return connection.query(sql, [ref.relation]).length > 0;
}

/** How many dangling rows are looked at. */
const MOST = 20;

/** Rows whose foreign keys point to nothing; none for tables without a rowid, where they cannot be named. */
export function danglingRows(connection: SqliteConnection, ref: RelationRef): Record<string, Cell>[] {
  const rowid = rowidOf(connection, ref);
  if (rowid === null) return [];
  const found = connection.query(`SELECT rowid FROM pragma_foreign_key_check(?1, ?2) LIMIT ${MOST}`, [ref.relation, ref.schema]);
  const columns = connection
    .query('SELECT name FROM pragma_table_xinfo(?1, ?2) WHERE hidden <> 1', [ref.relation, ref.schema])
    .map(([name]) => textOf(name));
  return found.flatMap(([place]) =>
    connection
      .query(`SELECT ${columns.map(quoteName).join(', ')} FROM ${tableName(ref)} WHERE ${rowid} = ?1`, [place!])
      .map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]!])))
  );
}
