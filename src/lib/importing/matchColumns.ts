import type { ColumnInfo, SourceColumn } from '$workers/engine';

/** Where a column of a file goes. */
export interface MappedColumn {
  /** Column of the table; empty: left out. */
  target: string;
  /** Its type: the table's, or of the new one. */
  type: string;
  /** Somebody has changed the type. */
  isTypeChosen: boolean;
}

const bare = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, '');

/** True for a column that takes values. */
export const isFillable = (column: ColumnInfo): boolean => column.generated === null && !column.hidden;

/** Columns by name: as written, then without regard to case, blanks and underscores. A new table takes all of them. */
export function matchColumns(source: readonly SourceColumn[], table: readonly ColumnInfo[] | null): MappedColumn[] {
  if (!table) return source.map(({ name }) => ({ target: name, type: '', isTypeChosen: false }));
  const free = new Set(table.filter(isFillable));
  const found = new Map<number, ColumnInfo>();
  for (const same of [(a: string, b: string) => a === b, (a: string, b: string) => bare(a) === bare(b)]) {
    for (const [i, { name }] of source.entries()) {
      if (found.has(i)) continue;
      const column = [...free].find((c) => same(c.name, name));
      if (!column) continue;
      found.set(i, column);
      free.delete(column);
    }
  }
  return source.map((_, i) => ({ target: found.get(i)?.name ?? '', type: found.get(i)?.type ?? '', isTypeChosen: false }));
}
