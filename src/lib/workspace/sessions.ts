import type { TabId } from '$lib/base/id';

/** What a tab keeps while its view is not mounted: editor state, scroll, selection, open windows. */
export interface Session {
  dispose(): void;
  /** For tests and the curious. */
  debug(): unknown;
}

const sessions = new Map<TabId, Session>();

/** The session of a tab; made by the first who asks. */
export function sessionOf<S extends Session>(tabId: TabId, make: () => S): S {
  const existing = sessions.get(tabId);
  if (existing) return existing as S;
  const made = make();
  sessions.set(tabId, made);
  return made;
}

/** Ends the session of a tab that is closed. */
export function disposeSession(tabId: TabId): void {
  sessions.get(tabId)?.dispose();
  sessions.delete(tabId);
}

export const debugSessions = (): { tabId: TabId; session: unknown }[] =>
  [...sessions].map(([tabId, session]) => ({ tabId, session: session.debug() }));
