import { isBrokenText, type Cell } from '../wire/cells';
import type { SqliteConnection } from './sqliteConnection';

/** A value as text for names and DDL; empty for NULL. */
export const textOf = (cell: Cell | undefined): string =>
  typeof cell === 'string' ? cell : cell === null || cell === undefined ? '' : isBrokenText(cell) ? cell.text : String(cell);

/** A name in double quotes. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A row of sqlite_schema. */
export interface SchemaObject {
  type: string;
  name: string;
  table: string;
  sql: string;
}

/** Everything in a schema's sqlite_schema, by rowid. */
export function schemaObjects(connection: SqliteConnection, schema: string): SchemaObject[] {
  const rows = connection.query(`SELECT type, name, tbl_name, sql FROM ${quoteName(schema)}.sqlite_schema`);
  return rows.map(([type, name, table, sql]) => ({
    type: textOf(type),
    name: textOf(name),
    table: textOf(table),
    sql: textOf(sql)
  }));
}
