import type { TabId } from '$lib/base/id';
import type { Tab } from './tab';

export type CloseWhich = 'others' | 'right';

/** Where a new tab goes: right of the active one, but after the pinned. */
export function insertPlace(tabs: readonly Tab[], active: TabId | null): number {
  const pinned = tabs.filter((t) => t.pinned).length;
  const at = tabs.findIndex((t) => t.id === active);
  return Math.max(pinned, at < 0 ? tabs.length : at + 1);
}

/** The tabs with one moved to a place, within its own kind: pinned first. */
export function moveTab(tabs: readonly Tab[], tabId: TabId, to: number): readonly Tab[] {
  const tab = tabs.find((t) => t.id === tabId);
  if (!tab) return tabs;
  const rest = tabs.filter((t) => t.id !== tabId);
  const pinned = rest.filter((t) => t.pinned).length;
  const place = tab.pinned ? Math.min(to, pinned) : Math.max(to, pinned);
  return [...rest.slice(0, place), tab, ...rest.slice(place)];
}

/** Which tabs "close others" or "close to the right" closes; pinned ones stay. */
export function closeSet(tabs: readonly Tab[], tabId: TabId, which: CloseWhich): Set<TabId> {
  const at = tabs.findIndex((t) => t.id === tabId);
  return new Set(tabs.filter((t, i) => !t.pinned && t.id !== tabId && (which === 'others' || i > at)).map((t) => t.id));
}
