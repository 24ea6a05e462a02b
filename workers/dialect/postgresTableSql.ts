import { scanPostgres } from '../split/scanPostgres';
import type { RelationRef } from '../wire/catalog';
import type { CheckDefinition, ColumnDefinition, ForeignKeyDefinition, IndexDefinition, KeyDefinition, TableDefinition } from '../wire/tableDefinition';
import { postgres } from './postgres';
import { renamedColumns } from './renamedColumns';

const { quote, literal } = postgres;

export const fullName = (ref: RelationRef): string => `${quote(ref.schema)}.${quote(ref.relation)}`;
export const behind = (text: string): string => (text === '' ? '' : ` ${text}`);
export const named = (name: string | null): string => (name === null ? '' : `CONSTRAINT ${quote(name)} `);

/** An expression that speaks of columns by their old names, with the new ones. */
export function rewrite(sql: string, table: TableDefinition): string {
  const renames = new Map(table.columns.filter((c) => c.id !== c.name && c.name !== '').map((c) => [c.id.toLowerCase(), quote(c.name)]));
  return renamedColumns(sql, renames, scanPostgres, [table.relation.toLowerCase()]);
}

const nameOf = (table: TableDefinition, id: string): string => quote(table.columns.find((c) => c.id === id)?.name ?? id);
const namesOf = (table: TableDefinition, ids: readonly string[]): string => ids.map((id) => nameOf(table, id)).join(', ');

/** What follows the name of a computed, counted or ordinary column. */
export function valueSql(table: TableDefinition, column: ColumnDefinition): string {
  if (column.generated) return `GENERATED ALWAYS AS (${rewrite(column.generated.sql, table)}) ${column.generated.stored ? 'STORED' : 'VIRTUAL'}`;
  if (column.identity) return `GENERATED ${column.identity.toUpperCase()} AS IDENTITY`;
  return column.default !== null && column.default.trim() !== '' ? `DEFAULT ${column.default}` : '';
}

/** A column as CREATE TABLE and ADD COLUMN write it. */
export function columnSql(table: TableDefinition, column: ColumnDefinition): string {
  const parts = [quote(column.name), column.type.trim() === '' ? 'text' : column.type];
  if (column.collation) parts.push(`COLLATE ${column.collation}`);
  if (!column.nullable && !column.identity) parts.push('NOT NULL');
  parts.push(valueSql(table, column));
  return parts.filter((part) => part !== '').join(' ');
}

export function keySql(table: TableDefinition, key: KeyDefinition, isPrimary: boolean): string {
  const nulls = key.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
  return `${named(key.name)}${isPrimary ? 'PRIMARY KEY' : `UNIQUE${nulls}`} (${namesOf(table, key.columns)})${behind(key.tail)}`;
}

export function foreignKeySql(table: TableDefinition, key: ForeignKeyDefinition): string {
  const targets = key.targetColumns.length > 0 ? ` (${key.targetColumns.map((c) => quote(c)).join(', ')})` : '';
  const onDelete = key.onDelete === 'NO ACTION' ? '' : ` ON DELETE ${key.onDelete}`;
  const onUpdate = key.onUpdate === 'NO ACTION' ? '' : ` ON UPDATE ${key.onUpdate}`;
  const deferrable = key.deferrable === 'no' ? '' : ` DEFERRABLE INITIALLY ${key.deferrable.toUpperCase()}`;
  const [match, rest] = key.tail.startsWith('MATCH') ? [behind(key.tail), ''] : ['', behind(key.tail)];
  return `${named(key.name)}FOREIGN KEY (${namesOf(table, key.columns)}) REFERENCES ${fullName(key.target)}${targets}${match}${onDelete}${onUpdate}${deferrable}${rest}`;
}

export function checkSql(table: TableDefinition, check: CheckDefinition): string {
  const body = check.kind === 'exclude' ? rewrite(check.sql, table) : `CHECK (${rewrite(check.sql, table)})`;
  return `${named(check.name)}${body}${behind(check.tail)}`;
}

export function indexSql(table: TableDefinition, index: IndexDefinition): string {
  const using = index.method === '' ? '' : ` USING ${quote(index.method)}`;
  const where = index.where ? ` WHERE ${rewrite(index.where, table)}` : '';
  return `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quote(index.name)} ON ${fullName(table)}${using} (${rewrite(index.on, table)})${behind(rewrite(index.tail, table))}${where}`;
}

/** The CREATE TABLE of a definition with its keys and checks. */
export function createTableSql(table: TableDefinition): string {
  const lines = [
    ...table.columns.map((c) => columnSql(table, c)),
    ...(table.primaryKey ? [keySql(table, table.primaryKey, true)] : []),
    ...table.uniques.map((k) => keySql(table, k, false)),
    ...table.foreignKeys.map((k) => foreignKeySql(table, k)),
    ...table.checks.map((c) => checkSql(table, c))
  ];
  return `CREATE TABLE ${fullName(table)} (\n${lines.map((l) => `  ${l}`).join(',\n')}\n)`;
}

export const commentSql = (what: string, comment: string | null): string =>
  `COMMENT ON ${what} IS ${comment === null || comment === '' ? 'NULL' : literal(comment)}`;
