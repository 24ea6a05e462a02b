import { EngineError } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import { Subscribable } from '$lib/base/subscribable';
import type { CloseOptions, CommitsFound, Connection, ConnectionEvent, ConnectionSpec } from './connection';
import type { EngineClient } from './engineClient.svelte';

const live = new Map<ConnectionId, { connection: Connection; client: EngineClient }>();

/** What happens on any connection. */
export const connectionEvents = new Subscribable<{ connectionId: ConnectionId; event: ConnectionEvent }>();

/** Connections whose code is on its way. */
const coming = new Set<ConnectionId>();

/**
 * Makes a connection; `open` it next. What speaks with workers is fetched with the first: a first visit shows
 * without it. Rejects with `connection-lost` when it was closed meanwhile.
 */
export async function createConnection(spec: ConnectionSpec): Promise<Connection> {
  const { connectionId } = spec;
  coming.add(connectionId);
  let isWanted = false;
  const [{ Connection }, { EngineClient }] = await Promise.all([import('./connection'), import('./engineClient.svelte')]).finally(
    () => (isWanted = coming.delete(connectionId))
  );
  if (!isWanted) throw disconnected(connectionId);
  const connection = new Connection(spec);
  live.set(connectionId, { connection, client: new EngineClient(connection) });
  connection.events.subscribe((event) => connectionEvents.emit({ connectionId, event }));
  return connection;
}

const disconnected = (connectionId: ConnectionId): EngineError =>
  new EngineError({ code: 'connection-lost', message: 'This database is disconnected.' }, connectionId);

/** The live connection of an id; undefined after its disconnect. */
export const connectionOf = (connectionId: ConnectionId): Connection | undefined => live.get(connectionId)?.connection;

/** The engine behind a connectionId. Throws `connection-lost` when that connection is gone. */
export function engineFor(connectionId: ConnectionId): EngineClient {
  const entry = live.get(connectionId);
  if (!entry) throw disconnected(connectionId);
  return entry.client;
}

/**
 * Stops the call that was given `key`, and no other; resolves when the connection takes the next one, with what had
 * been committed where its worker was ended for it.
 */
export async function cancelCall(connectionId: ConnectionId, key: symbol): Promise<CommitsFound | null> {
  return (await live.get(connectionId)?.connection.cancelCall(key)) ?? null;
}

/**
 * For a call that was rejected with `error` because its worker is gone: what had been committed by then, once the next
 * worker has looked; null where nobody knows, or it was rejected for another reason.
 */
export async function commitsFound(connectionId: ConnectionId, error: unknown): Promise<CommitsFound | null> {
  if (!(error instanceof EngineError)) return null;
  return (await live.get(connectionId)?.connection.commitsFound(error)) ?? null;
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

/** Closes a connection and forgets it. @returns true when something ran that was cut short */
export async function closeConnection(connectionId: ConnectionId, options: CloseOptions = {}): Promise<boolean> {
  coming.delete(connectionId);
  const entry = live.get(connectionId);
  if (!entry) return false;
  // With patience it is still found until then: what runs reads its rows.
  if (!options.patience) live.delete(connectionId);
  const cut = await entry.connection.close(options);
  live.delete(connectionId);
  return cut;
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
