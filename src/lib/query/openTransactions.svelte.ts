import { SvelteMap } from 'svelte/reactivity';
import type { ConnectionId } from '$lib/base/id';
import { connectionEvents } from '$lib/connections/registry';

const open = new SvelteMap<ConnectionId, true>();

// A transaction ends with the worker that it was open in.
connectionEvents.subscribe(({ connectionId, event }) => {
  if (event.kind === 'replaced' || (event.kind === 'status' && event.status !== 'connected')) open.delete(connectionId);
});

/** True while a transaction that somebody began in SQL is open on a connection: it is seen in all its query tabs. */
export const hasOpenTransaction = (connectionId: ConnectionId): boolean => open.has(connectionId);

export function noteTransaction(connectionId: ConnectionId, isOpen: boolean): void {
  if (isOpen) open.set(connectionId, true);
  else open.delete(connectionId);
}
