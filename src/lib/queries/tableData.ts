import { queryOptions } from '@tanstack/svelte-query';
import { type BrowsePage, type BrowseRequest, type Cell, type RowCount, type RowSet, unpackPage } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import { engineFor } from '$lib/connections/registry';
import { queryClient } from './queryClient';
import { queryKeys } from './queryKeys';
import { noteRelationCount } from './relationCounts.svelte';

/** A page of rows, unpacked. */
export interface TablePage extends Omit<BrowsePage, 'page'> {
  rows: Cell[][];
}

/** Rows of a relation by position under sorts and filters. Kept for a short while: pages are large. */
export const tableDataQuery = (connectionId: ConnectionId, request: BrowseRequest) =>
  queryOptions({
    queryKey: queryKeys.tableData(connectionId, request),
    queryFn: async ({ signal }): Promise<TablePage> => {
      const { page, ...rest } = await engineFor(connectionId).browse(request, { signal });
      return { ...rest, rows: unpackPage(page) };
    },
    gcTime: 10_000
  });

/** The exact number of rows under filters. */
export const tableCountQuery = (
  connectionId: ConnectionId,
  request: RowSet
) =>
  queryOptions({
    queryKey: queryKeys.tableCount(connectionId, request),
    queryFn: ({ signal }) => engineFor(connectionId).count(request, { signal })
  });

/** Counts rows, once however often it is asked for; when `signal` is aborted the engine is let off. One tab counts a relation. */
export function countRows(
  connectionId: ConnectionId,
  request: RowSet,
  signal: AbortSignal
): Promise<RowCount> {
  const queryKey = queryKeys.tableCount(connectionId, request);
  signal.addEventListener('abort', () => void queryClient.cancelQueries({ queryKey, exact: true }), { once: true });
  return queryClient.fetchQuery(tableCountQuery(connectionId, request)).then((count) => {
    if (request.filters.length === 0 && !request.where && !request.search) noteRelationCount(connectionId, request, count);
    return count;
  });
}
