import type { ColumnInfo } from '../wire/catalog';

/** The columns of a primary key, in the key's own order; none where there is no key. */
export const primaryKey = (columns: readonly ColumnInfo[]): ColumnInfo[] =>
  columns.filter((c) => c.keyPlace > 0).sort((a, b) => a.keyPlace - b.keyPlace);
