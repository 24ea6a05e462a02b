import type { Filter, Sort } from '$workers/engine';

/** How a relation is looked at: by tab's key while connected, kept by project. */
export interface TableState {
  sorts: Sort[];
  filters: Filter[];
  /** Raw condition. */
  where: string;
  /** Widths in px by column. */
  widths: Record<string, number>;
}

export const emptyTableState = (): TableState => ({ sorts: [], filters: [], where: '', widths: {} });

/** The next sort after a click on a head: ascending, descending, none; `add` keeps the other columns. */
export function toggleSort(sorts: readonly Sort[], column: string, add: boolean): Sort[] {
  const at = sorts.findIndex((s) => s.column === column);
  const current = sorts[at];
  const next: Sort | null = !current
    ? { column, descending: false }
    : current.descending
      ? null
      : { column, descending: true };
  if (!add) return next ? [next] : [];
  if (!current) return [...sorts, next!];
  return next ? sorts.map((s, i) => (i === at ? next : s)) : sorts.filter((_, i) => i !== at);
}
