import { SvelteMap } from 'svelte/reactivity';
import type { ConnectionId } from '$lib/base/id';

const revisions = new SvelteMap<ConnectionId, number>();

/** A number that grows whenever rows of a connection may have changed: what shows them reads it and fetches again. */
export const dataRevision = (connectionId: ConnectionId): number => revisions.get(connectionId) ?? 0;

export const bumpDataRevision = (connectionId: ConnectionId): void => {
  revisions.set(connectionId, (revisions.get(connectionId) ?? 0) + 1);
};

export const dropDataRevision = (connectionId: ConnectionId): void => {
  revisions.delete(connectionId);
};
