import type { TabId } from '$lib/base/id';

/** A tab's name for screen readers, whole. */
export const tabName = (title: string, project: string): string => `${title} — ${project}`;

/** Element ids of a tab and of the panel that it shows. */
export const tabElementId = (tabId: TabId): string => `tab-${tabId}`;
export const panelId = (tabId: TabId): string => `panel-${tabId}`;
