import type { Sort } from '$workers/engine';

/**
 * The sorts after a click on a column's head: ascending, descending, none. `add` (⇧) leaves the other
 * columns' sorts as they are, without it they go.
 */
export function nextSorts(sorts: readonly Sort[], column: string, add: boolean): Sort[] {
  const at = sorts.findIndex((s) => s.column === column);
  const before = sorts[at];
  const after: Sort[] = !before
    ? [{ column, descending: false }]
    : before.descending
      ? []
      : [{ column, descending: true }];
  if (!add) return after;
  if (!before) return [...sorts, ...after];
  return [...sorts.slice(0, at), ...after, ...sorts.slice(at + 1)];
}
