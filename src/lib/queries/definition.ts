import { queryOptions } from '@tanstack/svelte-query';
import type { RelationRef } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import { engineFor } from '$lib/connections/registry';
import { queryKeys } from './queryKeys';

/** A table as a form can change it, and what depends on it. */
export const definitionQuery = (connectionId: ConnectionId, ref: RelationRef) =>
  queryOptions({
    queryKey: queryKeys.tableDefinition(connectionId, ref),
    queryFn: ({ signal }) => engineFor(connectionId).definition(ref, { signal })
  });
