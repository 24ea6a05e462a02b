import { queryOptions } from '@tanstack/svelte-query';
import type { RestoreBound } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import { engineFor } from '$lib/connections/registry';
import { invalidateCatalog, invalidateRows } from './invalidate';
import { queryKeys } from './queryKeys';

/** The newest commits of a connection's project, and how far back they are kept. */
export const restorePointsQuery = (connectionId: ConnectionId, count: number) =>
  queryOptions({
    queryKey: queryKeys.restorePoints(connectionId, count),
    queryFn: async ({ signal }) => {
      const engine = engineFor(connectionId);
      const page = await engine.commits(0, count, { signal });
      return { ...page, bound: await engine.bound({ signal }) };
    }
  });

/** Labels a commit; empty text takes its label away. Rejects with EngineError. */
export async function labelCommit(connectionId: ConnectionId, number: number, text: string): Promise<void> {
  await engineFor(connectionId).label(number, text.trim() || null);
  await invalidateRows(connectionId);
}

/** Sets how far back commits are kept. Rejects with EngineError. */
export async function setRestoreBound(connectionId: ConnectionId, bound: RestoreBound): Promise<void> {
  await engineFor(connectionId).setBound(bound);
  await invalidateRows(connectionId);
}

/** Makes the database what it was after a commit; all that shows it is fetched again. Rejects with EngineError. */
export async function goBackTo(connectionId: ConnectionId, number: number): Promise<void> {
  try {
    await engineFor(connectionId).goBack(number);
  } finally {
    await Promise.all([invalidateRows(connectionId), invalidateCatalog(connectionId)]);
  }
}
