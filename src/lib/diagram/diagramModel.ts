import { primaryKey } from '$workers/dialect/primaryKey';
import type { ColumnInfo, ForeignKey, RelationInfo, SchemaInfo } from '$workers/engine';

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

/** The tables of a schema with what links them; views and shadow tables are left out. Of those collapsed only the head is drawn. */
export function diagramModel(schema: SchemaInfo, shown: ColumnsShown, collapsed: ReadonlySet<string> = new Set()): DiagramModel {
  const relations = schema.relations.filter(
    (r) => (r.kind === 'table' || r.kind === 'partitioned-table' || r.kind === 'foreign-table') && !r.shadow
  );
  const byName = new Map(relations.map((r) => [r.relation, r]));
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
    const longest = Math.max(
      info.relation.length * 1.1,
      ...columns.map((c) => Math.min(c.name.length, 32) + Math.min(c.type.length, 18) + 2)
    );
    return {
      id: info.relation,
      columns,
      more,
      collapsed: isCollapsed,
      width: Math.min(340, Math.max(140, Math.round(longest * charWidth + PAD))),
      height: HEAD_HEIGHT + (columns.length + (more > 0 ? 1 : 0)) * ROW_HEIGHT + 6
    };
  });
  const edges = relations.flatMap((info) =>
    info.foreignKeys.flatMap((key, k) => {
      const parent = byName.get(key.target.relation);
      if (!parent || key.target.schema !== info.schema) return [];
      const optional = key.columns.some((name) => info.columns.find((c) => c.name === name)?.nullable ?? true);
      // A key of several columns is one link for the reader, drawn from its first; each column is told.
      return key.columns.map((childColumn, i): DiagramEdge => {
        const parentColumn =
          key.targetColumns[i] ?? primaryKey(parent.columns)[i]?.name ?? '';
        return {
          id: `${info.relation}#${k}.${i}`,
          child: info.relation,
          parent: parent.relation,
          label: `${info.relation}.${childColumn}→${parent.relation}.${parentColumn}`,
          childColumn,
          parentColumn,
          many: !isUnique(info, key),
          optional
        };
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

export const hasName = (table: DiagramTable, text: string): boolean => table.id.toLowerCase().includes(text.trim().toLowerCase());

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
