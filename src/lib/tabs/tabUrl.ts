import type { ProjectId, TabId } from '$lib/base/id';
import type { Tab, TabType } from './tab';

/** What a tab's URL says. */
export interface TabAddress {
  projectId: ProjectId;
  type: TabType;
  schema: string | null;
  table: string | null;
  tabId: TabId | null;
}

/** A name as a URL segment. Empty is `~`; what begins with `~`, and the dot segments that URLs resolve, get a `~` before. */
export function encodeSegment(name: string): string {
  if (name === '') return '~';
  const escaped = name.startsWith('~') || name === '.' || name === '..' ? `~${name}` : name;
  return encodeURIComponent(escaped.toWellFormed());
}

/** The inverse of {@link encodeSegment}, of an already percent-decoded segment. */
export const decodeSegment = (segment: string): string => (segment.startsWith('~') ? segment.slice(1) : segment);

const PATH: Record<TabType, string> = {
  table: 'table',
  query: 'query',
  'create-table': 'create-table',
  'edit-table': 'edit-table',
  'import-data': 'import',
  history: 'history',
  'staged-changes': 'changes',
  diagram: 'diagram'
};

const SCHEMA_AND_TABLE: ReadonlySet<TabType> = new Set(['table', 'edit-table', 'import-data']);
const SCHEMA_ALONE: ReadonlySet<TabType> = new Set(['create-table', 'diagram']);

export const projectUrl = (projectId: ProjectId): string => `/p/${encodeURIComponent(projectId)}`;

/** The address of a tab. */
export function tabUrl(tab: Pick<Tab, 'id' | 'type' | 'projectId' | 'schema' | 'table'>): string {
  const base = `${projectUrl(tab.projectId)}/${PATH[tab.type]}`;
  if (tab.type === 'query') return `${base}/${encodeURIComponent(tab.id)}`;
  if (SCHEMA_AND_TABLE.has(tab.type)) return `${base}/${encodeSegment(tab.schema ?? '')}/${encodeSegment(tab.table ?? '')}`;
  if (SCHEMA_ALONE.has(tab.type)) return `${base}/${encodeSegment(tab.schema ?? '')}`;
  return base;
}

/** What an address means; null when it is no tab's. */
export function parseTabUrl(pathname: string): TabAddress | null {
  const parts = pathname.split('/').slice(1);
  if (parts[0] !== 'p' || parts.length < 3) return null;
  let decoded: string[];
  try {
    decoded = parts.map(decodeURIComponent);
  } catch {
    // A malformed escape is no address of ours.
    return null;
  }
  const type = (Object.keys(PATH) as TabType[]).find((t) => PATH[t] === decoded[2]);
  if (!type) return null;
  const address: TabAddress = { projectId: decoded[1] as ProjectId, type, schema: null, table: null, tabId: null };
  const rest = decoded.slice(3);
  if (type === 'query') return rest.length === 1 && rest[0] ? { ...address, tabId: rest[0] as TabId } : null;
  if (SCHEMA_AND_TABLE.has(type)) {
    if (rest.length !== 2) return null;
    return { ...address, schema: decodeSegment(rest[0]!), table: decodeSegment(rest[1]!) };
  }
  if (SCHEMA_ALONE.has(type)) return rest.length === 1 ? { ...address, schema: decodeSegment(rest[0]!) } : null;
  return rest.length === 0 ? address : null;
}
