import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import { database } from '$lib/persistence/database';
import { UiStore } from '$lib/tabs/uiStore.svelte';

const a = { connectionId: 'ca' as ConnectionId, projectId: 'pa' as ProjectId };
const b = { connectionId: 'cb' as ConnectionId, projectId: 'pb' as ProjectId };

let store: UiStore;
beforeEach(async () => {
  await database.tabs.clear();
  await database.tableStates.clear();
  store = new UiStore();
});
// Else it writes its tabs into the next test's database.
afterEach(() => store.flush());

describe('tabs', () => {
  it('select what is already open, each connection for itself', () => {
    const first = store.openTable(a, 'main', 'Track');
    const other = store.openTable(b, 'main', 'Track');
    expect(other.id).not.toBe(first.id);
    expect(store.openTable(a, 'main', 'Track').id).toBe(first.id);
    expect(store.getActiveConnectionId()).toBe(a.connectionId);
    expect(store.getActiveProjectId()).toBe(a.projectId);
    expect(store.tabs).toHaveLength(2);
  });

  it('close with their connection alone, and drop what it knew of its tables', () => {
    store.openTable(a, 'main', 'Track');
    store.openQuery(a, 'select 1');
    const kept = store.openTable(b, 'main', 'Track');
    store.setSorts(a, 'main', 'Track', [{ column: 'Name', descending: true }]);
    store.setSorts(b, 'main', 'Track', [{ column: 'Name', descending: false }]);
    store.closeTabsForConnection(a.connectionId);
    expect(store.tabs.map((t) => t.id)).toEqual([kept.id]);
    expect(store.getTableState(a.connectionId, 'main', 'Track').sorts).toEqual([]);
    expect(store.getTableState(b.connectionId, 'main', 'Track').sorts).toHaveLength(1);
  });

  it('keep the draft of a closed tab and bring it back', async () => {
    const tab = store.openQuery(a, '');
    store.setQueryContent(tab.id, 'select 42');
    store.close(tab.id);
    expect(store.tabs).toHaveLength(0);
    const back = store.reopenClosed(() => a.connectionId)!;
    expect(back.id).toBe(tab.id);
    expect(back.queryContent).toBe('select 42');
    expect(store.closed).toHaveLength(0);
  });

  it('come back after a reload by project, with their order, drafts and table states, and without a connection', async () => {
    const query = store.openQuery(a, 'select 1');
    store.setQueryContent(query.id, 'select 2');
    const table = store.openTable(b, 'public', 'film');
    store.setSorts(b, 'public', 'film', [{ column: 'title', descending: true }]);
    await store.flush();
    const again = new UiStore();
    await again.load();
    expect(again.tabs.map((t) => [t.id, t.projectId, t.connectionId, t.queryContent])).toEqual([
      [query.id, 'pa', null, 'select 2'],
      [table.id, 'pb', null, null]
    ]);
    await again.attachConnection(b.projectId, 'new' as ConnectionId);
    expect(again.getTab(table.id)!.connectionId).toBe('new');
    expect(again.getTab(query.id)!.connectionId).toBeNull();
    expect(again.getTableState('new' as ConnectionId, 'public', 'film').sorts).toEqual([{ column: 'title', descending: true }]);
  });

  it('close others and to the right leave the pinned', () => {
    const tabs = [1, 2, 3, 4].map((n) => store.openTable(a, 'main', `t${n}`));
    store.setPinned(tabs[3]!.id, true);
    store.closeMany(tabs[1]!.id, 'right');
    expect(store.tabs.map((t) => t.table)).toEqual(['t4', 't1', 't2']);
    store.closeMany(tabs[1]!.id, 'others');
    expect(store.tabs.map((t) => t.table)).toEqual(['t4', 't2']);
  });

  it('move within the pinned or the others', () => {
    const tabs = [1, 2, 3].map((n) => store.openTable(a, 'main', `t${n}`));
    store.setPinned(tabs[0]!.id, true);
    store.move(tabs[2]!.id, 0);
    expect(store.tabs.map((t) => t.table)).toEqual(['t1', 't3', 't2']);
  });
});
