import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { TabId } from '$lib/base/id';

export type RunState = 'idle' | 'running' | 'done' | 'failed' | 'cancelled';

/** What the status line says for a tab. */
export interface TabStatus {
  state: RunState;
  /** Runs of this tab so far. */
  run: number;
  /** After the project and its engine: "Track", "3,503 rows", "4 ms". */
  facts: readonly string[];
  /** At the right: a summary of the selection, the caret. */
  right: readonly string[];
}

const idle: TabStatus = { state: 'idle', run: 0, facts: [], right: [] };
const statuses = new SvelteMap<TabId, TabStatus>();

export const tabStatus = (tabId: TabId): TabStatus => statuses.get(tabId) ?? idle;

/** Changes what is said. An effect that calls this does not come to depend on it. */
export function setTabStatus(tabId: TabId, change: Partial<TabStatus>): void {
  untrack(() => statuses.set(tabId, { ...tabStatus(tabId), ...change }));
}

export const dropTabStatus = (tabId: TabId): void => {
  statuses.delete(tabId);
};
