import type { ColumnDefinition, TableDefinition } from '../wire/tableDefinition';
import { nameIn } from './renamedColumns';

/**
 * The column of a SQLite table that is its rowid by another name: a lone INTEGER PRIMARY KEY; null without one. Behind
 * the column DESC makes it one of its own beside the rowid, as the file format has it for ever; as `PRIMARY KEY (id DESC)`
 * of the table it does not. The type may stand in quotes.
 */
export function rowidColumn(table: Pick<TableDefinition, 'columns' | 'primaryKey' | 'withoutRowid'>): ColumnDefinition | null {
  const key = table.primaryKey;
  if (table.withoutRowid || key?.columns.length !== 1) return null;
  if (key.inline && /\bDESC\b/.test(key.modifiers[0] ?? '')) return null;
  const column = table.columns.find((c) => c.id === key.columns[0]);
  return column && /^(?:INTEGER|'INTEGER')$/i.test(nameIn(column.type)) ? column : null;
}
