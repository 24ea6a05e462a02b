import type { ConnectionId } from '$lib/base/id';
import { bumpDataRevision, dropDataRevision } from './dataRevision.svelte';
import { queryClient } from './queryClient';
import { ofConnection } from './queryKeys';
import { countRelationsAgain, dropRelationCounts } from './relationCounts.svelte';
import { catalogQuery } from './schemas';

const ROWS = new Set<unknown>(['tableData', 'tableCount', 'tableSizes', 'storage', 'restorePoints']);
const SHAPE = new Set<unknown>(['tableColumns', 'tableIndexes', 'tableDefinition', 'tableSizes', 'objects', 'object']);

/** Rows of this connection may have changed: what shows them is fetched again. No other connection is touched. */
export async function invalidateRows(connectionId: ConnectionId): Promise<void> {
  bumpDataRevision(connectionId);
  countRelationsAgain(connectionId);
  const own = ofConnection(connectionId);
  await queryClient.invalidateQueries({ predicate: (q) => own(q) && ROWS.has(q.queryKey[0]) });
}

/** The catalog of this connection may have changed: tree, completion and structure views follow. */
export async function invalidateCatalog(connectionId: ConnectionId): Promise<void> {
  const own = ofConnection(connectionId);
  await Promise.all([
    queryClient.invalidateQueries({ predicate: (q) => own(q) && SHAPE.has(q.queryKey[0]) }),
    queryClient.fetchQuery({ ...catalogQuery(connectionId), staleTime: 0 })
  ]);
}

/** Forgets all that is cached of a connection. */
export function dropConnection(connectionId: ConnectionId): void {
  const own = ofConnection(connectionId);
  void queryClient.cancelQueries({ predicate: own });
  queryClient.removeQueries({ predicate: own });
  dropDataRevision(connectionId);
  dropRelationCounts(connectionId);
}
