import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { StatementOutcome } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import { connectionEvents } from '$lib/connections/registry';

const open = new SvelteSet<ConnectionId>();
/** Transactions that a run began whose report is not there yet: it may never come. */
const begun = new Set<ConnectionId>();
/** Connections that lost an open transaction, and why, in words. */
const lost = new SvelteMap<ConnectionId, string>();

// A transaction ends with the worker that it was open in.
connectionEvents.subscribe(({ connectionId, event }) => {
  if (event.kind !== 'replaced' && (event.kind !== 'status' || event.status === 'connected')) return;
  const wasOpen = open.delete(connectionId);
  const wasBegun = begun.delete(connectionId);
  if (event.kind === 'status' && event.status === 'closed') lost.delete(connectionId);
  else if (wasOpen || wasBegun) {
    const isCancelled = event.kind === 'status' && event.error?.code === 'cancelled';
    lost.set(connectionId, isCancelled ? 'Stopping the statement ended the session.' : 'The engine stopped and was started again.');
  }
});

/** True while a transaction that somebody began in SQL is open on a connection: it is seen in all its query tabs. */
export const hasOpenTransaction = (connectionId: ConnectionId): boolean => open.has(connectionId);

/** Why a connection lost a transaction that was open, in words; undefined when it lost none, or that was read. */
export const lostTransaction = (connectionId: ConnectionId): string | undefined => lost.get(connectionId);

/** Takes the notice of a lost transaction away. */
export const dismissLostTransaction = (connectionId: ConnectionId): boolean => lost.delete(connectionId);

/** What a run's report says of the transaction when all statements are through. */
export function noteTransaction(connectionId: ConnectionId, isOpen: boolean): void {
  begun.delete(connectionId);
  if (isOpen) {
    open.add(connectionId);
    lost.delete(connectionId);
  } else open.delete(connectionId);
}

/** What one statement of a run that goes on did to the transaction. */
export function noteStatement(connectionId: ConnectionId, { state, command }: StatementOutcome): void {
  if (state !== 'done') return;
  if (/^(?:BEGIN|START TRANSACTION|SAVEPOINT)\b/i.test(command)) begun.add(connectionId);
  else if (/^(?:COMMIT|END|ROLLBACK|ABORT)\b/i.test(command)) begun.delete(connectionId);
}
