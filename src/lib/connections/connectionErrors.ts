import { EngineError, toErrorData } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';

/** Says that something was ended on purpose, also of a connection that was still being opened. */
export const CANCELLED = 'Cancelled.';

/** The connection is not there, or no more; `message` says why. */
export const connectionLost = (connectionId: ConnectionId, message: string): EngineError =>
  new EngineError({ code: 'connection-lost', message, hint: 'Reconnect. What was committed is kept.' }, connectionId);

/** A call was ended on purpose. */
export const callCancelled = (connectionId?: ConnectionId): EngineError => new EngineError({ code: 'cancelled', message: CANCELLED }, connectionId);

/** True for what was ended on purpose: it needs no word. */
export const isCancelled = (e: unknown): boolean => e instanceof EngineError && (e.code === 'cancelled' || e.message === CANCELLED);

/** Whatever was thrown, as an EngineError; of a connection, where it happened on one. */
export const asEngineError = (e: unknown, connectionId?: ConnectionId): EngineError =>
  e instanceof EngineError ? e : new EngineError(toErrorData(e), connectionId);
