import { scanSqlite } from '../split/scanSqlite';
import type { ColumnDefinition, ForeignKeyDefinition, IndexDefinition, KeyDefinition, TableDefinition } from '../wire/tableDefinition';
import { renamedColumns } from './renamedColumns';
import { sqlite } from './sqlite';

const { quote } = sqlite;

/** New names of columns, for expressions that speak of the old ones. */
export type Renames = ReadonlyMap<string, string>;

/** The renames that lie between ids and names. */
export const renamesOf = (table: TableDefinition): Renames =>
  new Map(table.columns.filter((c) => c.id !== c.name && c.name !== '').map((c) => [c.id.toLowerCase(), quote(c.name)]));

const rewrite = (sql: string, table: TableDefinition): string =>
  renamedColumns(sql, renamesOf(table), scanSqlite, [table.relation.toLowerCase()]);

/** A default as SQLite takes it: what is no plain value stands in parentheses. */
export function defaultSql(text: string): string {
  const t = text.trim();
  const plain = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|0x[0-9a-f]+|x?'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|\(.*\))$/is;
  return plain.test(t) ? t : `(${t})`;
}

const nameOf = (table: TableDefinition, id: string): string => quote(table.columns.find((c) => c.id === id)?.name ?? id);
const named = (name: string | null): string => (name === null ? '' : `CONSTRAINT ${quote(name)} `);
const behind = (text: string): string => (text === '' ? '' : ` ${text}`);

function keyColumns(table: TableDefinition, key: KeyDefinition): string {
  return key.columns.map((id, i) => nameOf(table, id) + behind(key.modifiers[i] ?? '')).join(', ');
}

function referencesSql(key: ForeignKeyDefinition): string {
  const target = `REFERENCES ${quote(key.target.relation)}`;
  const columns = key.targetColumns.length > 0 ? ` (${key.targetColumns.map((c) => quote(c)).join(', ')})` : '';
  const onDelete = key.onDelete === 'NO ACTION' ? '' : ` ON DELETE ${key.onDelete}`;
  const onUpdate = key.onUpdate === 'NO ACTION' ? '' : ` ON UPDATE ${key.onUpdate}`;
  const deferrable = key.deferrable === 'no' ? '' : ` DEFERRABLE INITIALLY ${key.deferrable.toUpperCase()}`;
  return `${target}${columns}${onDelete}${onUpdate}${behind(key.tail)}${deferrable}`;
}

/** A column as CREATE TABLE and ADD COLUMN write it. */
export function columnSql(table: TableDefinition, column: ColumnDefinition, references?: ForeignKeyDefinition): string {
  const parts = [quote(column.name), column.type].filter((part) => part !== '');
  const key = table.primaryKey;
  const alone = key?.columns.length === 1 && key.columns[0] === column.id ? key : null;
  if (alone && (alone.inline || column.identity === 'autoincrement')) {
    const order = behind(alone.modifiers[0] ?? '');
    parts.push(`${named(alone.name)}PRIMARY KEY${order}${behind(alone.tail)}${column.identity === 'autoincrement' ? ' AUTOINCREMENT' : ''}`);
  }
  if (!column.nullable) parts.push(`NOT NULL${behind(column.onNull)}`);
  if (column.generated) {
    parts.push(`GENERATED ALWAYS AS (${rewrite(column.generated.sql, table)}) ${column.generated.stored ? 'STORED' : 'VIRTUAL'}`);
  } else if (column.default !== null && column.default.trim() !== '') parts.push(`DEFAULT ${defaultSql(column.default)}`);
  if (column.collation) parts.push(`COLLATE ${column.collation}`);
  if (references) parts.push(named(references.name) + referencesSql(references));
  return parts.join(' ');
}

/** The CREATE TABLE of a definition, without indexes and triggers. */
export function createTableSql(table: TableDefinition, name = table.relation): string {
  const lines = table.columns.map((c) => columnSql(table, c));
  const key = table.primaryKey;
  const inline = key?.columns.length === 1 && (key.inline || table.columns.find((c) => c.id === key.columns[0])?.identity === 'autoincrement');
  if (key && !inline) lines.push(`${named(key.name)}PRIMARY KEY (${keyColumns(table, key)})${behind(key.tail)}`);
  for (const unique of table.uniques) lines.push(`${named(unique.name)}UNIQUE (${keyColumns(table, unique)})${behind(unique.tail)}`);
  for (const foreign of table.foreignKeys) {
    const columns = foreign.columns.map((id) => nameOf(table, id)).join(', ');
    lines.push(`${named(foreign.name)}FOREIGN KEY (${columns}) ${referencesSql(foreign)}`);
  }
  for (const check of table.checks) lines.push(`${named(check.name)}CHECK (${rewrite(check.sql, table)})${behind(check.tail)}`);
  const options = [table.strict ? 'STRICT' : '', table.withoutRowid ? 'WITHOUT ROWID' : ''].filter(Boolean).join(', ');
  return `CREATE TABLE ${quote(table.schema)}.${quote(name)} (\n${lines.map((l) => `  ${l}`).join(',\n')}\n)${behind(options)}`;
}

/** The CREATE INDEX of a definition. */
export function indexSql(table: TableDefinition, index: IndexDefinition): string {
  const where = index.where ? ` WHERE ${rewrite(index.where, table)}` : '';
  return `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quote(table.schema)}.${quote(index.name)} ON ${quote(table.relation)} (${rewrite(index.on, table)})${where}`;
}

/** A trigger's text under the table's new names. */
export function triggerSql(table: TableDefinition, sql: string, wasCalled = table.relation): string {
  const renames = renamesOf(table);
  const owners = ['new', 'old', wasCalled.toLowerCase(), table.relation.toLowerCase()];
  let text = renamedColumns(sql, renames, scanSqlite, owners);
  if (wasCalled !== table.relation) {
    text = renamedColumns(text, new Map([[wasCalled.toLowerCase(), quote(table.relation)]]), scanSqlite, [table.schema.toLowerCase()]);
  }
  return text;
}
