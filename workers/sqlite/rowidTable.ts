import type { RelationRef } from '../wire/catalog';
import { quoteName, textOf } from './schemaObjects';
import type { SqliteConnection } from './sqliteConnection';

const NAMES = ['rowid', '_rowid_', 'oid'];

/** A table as SQL names it. */
export const tableName = (ref: RelationRef): string => `${quoteName(ref.schema)}.${quoteName(ref.relation)}`;

/**
 * What a table's rowid can be called (a column may hide one name); null where there is none: views, virtual
 * tables, WITHOUT ROWID.
 */
export function rowidOf(connection: SqliteConnection, ref: RelationRef): string | null {
  const kind = connection.query('SELECT type, wr FROM pragma_table_list(?1) WHERE schema = ?2', [ref.relation, ref.schema])[0];
  if (!kind || (kind[0] !== 'table' && kind[0] !== 'shadow') || kind[1] === 1) return null;
  const columns = connection.query('SELECT lower(name) FROM pragma_table_xinfo(?1, ?2)', [ref.relation, ref.schema]);
  const taken = new Set(columns.map(([name]) => textOf(name)));
  return NAMES.find((name) => !taken.has(name)) ?? null;
}

/**
 * The column that is the rowid itself, a lone INTEGER PRIMARY KEY; null without one. One declared DESC has an index of
 * its own, and is none.
 */
export function rowidAlias(connection: SqliteConnection, ref: RelationRef): string | null {
  const keys = connection.query('SELECT name, upper(type) FROM pragma_table_info(?1, ?2) WHERE pk > 0', [ref.relation, ref.schema]);
  const [key] = keys;
  if (keys.length !== 1 || key![1] !== 'INTEGER') return null;
  const indexes = connection.query("SELECT 1 FROM pragma_index_list(?1, ?2) WHERE origin = 'pk'", [ref.relation, ref.schema]);
  return indexes.length === 0 ? textOf(key![0]) : null;
}
