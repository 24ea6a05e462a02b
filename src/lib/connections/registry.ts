import { EngineError, type EngineKind, type OpenSource } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import { newId } from '$lib/base/id';
import { Subscribable } from '$lib/base/subscribable';
import { Connection, type ConnectionEvent } from './connection';
import { EngineClient } from './engineClient.svelte';

const live = new Map<ConnectionId, { connection: Connection; client: EngineClient }>();

/** What happens on any connection. */
export const connectionEvents = new Subscribable<{ connectionId: ConnectionId; event: ConnectionEvent }>();

/** Makes a connection; `open` it next. */
export function createConnection(
  projectId: ProjectId,
  engine: EngineKind,
  source: OpenSource,
  access: 'write' | 'read' = 'write',
  asOf?: number,
  readOnly = false
): Connection {
  const connection = new Connection(newId<ConnectionId>(), projectId, engine, source, access, asOf, readOnly);
  live.set(connection.id, { connection, client: new EngineClient(connection) });
  connection.events.subscribe((event) => connectionEvents.emit({ connectionId: connection.id, event }));
  return connection;
}

/** The live connection of an id; undefined after its disconnect. */
export const connectionOf = (connectionId: ConnectionId): Connection | undefined => live.get(connectionId)?.connection;

/** The engine behind a connectionId. Throws `connection-lost` when that connection is gone. */
export function engineFor(connectionId: ConnectionId): EngineClient {
  const entry = live.get(connectionId);
  if (!entry) throw new EngineError({ code: 'connection-lost', message: 'This database is disconnected.' }, connectionId);
  return entry.client;
}

/** Stops the call that was given `key`, and no other; resolves when the connection takes the next one. */
export async function cancelCall(connectionId: ConnectionId, key: symbol): Promise<void> {
  await live.get(connectionId)?.connection.cancelCall(key);
}

/** A key for the next call on a connection, and what stops that call. */
export function stoppable(connectionId: ConnectionId): { key: symbol; stop(): void } {
  const key = Symbol('call');
  const stop = (): void => {
    // Where the connection does not come back, its own status says so.
    cancelCall(connectionId, key).catch((e: unknown) => console.error('The connection did not come back after a cancel.', e));
  };
  return { key, stop };
}

/** Closes a connection and forgets it. @param patience ms that what runs now may take to end by itself */
export async function closeConnection(connectionId: ConnectionId, patience = 0): Promise<void> {
  const entry = live.get(connectionId);
  if (!entry) return;
  // Until then it is still found: what runs reads its rows.
  if (patience === 0) live.delete(connectionId);
  await entry.connection.close(patience);
  live.delete(connectionId);
}

/** What is alive, for tests and the curious. */
export function debugConnections(): { connectionId: ConnectionId; status: string; generation: number; pending: number }[] {
  return [...live.values()].map(({ connection: c }) => ({
    connectionId: c.id,
    status: c.status,
    generation: c.generation,
    pending: c.pending
  }));
}
