import { SvelteMap } from 'svelte/reactivity';
import type { RelationInfo, RelationRef, RowCount, SchemaInfo } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import { tableKey, tableKeyPrefix } from '$lib/base/tableKey';
import { engineFor } from '$lib/connections/registry';

/** What is asked for waits so long, in ms: writes come in rows, and nobody waits for a count. */
const WAIT_MS = 400;
/** Tables counted by one call. */
const AT_ONCE = 25;

/** By table key. */
const counts = new SvelteMap<string, RowCount>();

interface Counting {
  refs: RelationRef[];
  timer: ReturnType<typeof setTimeout> | undefined;
  over: AbortController;
}
const countings = new Map<ConnectionId, Counting>();

const isCounted = ({ kind, unavailable }: RelationInfo): boolean =>
  (kind === 'table' || kind === 'materialized-view') && unavailable === undefined;

/** Rows of a relation as far as they were counted on the side; undefined while that is not known. */
export const relationCount = (connectionId: ConnectionId, { schema, relation }: RelationRef): RowCount | undefined =>
  counts.get(tableKey(connectionId, schema, relation));

/** Keeps a count that was made for something else. */
export function noteRelationCount(connectionId: ConnectionId, { schema, relation }: RelationRef, count: RowCount): void {
  if (countings.has(connectionId)) counts.set(tableKey(connectionId, schema, relation), count);
}

/** Counts the tables of a catalog, behind everything else that its connection has to do. */
export function countRelations(connectionId: ConnectionId, schemas: readonly SchemaInfo[]): void {
  const refs = schemas.flatMap((s) => s.relations.filter(isCounted).map(({ schema, relation }) => ({ schema, relation })));
  countings.get(connectionId)?.over.abort();
  clearTimeout(countings.get(connectionId)?.timer);
  countings.set(connectionId, { refs, timer: undefined, over: new AbortController() });
  countRelationsAgain(connectionId);
}

/** Counts once more: rows may have changed. */
export function countRelationsAgain(connectionId: ConnectionId): void {
  const counting = countings.get(connectionId);
  if (!counting) return;
  counting.over.abort();
  counting.over = new AbortController();
  clearTimeout(counting.timer);
  const { signal } = counting.over;
  counting.timer = setTimeout(() => void count(connectionId, counting.refs, signal), WAIT_MS);
}

async function count(connectionId: ConnectionId, refs: readonly RelationRef[], signal: AbortSignal): Promise<void> {
  for (let at = 0; at < refs.length && !signal.aborted; at += AT_ONCE) {
    const some = refs.slice(at, at + AT_ONCE);
    try {
      const found = await engineFor(connectionId).rowCounts(some, { signal });
      if (signal.aborted) return;
      for (const [i, { schema, relation }] of some.entries()) {
        const key = tableKey(connectionId, schema, relation);
        const rows = found[i];
        if (rows) counts.set(key, rows);
        // What the catalog says of it is newer than what was counted once.
        else counts.delete(key);
      }
    } catch (e) {
      // The next worker, or the next catalog, begins anew.
      if (!signal.aborted) console.warn('The rows of the tables were not all counted.', e);
      return;
    }
  }
}

/** Forgets the counts of a connection. */
export function dropRelationCounts(connectionId: ConnectionId): void {
  const counting = countings.get(connectionId);
  counting?.over.abort();
  clearTimeout(counting?.timer);
  countings.delete(connectionId);
  const prefix = tableKeyPrefix(connectionId);
  for (const key of [...counts.keys()]) if (key.startsWith(prefix)) counts.delete(key);
}
