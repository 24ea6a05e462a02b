import { queryOptions } from '@tanstack/svelte-query';
import type { ObjectRef } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import { engineFor } from '$lib/connections/registry';
import { queryKeys } from './queryKeys';

/** Indexes, triggers, functions, sequences, types and extensions of a connection, and the sizes of its relations. */
export const objectsQuery = (connectionId: ConnectionId) =>
  queryOptions({
    queryKey: queryKeys.objects(connectionId),
    queryFn: ({ signal }) => engineFor(connectionId).objects({ signal })
  });

/** Names nothing: for a query that is not asked. */
export const NO_OBJECT: ObjectRef = { kind: 'index', schema: '', name: '', relation: null, signature: null };

/** All about one of them. */
export const objectQuery = (connectionId: ConnectionId, ref: ObjectRef) =>
  queryOptions({
    queryKey: queryKeys.object(connectionId, ref),
    queryFn: ({ signal }) => engineFor(connectionId).object(ref, { signal })
  });
