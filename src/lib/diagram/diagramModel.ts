import { primaryKey } from '$workers/dialect/primaryKey';
import type { ColumnInfo, ForeignKey, RelationInfo, SchemaInfo } from '$workers/engine';
import { plural } from '$lib/base/format';

export type ColumnsShown = 'keys' | 'some' | 'all';

export interface DiagramColumn {
  name: string;
  type: string;
  key: boolean;
  /** Part of a foreign key. */
  foreign: boolean;
}

export interface DiagramTable {
  /** The relation's name. */
  id: string;
  columns: DiagramColumn[];
  /** Columns that are not drawn. */
  more: number;
  /** Names of its partitions that are folded into it: those not drawn for themselves. */
  partitions: readonly string[];
  /** Only its head is drawn. */
  collapsed: boolean;
  width: number;
  height: number;
}

export interface DiagramEdge {
  id: string;
  child: string;
  parent: string;
  /** `<child>.<column>→<parent>.<column>`. */
  label: string;
  childColumn: string;
  parentColumn: string;
  /** Rows of the child that one row of the parent may have. */
  many: boolean;
  /** A child may have no parent. */
  optional: boolean;
}

export interface DiagramModel {
  tables: DiagramTable[];
  edges: DiagramEdge[];
}

export const HEAD_HEIGHT = 28;
export const ROW_HEIGHT = 20;
/** Columns drawn of a table with "some". */
const SOME = 8;

const charWidth = 6.7;
const PAD = 52;

function shownColumns(info: RelationInfo, shown: ColumnsShown): ColumnInfo[] {
  const visible = info.columns.filter((c) => !c.hidden);
  if (shown === 'all') return visible;
  const foreign = new Set(info.foreignKeys.flatMap((k) => k.columns));
  const isKey = (c: ColumnInfo): boolean => c.keyPlace > 0 || foreign.has(c.name);
  if (shown === 'keys') return visible.filter(isKey);
  if (visible.length <= SOME) return visible;
  const room = SOME - visible.filter(isKey).length;
  let others = 0;
  return visible.filter((c) => isKey(c) || ++others <= room);
}

/** True when no two rows of the child can have the same parent: a key of the child lies within the foreign key. */
function isUnique(info: RelationInfo, key: ForeignKey): boolean {
  const primary = info.columns.filter((c) => c.keyPlace > 0).map((c) => c.name);
  return [primary, ...(info.uniqueKeys ?? [])].some((unique) => unique.length > 0 && unique.every((c) => key.columns.includes(c)));
}

/** What is written below a table's columns; empty for nothing. */
export const restWords = ({ more, partitions, collapsed }: Pick<DiagramTable, 'more' | 'partitions' | 'collapsed'>): string =>
  [more > 0 ? `${more} more` : '', partitions.length > 0 && !collapsed ? plural(partitions.length, 'partition') : ''].filter(Boolean).join(', ');

/** The tables of a schema; views and shadow tables are none. */
const tablesOf = (schema: SchemaInfo): RelationInfo[] =>
  schema.relations.filter((r) => (r.kind === 'table' || r.kind === 'partitioned-table' || r.kind === 'foreign-table') && !r.shadow);

/** Of each table what it is folded into: itself, or, of a partition, the table that is divided, where that is of the same schema. */
function foldedInto(tables: readonly RelationInfo[]): ReadonlyMap<string, RelationInfo> {
  const byName = new Map(tables.map((r) => [r.relation, r]));
  const rootOf = (info: RelationInfo): RelationInfo => {
    const parent = info.partitionOf?.schema === info.schema ? byName.get(info.partitionOf.relation) : undefined;
    return parent ? rootOf(parent) : info;
  };
  return new Map(tables.map((r) => [r.relation, rootOf(r)]));
}

/** Whether a schema has partitions that can be folded into what they divide. */
export const hasPartitions = (schema: SchemaInfo): boolean => [...foldedInto(tablesOf(schema))].some(([name, root]) => root.relation !== name);

/**
 * The tables of a schema with what links them; views and shadow tables are left out. Of those collapsed only the head is
 * drawn; `fold` draws partitions within what they divide, else each is a table like others.
 */
export function diagramModel(schema: SchemaInfo, shown: ColumnsShown, collapsed: ReadonlySet<string> = new Set(), fold = false): DiagramModel {
  const all = tablesOf(schema);
  const within = fold ? foldedInto(all) : new Map(all.map((r) => [r.relation, r]));
  const isPartition = (r: RelationInfo): boolean => within.get(r.relation) !== r;
  const relations = all.filter((r) => !isPartition(r));
  const partitions = new Map<string, string[]>();
  for (const { relation } of all.filter(isPartition)) {
    const root = within.get(relation)!.relation;
    partitions.set(root, [...(partitions.get(root) ?? []), relation]);
  }
  const tables = relations.map((info): DiagramTable => {
    const foreign = new Set(info.foreignKeys.flatMap((k) => k.columns));
    const isCollapsed = collapsed.has(info.relation);
    const columns = (isCollapsed ? [] : shownColumns(info, shown)).map((c) => ({
      name: c.name,
      type: c.type,
      key: c.keyPlace > 0,
      foreign: foreign.has(c.name)
    }));
    const more = isCollapsed ? 0 : info.columns.filter((c) => !c.hidden).length - columns.length;
    const own = partitions.get(info.relation) ?? [];
    const hasRest = restWords({ more, partitions: own, collapsed: isCollapsed }) !== '';
    const longest = Math.max(
      info.relation.length * 1.1,
      ...columns.map((c) => Math.min(c.name.length, 32) + Math.min(c.type.length, 18) + 2)
    );
    return {
      id: info.relation,
      columns,
      more,
      partitions: own,
      collapsed: isCollapsed,
      width: Math.min(340, Math.max(140, Math.round(longest * charWidth + PAD))),
      height: HEAD_HEIGHT + (columns.length + (hasRest ? 1 : 0)) * ROW_HEIGHT + 6
    };
  });
  // Keys that folded partitions have of their own are drawn once, from what they divide.
  const labels = new Set<string>();
  const edges = [...relations, ...all.filter(isPartition)].flatMap((info) =>
    info.foreignKeys.flatMap((key, k) => {
      const parent = within.get(key.target.relation);
      if (!parent || key.target.schema !== info.schema) return [];
      const child = within.get(info.relation)!.relation;
      const optional = key.columns.some((name) => info.columns.find((c) => c.name === name)?.nullable ?? true);
      // A key of several columns is one link for the reader, drawn from its first; each column is told.
      return key.columns.flatMap((childColumn, i): DiagramEdge[] => {
        const parentColumn = key.targetColumns[i] ?? primaryKey(parent.columns)[i]?.name ?? '';
        const label = `${child}.${childColumn}→${parent.relation}.${parentColumn}`;
        if (isPartition(info) && labels.has(label)) return [];
        labels.add(label);
        return [
          { id: `${info.relation}#${k}.${i}`, child, parent: parent.relation, label, childColumn, parentColumn, many: !isUnique(info, key), optional }
        ];
      });
    })
  );
  return { tables, edges };
}

/** Height of a column's middle within its table; the head's where the column is not drawn. */
export function columnY(table: DiagramTable, column: string): number {
  const at = table.columns.findIndex((c) => c.name === column);
  return at < 0 ? HEAD_HEIGHT / 2 : HEAD_HEIGHT + 3 + at * ROW_HEIGHT + ROW_HEIGHT / 2;
}

/** The tables that lie within so many links of one, itself among them. */
export function around(model: DiagramModel, table: string, steps: number): ReadonlySet<string> {
  let found = new Set([table]);
  for (let n = 0; n < steps; n++) {
    const next = new Set(found);
    for (const { child, parent } of model.edges) {
      if (found.has(child)) next.add(parent);
      if (found.has(parent)) next.add(child);
    }
    if (next.size === found.size) break;
    found = next;
  }
  return found;
}

/** Only these tables, and what links them. */
export const partOf = (model: DiagramModel, tables: ReadonlySet<string>): DiagramModel => ({
  tables: model.tables.filter((t) => tables.has(t.id)),
  edges: model.edges.filter((e) => tables.has(e.child) && tables.has(e.parent))
});

/** Which tables of a schema are drawn: all, those so many links around one, or those whose names hold a text. */
export type Part = { show: 'all' } | { show: 'around'; table: string; steps: number } | { show: 'named'; text: string };

/** Whether its name holds a text, or that of one of the partitions folded into it. */
export const hasName = ({ id, partitions }: Pick<DiagramTable, 'id' | 'partitions'>, text: string): boolean =>
  [id, ...partitions].some((name) => name.toLowerCase().includes(text.trim().toLowerCase()));

/** What is drawn of a model: a part, without what somebody hid. The table that one looks around is drawn, hidden or not. */
export function shownPart(model: DiagramModel, part: Part, hidden: ReadonlySet<string>): DiagramModel {
  if (part.show === 'all' && hidden.size === 0) return model;
  const near = part.show === 'around' ? around(model, part.table, part.steps) : null;
  const isShown = (t: DiagramTable): boolean => {
    if (part.show === 'around' && t.id === part.table) return true;
    if (hidden.has(t.id)) return false;
    return near ? near.has(t.id) : part.show !== 'named' || hasName(t, part.text);
  };
  return partOf(model, new Set(model.tables.filter(isShown).map((t) => t.id)));
}
