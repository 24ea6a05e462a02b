import type { Dialect } from '$workers/dialect/dialect';
import { plainColumn, plainTable } from '$workers/dialect/plainTable';
import type { ColumnDefinition, TableDefinition } from '$workers/engine';

/** The id of a new column, key or index: none that the table has. No column of an engine's is called so. */
export function newId(taken: readonly { id: string }[]): string {
  for (let n = 1; ; n++) {
    const id = `\u0001new ${n}`;
    if (!taken.some((x) => x.id === id)) return id;
  }
}

const textType = (dialect: Dialect): string => (dialect.types.includes('jsonb') ? 'text' : 'TEXT');

/** A column that nothing is known of yet. */
export const newColumn = (table: TableDefinition, dialect: Dialect): ColumnDefinition => ({
  ...plainColumn(newId(table.columns), textType(dialect)),
  name: ''
});

/** What the form of a new table begins with: an id that is its key. */
export function newTable(dialect: Dialect, schema: string): TableDefinition {
  const empty = plainTable(schema, '', []);
  const id: ColumnDefinition = { ...newColumn(empty, dialect), name: 'id', type: textType(dialect) === 'TEXT' ? 'INTEGER' : 'integer' };
  const primaryKey = { id: 'primary key', name: null, columns: [id.id], modifiers: [''], tail: '', nullsNotDistinct: false, inline: true };
  return { ...empty, columns: [id], primaryKey };
}
