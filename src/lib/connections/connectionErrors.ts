import { EngineError } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';

/** The connection is not there, or no more; `message` says why. */
export const connectionLost = (connectionId: ConnectionId, message: string): EngineError =>
  new EngineError({ code: 'connection-lost', message, hint: 'Reconnect. What was committed is kept.' }, connectionId);

/** A call was ended on purpose. */
export const callCancelled = (connectionId: ConnectionId): EngineError =>
  new EngineError({ code: 'cancelled', message: 'Cancelled.' }, connectionId);

/** Whatever was thrown, as the error of a connection. */
export function asEngineError(connectionId: ConnectionId, e: unknown): EngineError {
  if (e instanceof EngineError) return e;
  return new EngineError({ code: 'internal', message: e instanceof Error ? e.message : String(e) }, connectionId);
}
