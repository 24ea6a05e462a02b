import type { ObjectInfo, RelationInfo, SchemaInfo } from '$workers/engine';
import { formatBytes } from '$lib/base/format';
import type { ConnectionId } from '$lib/base/id';
import type { ConnectionState } from '$lib/projects/connectionState';
import type { Project } from '$lib/projects/project';
import { relationKey, type ObjectsOfConnection } from '$lib/workspace/knownObjects.svelte';
import { groupRow, noteRow, objectRow, type GroupPlace } from './objectRows';
import type { GroupTreeRow, SidebarRow } from './sidebarRow';
import type { TreeFolds } from './treeFolds.svelte';
import { matchLetters, matchSchema, type RelationMatch } from './treeFilter';
import { groupOf, isOfKind, matchesBesideTable, matchesObject, type GroupKind, type TreeKind } from './treeKinds';
import { columnRow, projectRow, relationRow, schemaRow, type ShownProject } from './treeRowParts';

/** A relation, and what of it is looked for: columns, indexes, triggers. */
type ShownRelation = RelationMatch & { objects?: readonly ObjectInfo[] };

/** A group and what it shows. */
interface ShownGroup {
  row: GroupTreeRow;
  objects: readonly ObjectInfo[];
}

export interface TreeInput {
  projects: readonly Project[];
  connectionOf: (project: Project) => ConnectionState | undefined;
  folds: Pick<TreeFolds, 'isOpen'>;
  /** What is typed into the filter box. */
  filter: string;
  /** What is shown alone. */
  kind: TreeKind;
  /** What a connection holds beside relations; undefined while it is not known. */
  objectsOf: (connectionId: ConnectionId) => ObjectsOfConnection | undefined;
  /** Relation of the active tab. */
  selected: { projectId: string; schema: string; relation: string } | null;
  /** Heights in px: of a project's row, and of those below it. */
  heights: { project: number; below: number };
}

/** True for what stands with the connected: live, on its way, or lost with its catalog still known. */
const isLive = (connection: ConnectionState | undefined): boolean =>
  connection !== undefined && (connection.status !== 'error' || connection.catalog !== null);

/** True when the tree shows what was looked for: all branches that hold some of it are open. */
const isNarrowed = (input: TreeInput): boolean => input.filter.trim() !== '' || input.kind !== 'all';

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
    if (expandable) row.expanded = isNarrowed(input) || input.folds.isOpen(row);
    rows.push(row);
    if (row.expanded && entry.connection) new Branch(rows, input, entry, entry.connection).schemas();
  }
  return rows;
}

const isConnected = (connection: ConnectionState | undefined): boolean =>
  connection?.status === 'connected' || connection?.status === 'reconnecting';

/** What stands below one project. */
class Branch {
  readonly #rows: SidebarRow[];
  readonly #input: TreeInput;
  readonly #entry: ShownProject;
  readonly #connection: ConnectionState;
  readonly #known: ObjectsOfConnection | undefined;
  readonly #words: string[];
  readonly #height: number;

  constructor(rows: SidebarRow[], input: TreeInput, entry: ShownProject, connection: ConnectionState) {
    this.#rows = rows;
    this.#input = input;
    this.#entry = entry;
    this.#connection = connection;
    this.#known = input.objectsOf(connection.connectionId);
    this.#words = input.filter.toLowerCase().split(/\s+/).filter(Boolean);
    this.#height = input.heights.below;
  }

  schemas(): void {
    const { schemas, catalog } = this.#connection;
    const { kind } = this.#input;
    const found = schemas.map((schema) => ({ schema, matches: this.#relations(schema), groups: this.#groupsOfSchema(schema) }));
    const kept = isNarrowed(this.#input) ? found.filter((f) => f.matches.length + f.groups.length > 0) : found;
    const alone = schemas.length === 1;
    const extensions = (kind === 'all' || kind === 'extension') && catalog ? this.#group('extension', { schema: null, relation: null }, catalog.extensions.length, 2) : null;
    const more = extensions ? 1 : 0;
    for (const [i, { schema, matches, groups }] of kept.entries()) {
      if (!alone) {
        const row = schemaRow(this.#entry, schema, i + 1, kept.length + more, this.#height);
        row.expanded = isNarrowed(this.#input) || this.#input.folds.isOpen(row);
        this.#rows.push(row);
        if (!row.expanded) continue;
      }
      const setSize = matches.length + groups.length + (alone ? more : 0);
      for (const [at, match] of matches.entries()) this.#relation(schema, match, alone ? 2 : 3, at + 1, setSize);
      for (const [at, group] of groups.entries()) this.#addGroup(group, matches.length + at + 1, setSize);
    }
    if (extensions) {
      const before = alone ? (kept[0] ? kept[0].matches.length + kept[0].groups.length : 0) : kept.length;
      this.#addGroup(extensions, before + 1, before + 1);
    }
  }

  /** Relations of a schema that are shown, each with what of it is. */
  #relations(schema: SchemaInfo): ShownRelation[] {
    const { kind } = this.#input;
    if (kind === 'all' || kind === 'table' || kind === 'view') {
      const { filter } = this.#input;
      const ofKind = (m: RelationMatch): boolean => kind === 'all' || isOfKind(m.relation.kind, kind);
      const matches: ShownRelation[] = matchSchema(schema, filter).filter(ofKind);
      const all = kind === 'all' && this.#words.length > 0 ? this.#withHolders(schema, matches) : matches;
      return all.length > 0 || this.#words.length === 0 ? all : matchLetters(schema, filter).filter(ofKind);
    }
    return kind === 'index' || kind === 'trigger' ? this.#holders(schema, [kind]) : [];
  }

  /** Relations that match, each with those of its indexes and triggers that do, and the relations of others that do. */
  #withHolders(schema: SchemaInfo, matches: readonly ShownRelation[]): ShownRelation[] {
    const found = new Map(matches.map((m) => [m.relation, m]));
    for (const { relation, objects } of this.#holders(schema, ['index', 'trigger'])) {
      const match = found.get(relation);
      // Most indexes have the name of their table in theirs: one who looks for the table does not look for them all.
      const own = match && match.columns.length === 0 ? objects!.filter((o) => matchesBesideTable(o, this.#words)) : objects!;
      if (own.length > 0 || !match) found.set(relation, { columns: [], ...match, relation, objects: own });
    }
    return schema.relations.flatMap((r) => found.get(r) ?? []);
  }

  /** Relations that hold indexes or triggers of the names that are looked for, with those. */
  #holders(schema: SchemaInfo, groups: readonly GroupKind[]): ShownRelation[] {
    return schema.relations.flatMap((relation) => {
      if (!relation.parts) return [];
      const own = this.#known?.byRelation.get(relationKey(relation.schema, relation.relation)) ?? [];
      const objects = own.filter((o) => groups.includes(groupOf(o)) && matchesObject(o, this.#words));
      return objects.length > 0 ? [{ relation, columns: [], objects }] : [];
    });
  }

  #groupsOfSchema(schema: SchemaInfo): ShownGroup[] {
    const { kind } = this.#input;
    const level = this.#connection.schemas.length === 1 ? 2 : 3;
    return (['function', 'sequence', 'type'] as const)
      .filter((group) => kind === 'all' || kind === group)
      .flatMap((group) => this.#group(group, { schema, relation: null }, schema.parts?.[group] ?? 0, level) ?? []);
  }

  /** A group as it is to be shown; null where it holds nothing of what is looked for. */
  #group(group: GroupKind, at: GroupPlace, count: number, level: number): ShownGroup | null {
    if (count === 0) return null;
    const row = groupRow(this.#entry, group, at, count, level, this.#height);
    const isOpen = isNarrowed(this.#input) || this.#input.folds.isOpen(row);
    if (!isOpen) return { row: { ...row, expanded: false }, objects: [] };
    const own = at.relation
      ? this.#known?.byRelation.get(relationKey(at.relation.schema, at.relation.relation))
      : this.#known?.objects.filter((o) => o.relation === null && (at.schema === null || o.schema === at.schema.name));
    const objects = own?.filter((o) => groupOf(o) === group && matchesObject(o, this.#words)) ?? [];
    if (this.#words.length > 0 && objects.length === 0) return null;
    return { row: { ...row, expanded: true }, objects };
  }

  #addGroup({ row, objects }: ShownGroup, place: number, setSize: number): void {
    this.#rows.push({ ...row, place, setSize });
    if (!row.expanded) return;
    if (!this.#known || this.#known.failure !== null) this.#rows.push(noteRow(this.#entry, row, this.#known?.failure ?? null));
    this.#objects(objects, row.level + 1, 0, objects.length);
  }

  #objects(objects: readonly ObjectInfo[], level: number, before: number, setSize: number): void {
    for (const [at, object] of objects.entries()) this.#rows.push(objectRow(this.#entry, object, level, before + at + 1, setSize, this.#height));
  }

  #relation(schema: SchemaInfo, { relation, columns, objects = [] }: ShownRelation, level: number, place: number, setSize: number): void {
    const { selected, folds } = this.#input;
    const row = relationRow(this.#entry, schema, relation, level, place, setSize, this.#height);
    row.selected =
      selected !== null &&
      selected.projectId === this.#entry.project.id &&
      selected.relation === relation.relation &&
      selected.schema === relation.schema;
    const bytes = this.#known?.sizes.get(relationKey(relation.schema, relation.relation));
    if (bytes !== undefined) row.attributes!.title = [row.attributes!.title, `${formatBytes(bytes)} with its indexes`].filter(Boolean).join('\n');
    const isSought = columns.length > 0 || objects.length > 0;
    const isOpen = !isSought && folds.isOpen(row);
    // Columns and indexes that match stand alone; an opened relation shows all of its own.
    const below = isOpen ? relation.columns : columns;
    const groups = isOpen && !isNarrowed(this.#input) ? this.#groupsOfRelation(relation, level + 1) : [];
    if (relation.columns.length > 0) row.expanded = below.length + objects.length > 0;
    this.#rows.push(row);
    const all = below.length + objects.length + groups.length;
    for (const [at, column] of below.entries()) this.#rows.push(columnRow(this.#entry, relation, column, level + 1, at + 1, all, this.#height));
    this.#objects(objects, level + 1, below.length, all);
    for (const [at, group] of groups.entries()) this.#addGroup(group, below.length + at + 1, all);
  }

  #groupsOfRelation(relation: RelationInfo, level: number): ShownGroup[] {
    return (['index', 'trigger'] as const).flatMap((group) => this.#group(group, { schema: null, relation }, relation.parts?.[group] ?? 0, level) ?? []);
  }
}
