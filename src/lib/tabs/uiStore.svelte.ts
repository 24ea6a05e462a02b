import { SvelteMap } from 'svelte/reactivity';
import type { Sort } from '$workers/engine';
import { newId, type ConnectionId, type ProjectId, type TabId } from '$lib/base/id';
import { tableKey, tableKeyPrefix } from '$lib/base/tableKey';
import { Autosave } from '$lib/persistence/autosave.svelte';
import { database, type TabRow, type TableStateRow } from '$lib/persistence/database';
import { closeSet, insertPlace, moveTab, type CloseWhich } from './tabOrder';
import type { ColumnLayout } from './columnLayout';
import { rowOfTab, tabOfRow, uniquenessKey, type Tab, type TabType } from './tab';
import { emptyTableState, tableStateOf, type FilterSet, type TableState } from './tableState';

/** Closed tabs that are kept, with their drafts. */
const CLOSED_KEPT = 100;

interface Owner {
  connectionId: ConnectionId | null;
  projectId: ProjectId;
}

/** How a table is looked at that nobody has changed: one and the same, so that a change can be told from none. */
const plainState = emptyTableState();

/** Open tabs and how their tables are looked at. Every function that opens a tab takes its connection. */
export class UiStore {
  tabs = $state.raw<readonly Tab[]>([]);
  activeTabId = $state.raw<TabId | null>(null);
  /** Last closed last. */
  closed = $state.raw<readonly Tab[]>([]);
  readonly tableStates = new SvelteMap<string, TableState>();
  #savedTabs = new Autosave<string, TabRow>(async (rows, removed) => {
    await database.tabs.bulkPut(rows);
    await database.tabs.bulkDelete(removed);
  });
  #savedStates = new Autosave<string, TableStateRow>((rows) => database.tableStates.bulkPut(rows).then(() => undefined));

  /** Brings back the tabs of these projects, of all when none are named. */
  async load(projectIds?: readonly ProjectId[]): Promise<void> {
    const rows = (await database.tabs.toArray())
      .filter((r) => !projectIds || projectIds.includes(r.projectId as ProjectId))
      .sort((a, b) => a.order - b.order);
    this.tabs = rows.filter((r) => r.closedAt === 0).map(tabOfRow);
    this.closed = rows
      .filter((r) => r.closedAt > 0)
      .sort((a, b) => a.closedAt - b.closedAt)
      .map(tabOfRow);
  }

  async flush(): Promise<void> {
    await Promise.all([this.#savedTabs.flush(), this.#savedStates.flush()]);
  }

  get activeTab(): Tab | undefined {
    return this.tabs.find((t) => t.id === this.activeTabId);
  }

  getActiveConnectionId(): ConnectionId | null {
    return this.activeTab?.connectionId ?? null;
  }

  getActiveProjectId(): ProjectId | null {
    return this.activeTab?.projectId ?? null;
  }

  getTab(tabId: TabId): Tab | undefined {
    return this.tabs.find((t) => t.id === tabId);
  }

  // Opening. What is already open is selected; all of them give the tab.

  openQuery(owner: Owner, content = '', title?: string, id: TabId = newId<TabId>()): Tab {
    return this.#open(owner, { id, type: 'query', title: title ?? this.#freeTitle(owner.projectId), queryContent: content });
  }

  openTable(owner: Owner, schema: string, table: string): Tab {
    return this.#open(owner, { type: 'table', title: table, schema, table });
  }

  openHistory(owner: Owner): Tab {
    return this.#open(owner, { type: 'history', title: 'History' });
  }

  openStagedChanges(owner: Owner): Tab {
    return this.#open(owner, { type: 'staged-changes', title: 'Staged changes' });
  }

  openDiagram(owner: Owner, schema: string): Tab {
    return this.#open(owner, { type: 'diagram', title: schema, schema });
  }

  openImport(owner: Owner, schema: string, table: string): Tab {
    return this.#open(owner, { type: 'import-data', title: `Import into ${table || 'a new table'}`, schema, table });
  }

  openCreateTable(owner: Owner, schema: string, content: string): Tab {
    return this.#open(owner, { type: 'create-table', title: 'New table', schema, createTableSchema: schema, queryContent: content });
  }

  openEditTable(owner: Owner, schema: string, table: string): Tab {
    return this.#open(owner, { type: 'edit-table', title: `Edit ${table}`, schema, table });
  }

  #freeTitle(projectId: ProjectId): string {
    const taken = new Set(this.tabs.filter((t) => t.projectId === projectId).map((t) => t.title));
    for (let n = 1; ; n++) {
      const title = n === 1 ? 'Query' : `Query ${n}`;
      if (!taken.has(title)) return title;
    }
  }

  #open(owner: Owner, wanted: Partial<Tab> & { type: TabType; title: string }): Tab {
    const tab: Tab = {
      id: newId<TabId>(),
      connectionId: owner.connectionId,
      projectId: owner.projectId,
      schema: null,
      table: null,
      queryContent: null,
      createTableSchema: null,
      importFormat: null,
      filterKey: null,
      pinned: false,
      ...wanted
    };
    const key = uniquenessKey(tab);
    const open = this.tabs.find((t) => uniquenessKey(t) === key);
    if (open) {
      this.activeTabId = open.id;
      return open;
    }
    const made = this.#bound(tab, owner.connectionId);
    const at = insertPlace(this.tabs, this.activeTabId);
    this.tabs = [...this.tabs.slice(0, at), made, ...this.tabs.slice(at)];
    this.activeTabId = made.id;
    this.#saveFrom(at);
    return made;
  }

  #bound(tab: Tab, connectionId: ConnectionId | null): Tab {
    const filterKey =
      connectionId && tab.type === 'table' ? tableKey(connectionId, tab.schema ?? '', tab.table ?? '') : null;
    return { ...tab, connectionId, filterKey };
  }

  select(tabId: TabId | null): void {
    this.activeTabId = tabId;
  }

  /** Gives the tabs of a project their connection, and brings back how its tables were looked at. */
  async attachConnection(projectId: ProjectId, connectionId: ConnectionId): Promise<void> {
    for (const row of await database.tableStates.where({ projectId }).toArray()) {
      const key = tableKey(connectionId, row.schema, row.table);
      if (!this.tableStates.has(key)) this.tableStates.set(key, tableStateOf(row.state));
    }
    this.tabs = this.tabs.map((t) => (t.projectId === projectId ? this.#bound(t, connectionId) : t));
  }

  /** Takes the connection off the tabs of a project; they stay. */
  detachConnection(connectionId: ConnectionId): void {
    this.tabs = this.tabs.map((t) => (t.connectionId === connectionId ? this.#bound(t, null) : t));
    this.#dropStates(connectionId);
  }

  /** Reads again what another browser tab has written into the open tabs of a project. Gives those whose text is another. */
  async takeDrafts(projectId: ProjectId): Promise<TabId[]> {
    const rows = await database.tabs.where({ projectId }).toArray();
    const texts = new Map(rows.map((row) => [row.id, row.queryContent]));
    const changed = this.tabs.filter((t) => t.projectId === projectId && texts.has(t.id) && texts.get(t.id) !== t.queryContent);
    const ids = new Set(changed.map((t) => t.id));
    this.tabs = this.tabs.map((t) => (ids.has(t.id) ? { ...t, queryContent: texts.get(t.id)! } : t));
    return [...ids];
  }

  setQueryContent(tabId: TabId, queryContent: string): void {
    this.#change(tabId, { queryContent });
  }

  setTitle(tabId: TabId, title: string): void {
    this.#change(tabId, { title });
  }

  setPinned(tabId: TabId, pinned: boolean): void {
    this.#change(tabId, { pinned });
    // Pinned tabs come first.
    const tabs = [...this.tabs.filter((t) => t.pinned), ...this.tabs.filter((t) => !t.pinned)];
    this.tabs = tabs;
    this.#saveFrom(0);
  }

  #change(tabId: TabId, change: Partial<Tab>): void {
    const at = this.tabs.findIndex((t) => t.id === tabId);
    if (at < 0) return;
    const tab = { ...this.tabs[at]!, ...change };
    this.tabs = this.tabs.with(at, tab);
    this.#savedTabs.put(tabId, rowOfTab(tab, at, 0));
  }

  /** Moves a tab to a place; it stays among the pinned, or among the others. */
  move(tabId: TabId, to: number): void {
    this.tabs = moveTab(this.tabs, tabId, to);
    this.#saveFrom(0);
  }

  /** Closes a tab, never asking: its draft is kept. Gives the tab to show next, null when none is left. */
  close(tabId: TabId): Tab | null {
    return this.#closeAll(new Set([tabId]));
  }

  /** Closes the others, or those to the right; pinned ones stay. */
  closeMany(tabId: TabId, which: CloseWhich): Tab | null {
    return this.#closeAll(closeSet(this.tabs, tabId, which));
  }

  #closeAll(ids: ReadonlySet<TabId>): Tab | null {
    const at = this.tabs.findIndex((t) => t.id === this.activeTabId);
    const gone = this.tabs.filter((t) => ids.has(t.id));
    const kept = this.tabs.filter((t) => !ids.has(t.id));
    const next = ids.has(this.activeTabId!)
      ? (this.tabs.slice(at + 1).find((t) => !ids.has(t.id)) ?? this.tabs.slice(0, at).findLast((t) => !ids.has(t.id)) ?? null)
      : (this.activeTab ?? null);
    this.tabs = kept;
    const now = Date.now();
    for (const [i, tab] of gone.entries()) this.#savedTabs.put(tab.id, rowOfTab(tab, i, now + i));
    const closed = [...this.closed.filter((t) => !ids.has(t.id)), ...gone];
    for (const tab of closed.slice(0, -CLOSED_KEPT)) this.#savedTabs.remove(tab.id);
    this.closed = closed.slice(-CLOSED_KEPT);
    this.activeTabId = next?.id ?? null;
    this.#saveFrom(0);
    return next;
  }

  /** Brings back the tab that was closed last, of any project, or of the given one; null when there is none. */
  reopenClosed(connectionOf: (projectId: ProjectId) => ConnectionId | null): Tab | null {
    const tab = this.closed.at(-1);
    if (!tab) return null;
    this.closed = this.closed.slice(0, -1);
    const open = this.tabs.find((t) => uniquenessKey(t) === uniquenessKey(tab));
    if (open) {
      this.#savedTabs.remove(tab.id);
      this.activeTabId = open.id;
      return open;
    }
    return this.#open({ connectionId: connectionOf(tab.projectId), projectId: tab.projectId }, { ...tab, connectionId: connectionOf(tab.projectId) });
  }

  /** Takes a closed query tab back by its id (a link to it); undefined when it is not kept. */
  reviveClosed(tabId: TabId, connectionId: ConnectionId | null): Tab | undefined {
    const tab = this.closed.find((t) => t.id === tabId);
    if (!tab) return undefined;
    this.closed = this.closed.filter((t) => t.id !== tabId);
    return this.#open({ connectionId, projectId: tab.projectId }, { ...tab, connectionId });
  }

  /** Closes the tabs of a connection and drops what it knew of its tables. */
  closeTabsForConnection(connectionId: ConnectionId): Tab | null {
    const ids = new Set(this.tabs.filter((t) => t.connectionId === connectionId).map((t) => t.id));
    const next = this.#closeAll(ids);
    this.#dropStates(connectionId);
    return next;
  }

  /** Closes the tabs of a project for good: it is being removed. */
  dropProject(projectId: ProjectId): Tab | null {
    const ids = new Set(this.tabs.filter((t) => t.projectId === projectId).map((t) => t.id));
    const next = this.#closeAll(ids);
    for (const tab of this.closed) if (tab.projectId === projectId) this.#savedTabs.remove(tab.id);
    this.closed = this.closed.filter((t) => t.projectId !== projectId);
    return next;
  }

  #dropStates(connectionId: ConnectionId): void {
    const prefix = tableKeyPrefix(connectionId);
    for (const key of [...this.tableStates.keys()]) if (key.startsWith(prefix)) this.tableStates.delete(key);
  }

  // How a table is looked at.

  getTableState(connectionId: ConnectionId, schema: string, table: string): TableState {
    return this.tableStates.get(tableKey(connectionId, schema, table)) ?? plainState;
  }

  #setTableState(owner: { connectionId: ConnectionId; projectId: ProjectId }, schema: string, table: string, change: Partial<TableState>): void {
    const key = tableKey(owner.connectionId, schema, table);
    const state = { ...(this.tableStates.get(key) ?? emptyTableState()), ...change };
    this.tableStates.set(key, state);
    this.#savedStates.put(JSON.stringify([owner.projectId, schema, table]), { projectId: owner.projectId, schema, table, state });
  }

  setSorts(owner: { connectionId: ConnectionId; projectId: ProjectId }, schema: string, table: string, sorts: Sort[]): void {
    this.#setTableState(owner, schema, table, { sorts });
  }

  setFilters(owner: { connectionId: ConnectionId; projectId: ProjectId }, schema: string, table: string, set: FilterSet): void {
    this.#setTableState(owner, schema, table, set);
  }

  setColumnWidths(owner: { connectionId: ConnectionId; projectId: ProjectId }, schema: string, table: string, widths: Record<string, number>): void {
    this.#setTableState(owner, schema, table, { widths });
  }

  setColumnLayout(owner: { connectionId: ConnectionId; projectId: ProjectId }, schema: string, table: string, layout: ColumnLayout): void {
    this.#setTableState(owner, schema, table, { layout });
  }

  resetTableState(owner: { connectionId: ConnectionId; projectId: ProjectId }, schema: string, table: string): void {
    this.#setTableState(owner, schema, table, emptyTableState());
  }

  #saveFrom(at: number): void {
    for (const [i, tab] of this.tabs.entries()) if (i >= at) this.#savedTabs.put(tab.id, rowOfTab(tab, i, 0));
  }
}

export const uiStore = new UiStore();
