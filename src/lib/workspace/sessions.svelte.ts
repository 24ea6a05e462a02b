import { untrack } from 'svelte';
import type { TabId } from '$lib/base/id';

/** What a tab keeps while its view is not mounted: editor state, scroll, selection, open windows. */
export interface Session {
  dispose(): void;
  /** Hands on to the stores what waits to be. */
  flush?(): void;
  /** For tests and the curious. */
  debug(): unknown;
}

const sessions = new Map<TabId, { session: Session; endRoot: () => void }>();

/**
 * The session of a tab; made by the first who asks, under a root of its own: what it derives must go on when the
 * view that asked is gone.
 */
export function sessionOf<S extends Session>(tabId: TabId, make: () => S): S {
  const existing = sessions.get(tabId);
  if (existing) return existing.session as S;
  let made: S | undefined;
  const endRoot = $effect.root(() => {
    made = untrack(make);
  });
  sessions.set(tabId, { session: made!, endRoot });
  return made!;
}

/** True when a tab was shown before, and what it knew is kept. */
export const hasSession = (tabId: TabId): boolean => sessions.has(tabId);

/** Lets a tab hand on to the stores what waits to be. */
export const flushSession = (tabId: TabId): void => sessions.get(tabId)?.session.flush?.();

/** Ends the session of a tab that is closed. */
export function disposeSession(tabId: TabId): void {
  const held = sessions.get(tabId);
  held?.session.dispose();
  held?.endRoot();
  sessions.delete(tabId);
}

export const debugSessions = (): { tabId: TabId; session: unknown }[] =>
  [...sessions].map(([tabId, { session }]) => ({ tabId, session: session.debug() }));
