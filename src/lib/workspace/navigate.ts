import { goto } from '$app/navigation';
import type { ConnectionId, ProjectId, TabId } from '$lib/base/id';
import { projectStore } from '$lib/projects/projectStore.svelte';
import type { Tab } from '$lib/tabs/tab';
import { parseTabUrl, projectUrl, tabUrl } from '$lib/tabs/tabUrl';
import { closeSet, type CloseWhich } from '$lib/tabs/tabOrder';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { connect } from './lifecycle';
import { disposeSession } from './sessions.svelte';
import { dropTabStatus } from './tabStatus.svelte';

/** Whose tab is opened. */
export interface Owner {
  connectionId: ConnectionId;
  projectId: ProjectId;
}

/** Shows a tab: the URL is the active tab. */
export async function showTab(tab: Tab | null, options: { replace?: boolean } = {}): Promise<void> {
  if (!tab) {
    const connected = projectStore.connected[0];
    await goto(connected ? projectUrl(connected.id) : '/', { replaceState: options.replace ?? false, keepFocus: true });
    return;
  }
  const url = tabUrl(tab);
  if (location.pathname !== url) await goto(url, { replaceState: options.replace ?? false, keepFocus: true });
}

export const goHome = (): Promise<void> => goto('/');
export const showProject = (projectId: ProjectId): Promise<void> => goto(projectUrl(projectId), { keepFocus: true });

export const openTable = (owner: Owner, schema: string, table: string) => showTab(uiStore.openTable(owner, schema, table));
export const openQuery = (owner: Owner, content = '', title?: string) => showTab(uiStore.openQuery(owner, content, title));
export const openHistory = (owner: Owner) => showTab(uiStore.openHistory(owner));
export const openStagedChanges = (owner: Owner) => showTab(uiStore.openStagedChanges(owner));
export const openImport = (owner: Owner, schema: string, table: string) => showTab(uiStore.openImport(owner, schema, table));
/** The import tab of a new table; of the schema that a bare name means when none is named. */
export const openNewImport = (owner: Owner, schema?: string) =>
  openImport(owner, schema ?? projectStore.getConnection(owner.projectId)?.catalog?.defaultSchema ?? '', '');
export const openEditTable = (owner: Owner, schema: string, table: string) =>
  showTab(uiStore.openEditTable(owner, schema, table));

/** The schema that a new table goes to when none is named. */
async function schemaOfNew(projectId: ProjectId): Promise<string> {
  const known = projectStore.getConnection(projectId)?.catalog?.defaultSchema;
  if (known !== undefined) return known;
  // The words of a dialect are many: they are fetched when they are needed, not with the first page.
  const { dialectOf } = await import('$workers/dialect/dialectOf');
  return dialectOf(projectStore.getProject(projectId)?.engine ?? 'sqlite').defaultSchema;
}

/** The diagram of a schema, of the first that a bare name means when none is named. */
export function openDiagram(owner: Owner, schema?: string): Promise<void> {
  const state = projectStore.getConnection(owner.projectId);
  return showTab(uiStore.openDiagram(owner, schema ?? state?.catalog?.defaultSchema ?? state?.schemas[0]?.name ?? ''));
}

export async function openCreateTable(owner: Owner, schema?: string): Promise<void> {
  await showTab(uiStore.openCreateTable(owner, schema ?? (await schemaOfNew(owner.projectId)), ''));
}

const end = (tabId: TabId): void => {
  disposeSession(tabId);
  dropTabStatus(tabId);
};

/** Closes a tab without asking; its draft is kept and "Reopen closed tab" brings it back. */
export async function closeTab(tabId: TabId): Promise<void> {
  const wasActive = uiStore.activeTabId === tabId;
  // First, so that a draft of this very moment is kept with the tab.
  end(tabId);
  const next = uiStore.close(tabId);
  if (wasActive) await showTab(next);
}

export async function closeTabs(tabId: TabId, which: CloseWhich): Promise<void> {
  const closing = closeSet(uiStore.tabs, tabId, which);
  const active = uiStore.activeTabId;
  closing.forEach(end);
  const next = uiStore.closeMany(tabId, which);
  if (active && closing.has(active)) await showTab(next);
}

const connectionOfProject = (projectId: ProjectId): ConnectionId | null =>
  projectStore.getConnection(projectId)?.connectionId ?? null;

export async function reopenClosedTab(): Promise<void> {
  const tab = uiStore.reopenClosed(connectionOfProject);
  if (tab) await showTab(tab);
}

/**
 * Makes the tab of a URL the active one, opening it where it is not open, and connects its project. Called after
 * each navigation.
 */
export function followUrl(pathname: string): void {
  const address = parseTabUrl(pathname);
  if (!address) return uiStore.select(null);
  const { projectId } = address;
  if (!projectStore.getProject(projectId)) return uiStore.select(null);
  const owner = { connectionId: connectionOfProject(projectId), projectId };
  const schema = address.schema ?? '';
  const table = address.table ?? '';
  switch (address.type) {
    case 'query': {
      const tabId = address.tabId!;
      const tab = uiStore.getTab(tabId) ?? uiStore.reviveClosed(tabId, owner.connectionId);
      if (tab) uiStore.select(tab.id);
      else uiStore.openQuery(owner, '', undefined, tabId);
      break;
    }
    case 'table':
      uiStore.openTable(owner, schema, table);
      break;
    case 'create-table':
      uiStore.openCreateTable(owner, schema, '');
      break;
    case 'edit-table':
      uiStore.openEditTable(owner, schema, table);
      break;
    case 'import-data':
      uiStore.openImport(owner, schema, table);
      break;
    case 'history':
      uiStore.openHistory(owner);
      break;
    case 'staged-changes':
      uiStore.openStagedChanges(owner);
      break;
    case 'diagram':
      uiStore.openDiagram(owner, schema);
      break;
  }
  if (!projectStore.getConnection(projectId)) connect(projectId).catch(() => undefined); // the tab says why
}
