import { queryOptions } from '@tanstack/svelte-query';
import type { ConnectionId } from '$lib/base/id';
import { engineFor } from '$lib/connections/registry';
import { queryKeys } from './queryKeys';

/** The catalog of a connection. */
export const catalogQuery = (connectionId: ConnectionId) =>
  queryOptions({
    queryKey: queryKeys.schemas(connectionId),
    queryFn: ({ signal }) => engineFor(connectionId).catalog({ signal }),
    gcTime: Infinity
  });
