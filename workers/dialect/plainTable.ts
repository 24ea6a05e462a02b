import type { ColumnDefinition, TableDefinition } from '../wire/tableDefinition';

/** A column of which nothing is said but its type: NULL may be in it, and nothing fills it. `id` is what keys name it by. */
export const plainColumn = (id: string, type: string): ColumnDefinition => ({
  id,
  name: id,
  type,
  nullable: true,
  default: null,
  identity: null,
  generated: null,
  collation: null,
  comment: null,
  using: null,
  onNull: ''
});

/** A table of which nothing is said but its columns. */
export const plainTable = (schema: string, relation: string, columns: ColumnDefinition[]): TableDefinition => ({
  schema,
  relation,
  columns,
  primaryKey: null,
  uniques: [],
  foreignKeys: [],
  checks: [],
  indexes: [],
  triggers: [],
  comment: null,
  strict: false,
  withoutRowid: false
});
