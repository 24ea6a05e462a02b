import { queryOptions } from '@tanstack/svelte-query';
import type { ConnectionId } from '$lib/base/id';
import { engineFor } from '$lib/connections/registry';
import { queryKeys } from './queryKeys';

/** What a connection's project takes of the browser's storage. */
export const storageQuery = (connectionId: ConnectionId) =>
  queryOptions({
    queryKey: queryKeys.storage(connectionId),
    queryFn: ({ signal }) => engineFor(connectionId).storage({ signal })
  });
