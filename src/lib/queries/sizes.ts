import { queryOptions } from '@tanstack/svelte-query';
import type { RelationRef, RelationSizes } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import { engineFor } from '$lib/connections/registry';
import { queryClient } from './queryClient';
import { queryKeys } from './queryKeys';

/** Bytes of one relation, where its engine tells them by relation; null where not; those of a large file only once they were read. */
export const sizesQuery = (connectionId: ConnectionId, ref: RelationRef) =>
  queryOptions({
    queryKey: queryKeys.tableSizes(connectionId, ref),
    queryFn: ({ signal }) => engineFor(connectionId).sizes(ref, { signal })
  });

/** What was read of a large file when that was asked for stands until something changes. */
export const keepSizes = (connectionId: ConnectionId, ref: RelationRef, sizes: RelationSizes | null): void =>
  void queryClient.setQueryData(queryKeys.tableSizes(connectionId, ref), sizes);
