import { queryOptions } from '@tanstack/svelte-query';
import type { RelationRef } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import { engineFor } from '$lib/connections/registry';
import { queryKeys } from './queryKeys';

/** All about one relation: columns, indexes, triggers, keys in and out, DDL. */
export const structureQuery = (connectionId: ConnectionId, ref: RelationRef) =>
  queryOptions({
    queryKey: queryKeys.tableIndexes(connectionId, ref),
    queryFn: ({ signal }) => engineFor(connectionId).structure(ref, { signal })
  });
