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

/** Virtual tables of the main schema, by name; SQLite itself begins their SQL with these words. */
export function virtualTables(connection: SqliteConnection): Pick<SchemaObject, 'name' | 'sql'>[] {
  const rows = connection.query("SELECT name, sql FROM main.sqlite_schema WHERE type = 'table' AND sql LIKE 'create virtual%'");
  return rows.map(([name, sql]) => ({ name: textOf(name), sql: textOf(sql) }));
}
