import { SvelteSet } from 'svelte/reactivity';
import type { SchemaInfo } from '$workers/engine';
import { readSetting, writeSetting } from '$lib/persistence/settings';
import type { ConnectionState } from '$lib/projects/connectionState';
import type { Project } from '$lib/projects/project';
import type { SidebarRow } from './sidebarRow';
import { matchSchema, type RelationMatch } from './treeFilter';
import { columnRow, projectRow, relationRow, schemaRow, type ShownProject } from './treeRowParts';

/** What is open and what is closed in the tree. Schemas and relations last; projects open with each connection. */
export class TreeFolds {
  /** connectionIds, and schemas as JSON of [projectId, schema]. */
  readonly #closed = new SvelteSet<string>();
  /** Relations, as JSON of [projectId, schema, relation]. */
  readonly #open = new SvelteSet<string>();

  readonly #isKnown: (projectId: string) => boolean;

  /** @param isKnown false for projects that are gone: of these nothing is kept */
  constructor(isKnown: (projectId: string) => boolean) {
    this.#isKnown = isKnown;
  }

  async load(): Promise<void> {
    const kept = await readSetting<{ closed: string[]; open: string[] }>('sidebar.folds');
    for (const key of kept?.closed ?? []) this.#closed.add(key);
    for (const key of kept?.open ?? []) this.#open.add(key);
  }

  isOpen(row: SidebarRow): boolean {
    return row.kind === 'relation' ? this.#open.has(foldKey(row)) : !this.#closed.has(foldKey(row));
  }

  set(row: SidebarRow, open: boolean): void {
    const key = foldKey(row);
    if (row.kind === 'relation' ? open : !open) (row.kind === 'relation' ? this.#open : this.#closed).add(key);
    else (row.kind === 'relation' ? this.#open : this.#closed).delete(key);
    if (row.kind === 'project') return;
    const lasts = (k: string): boolean => k.startsWith('[') && this.#isKnown((JSON.parse(k) as string[])[0]!);
    writeSetting('sidebar.folds', { closed: [...this.#closed].filter(lasts), open: [...this.#open].filter(lasts) }).catch((error: unknown) =>
      console.warn('The open branches of the sidebar were not kept.', error)
    );
  }
}

function foldKey(row: SidebarRow): string {
  if (row.kind === 'project') return row.connection?.connectionId ?? row.project.id;
  if (row.kind === 'schema') return JSON.stringify([row.project.id, row.schema.name]);
  if (row.kind === 'relation') return JSON.stringify([row.project.id, row.relation.schema, row.relation.relation]);
  return row.id;
}

export interface TreeInput {
  projects: readonly Project[];
  connectionOf: (project: Project) => ConnectionState | undefined;
  folds: Pick<TreeFolds, 'isOpen'>;
  /** What is typed into the filter box. */
  filter: string;
  /** Relation of the active tab. */
  selected: { projectId: string; schema: string; relation: string } | null;
  /** Heights in px: of a project's row, and of those below it. */
  heights: { project: number; below: number };
}

/** True for what stands with the connected: live, on its way, or lost with its catalog still known. */
const isLive = (connection: ConnectionState | undefined): boolean =>
  connection !== undefined && (connection.status !== 'error' || connection.catalog !== null);

/**
 * The sidebar's tree as flat rows in reading order: connected projects with their open branches, then the others.
 * Under a filter each project keeps its row, and of what is below it only what matches stays, with its branch.
 */
export function treeRows(input: TreeInput): SidebarRow[] {
  const shown: ShownProject[] = input.projects.map((project) => ({ project, connection: input.connectionOf(project) }));
  const live = shown.filter((s) => isLive(s.connection));
  const others = shown.filter((s) => !isLive(s.connection));
  const rows: SidebarRow[] = [];
  for (const [i, entry] of [...live, ...others].entries()) {
    const row = projectRow(entry, i + 1, shown.length, input.heights.project);
    if (i === live.length && live.length > 0) row.heading = { text: 'Not connected', height: 36 };
    const expandable = entry.connection?.catalog != null || isConnected(entry.connection);
    if (expandable) row.expanded = input.filter.trim() !== '' || input.folds.isOpen(row);
    rows.push(row);
    if (row.expanded && entry.connection) addSchemas(rows, input, entry, entry.connection.schemas);
  }
  return rows;
}

const isConnected = (connection: ConnectionState | undefined): boolean =>
  connection?.status === 'connected' || connection?.status === 'reconnecting';

function addSchemas(rows: SidebarRow[], input: TreeInput, entry: ShownProject, schemas: readonly SchemaInfo[]): void {
  const filter = input.filter.trim();
  const found = schemas.map((schema) => ({ schema, matches: matchSchema(schema, filter) }));
  const kept = filter === '' ? found : found.filter((f) => f.matches.length > 0);
  const alone = schemas.length === 1;
  for (const [i, { schema, matches }] of kept.entries()) {
    if (!alone) {
      const row = schemaRow(entry, schema, i + 1, kept.length, input.heights.below);
      row.expanded = filter !== '' || input.folds.isOpen(row);
      rows.push(row);
      if (!row.expanded) continue;
    }
    addRelations(rows, input, entry, schema, matches, alone ? 2 : 3);
  }
}

function addRelations(
  rows: SidebarRow[],
  input: TreeInput,
  entry: ShownProject,
  schema: SchemaInfo,
  matches: readonly RelationMatch[],
  level: number
): void {
  const { selected } = input;
  for (const [i, { relation, columns }] of matches.entries()) {
    const row = relationRow(entry, schema, relation, level, i + 1, matches.length, input.heights.below);
    row.selected =
      selected !== null &&
      selected.projectId === entry.project.id &&
      selected.relation === relation.relation &&
      selected.schema === relation.schema;
    const opened = input.folds.isOpen(row);
    // Columns that match stand alone; an opened relation shows all of its own.
    const below = columns.length > 0 ? columns : opened ? relation.columns : [];
    if (relation.columns.length > 0) row.expanded = below.length > 0;
    rows.push(row);
    for (const [place, column] of below.entries()) {
      rows.push(columnRow(entry, relation, column, level + 1, place + 1, below.length, input.heights.below));
    }
  }
}
