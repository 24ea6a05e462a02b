import type { BrowseRequest, FilterNode, Sort } from '$workers/engine';
import { plainLayout, type ColumnLayout } from './columnLayout';
import { countEnabled, requestFilters } from './filterTree';

/** How a relation is looked at: by tab's key while connected, kept by project. */
export interface TableState {
  sorts: Sort[];
  filters: FilterNode[];
  /** Whether all of the filters hold, or any of them; groups among them say it for their own. */
  join: 'and' | 'or';
  /** Raw condition. */
  where: string;
  /** Text that one of the columns contains. */
  search: string;
  /** Widths in px by column. */
  widths: Record<string, number>;
  /** Which columns are shown, in which order. */
  layout: ColumnLayout;
}

/** Which rows are shown. */
export type FilterSet = Pick<TableState, 'filters' | 'join' | 'where' | 'search'>;

export const emptyTableState = (): TableState => ({ sorts: [], filters: [], join: 'and', where: '', search: '', widths: {}, layout: plainLayout });

/** A state that was kept, by whatever version. */
export const tableStateOf = (kept: unknown): TableState => ({ ...emptyTableState(), ...(kept as Partial<TableState>) });

/** What a relation is asked for: filters that are switched off, and groups without any, ask for nothing. */
export function requestOf(state: TableState): Pick<BrowseRequest, 'sorts' | 'filters' | 'where' | 'search'> {
  return {
    sorts: state.sorts,
    filters: requestFilters(state),
    ...(state.where ? { where: state.where } : {}),
    ...(state.search ? { search: state.search } : {})
  };
}

/** True when some rows are left out. */
export const leavesOut = (state: TableState): boolean => state.where !== '' || state.search !== '' || countEnabled(state.filters) > 0;

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
