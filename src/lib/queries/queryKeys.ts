import type { BrowseRequest, ObjectRef, RelationRef, RowSet } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';

/** Every key of the cache: the resource, then the connection that it belongs to. Only plain values stand in keys. */
export const queryKeys = {
  schemas: (connectionId: ConnectionId) => ['schemas', connectionId] as const,
  objects: (connectionId: ConnectionId) => ['objects', connectionId] as const,
  object: (connectionId: ConnectionId, ref: ObjectRef) =>
    ['object', connectionId, ref.kind, ref.schema, ref.name, ref.relation, ref.signature] as const,
  tableColumns: (connectionId: ConnectionId, ref: RelationRef) =>
    ['tableColumns', connectionId, ref.schema, ref.relation] as const,
  tableIndexes: (connectionId: ConnectionId, ref: RelationRef) =>
    ['tableIndexes', connectionId, ref.schema, ref.relation] as const,
  tableDefinition: (connectionId: ConnectionId, ref: RelationRef) =>
    ['tableDefinition', connectionId, ref.schema, ref.relation] as const,
  tableSizes: (connectionId: ConnectionId, ref: RelationRef) =>
    ['tableSizes', connectionId, ref.schema, ref.relation] as const,
  tableData: (connectionId: ConnectionId, r: BrowseRequest) =>
    ['tableData', connectionId, r.schema, r.relation, `${r.from}+${r.count}`, r.sorts, r.filters, r.where ?? '', r.search ?? ''] as const,
  tableCount: (connectionId: ConnectionId, r: RowSet) =>
    ['tableCount', connectionId, r.schema, r.relation, r.filters, r.where ?? '', r.search ?? ''] as const,
  restorePoints: (connectionId: ConnectionId, count: number) => ['restorePoints', connectionId, count] as const,
  storage: (connectionId: ConnectionId) => ['storage', connectionId] as const
};

/** Matches every key of a connection. */
export const ofConnection = (connectionId: ConnectionId) => (query: { queryKey: readonly unknown[] }) =>
  query.queryKey[1] === connectionId;
