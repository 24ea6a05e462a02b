import type { ConnectionId } from './id';

const part = (name: string): string => (/["]|\.|::/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

/**
 * Key of a relation's state on one connection: `connectionId::schema.table`. A name that holds a dot, a
 * quote or `::` is quoted, so that no two relations share a key.
 */
export function tableKey(connectionId: ConnectionId, schema: string, table: string): string {
  return `${connectionId}::${part(schema)}.${part(table)}`;
}

/** What every key of a connection begins with. */
export const tableKeyPrefix = (connectionId: ConnectionId): string => `${connectionId}::`;
