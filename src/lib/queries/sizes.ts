import { queryOptions } from '@tanstack/svelte-query';
import type { RelationRef } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import { engineFor } from '$lib/connections/registry';
import { queryKeys } from './queryKeys';

/** Bytes of one relation, where its engine tells them by relation; null where not. */
export const sizesQuery = (connectionId: ConnectionId, ref: RelationRef) =>
  queryOptions({
    queryKey: queryKeys.tableSizes(connectionId, ref),
    queryFn: ({ signal }) => engineFor(connectionId).sizes(ref, { signal })
  });
