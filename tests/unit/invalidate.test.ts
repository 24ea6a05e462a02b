import { QueryObserver } from '@tanstack/svelte-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionId } from '$lib/base/id';
import { dataRevision } from '$lib/queries/dataRevision.svelte';
import { dropConnection, invalidateCatalog, invalidateRows } from '$lib/queries/invalidate';
import { queryClient } from '$lib/queries/queryClient';
import { queryKeys } from '$lib/queries/queryKeys';

const calls: string[] = [];
vi.mock('$lib/connections/registry', () => ({
  engineFor: (id: string) => ({
    catalog: async () => (calls.push(`catalog ${id}`), { schemas: [], defaultSchema: 'main', extensions: [] })
  })
}));

const a = 'a' as ConnectionId;
const b = 'b' as ConnectionId;
const ref = { schema: 'main', relation: 't' };
const rows = { ...ref, sorts: [], filters: [], from: 0, count: 10 };
let stop: (() => void)[] = [];

/** A query that somebody looks at, so that it runs again when it is made stale. */
const watch = (id: ConnectionId, name: string, queryKey: readonly unknown[]): void => {
  const observer = new QueryObserver(queryClient, { queryKey, queryFn: async () => (calls.push(`${name} ${id}`), 1), staleTime: Infinity });
  stop.push(observer.subscribe(() => undefined));
};

beforeEach(async () => {
  for (const id of [a, b]) {
    watch(id, 'rows', queryKeys.tableData(id, rows));
    watch(id, 'count', queryKeys.tableCount(id, rows));
    watch(id, 'structure', queryKeys.tableIndexes(id, ref));
  }
  await vi.waitFor(() => expect(calls).toHaveLength(6));
  calls.length = 0;
});
afterEach(() => {
  stop.forEach((end) => end());
  stop = [];
  queryClient.clear();
  calls.length = 0;
});

describe('what a mutation makes stale', () => {
  it('is that connection’s rows and counts, and no other’s', async () => {
    const before = [dataRevision(a), dataRevision(b)];
    await invalidateRows(a);
    expect(calls.sort()).toEqual(['count a', 'rows a']);
    expect([dataRevision(a), dataRevision(b)]).toEqual([before[0]! + 1, before[1]]);
  });

  it('is that connection’s catalog and structure after DDL', async () => {
    await invalidateCatalog(a);
    expect(calls.sort()).toEqual(['catalog a', 'structure a']);
  });

  it('is forgotten with the connection', () => {
    dropConnection(a);
    const left = queryClient.getQueryCache().getAll().map((q) => q.queryKey[1]);
    expect(new Set(left)).toEqual(new Set(['b']));
  });
});
