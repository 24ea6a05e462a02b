import type { ConnectionId, ProjectId, TabId } from '$lib/base/id';
import type { TabRow } from '$lib/persistence/database';

export const TAB_TYPES = [
  'table',
  'query',
  'create-table',
  'edit-table',
  'import-data',
  'history',
  'staged-changes',
  'diagram'
] as const;
export type TabType = (typeof TAB_TYPES)[number];

/** One open tab. It belongs to a project; `connectionId` is null while that project is not connected. */
export interface Tab {
  id: TabId;
  type: TabType;
  title: string;
  connectionId: ConnectionId | null;
  projectId: ProjectId;
  schema: string | null;
  table: string | null;
  /** Text of a query or create-table tab; saved as it is typed. */
  queryContent: string | null;
  createTableSchema: string | null;
  importFormat: string | null;
  /** Key of its table state while connected. */
  filterKey: string | null;
  pinned: boolean;
}

/** True for tabs that are worth seeing after their connection was lost: their rows and texts stay. */
export const keepsWhatWasRead = ({ type }: Pick<Tab, 'type'>): boolean => type === 'table' || type === 'query';

/** A tab whose project is connected. */
export type LiveTab = Tab & { connectionId: ConnectionId };

export const tabOfRow = (row: TabRow): Tab => ({
  id: row.id as TabId,
  type: row.type as TabType,
  title: row.title,
  connectionId: null,
  projectId: row.projectId as ProjectId,
  schema: row.schema,
  table: row.table,
  queryContent: row.queryContent,
  createTableSchema: row.createTableSchema,
  importFormat: row.importFormat,
  filterKey: null,
  pinned: row.pinned
});

/** The runtime parts (connectionId, filterKey) stay behind. */
export const rowOfTab = (tab: Tab, order: number, closedAt: number): TabRow => ({
  id: tab.id,
  projectId: tab.projectId,
  type: tab.type,
  title: tab.title,
  schema: tab.schema,
  table: tab.table,
  queryContent: tab.queryContent,
  createTableSchema: tab.createTableSchema,
  importFormat: tab.importFormat,
  pinned: tab.pinned,
  order,
  closedAt
});

/**
 * What makes a tab the same as another of its project: opening what is open selects it. Query and create-table
 * tabs are each their own.
 */
export function uniquenessKey(tab: Pick<Tab, 'id' | 'type' | 'projectId' | 'schema' | 'table'>): string {
  if (tab.type === 'query') return tab.id;
  return JSON.stringify([tab.projectId, tab.type, tab.schema, tab.type === 'create-table' ? null : tab.table]);
}
