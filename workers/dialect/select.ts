import type { ColumnInfo, RelationInfo, RelationRef } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import { EngineError } from '../wire/errors';
import { type BrowseRequest, type FilterNode, isFilterGroup, type RowSet, type Sort } from '../wire/results';
import type { BoundSql, ScriptStatement } from './dialect';
import type { Bind, MakeCondition } from './filters';

/** Where the dialects' SELECT statements differ. */
export interface SelectParts {
  /** The relation, always with its schema. */
  from(ref: RelationRef): string;
  /** What follows the relation where nothing is asked of it but its rows in their own order. */
  plain: string;
  column(ref: RelationRef, name: string): string;
  placeholder(place: number): string;
  condition: MakeCondition;
  /** What sorts by a column. */
  sortKey(column: string, type: string | undefined): string;
  /** What else to sort by, so that equal rows keep their places from page to page. */
  tieBreakers(sorts: readonly Sort[], relation: RelationInfo | undefined): string[];
  split(script: string): ScriptStatement[];
}

/**
 * The raw condition as it goes between parentheses on lines of its own, so that a comment at its end swallows
 * nothing. Undefined when it holds no condition at all.
 */
function rawCondition(where: string, split: SelectParts['split']): string | undefined {
  const parts = split(where);
  if (parts.length === 0) return undefined;
  // A semicolon at its end is forgiven; anything else stands as it was written, and the engine judges it.
  return parts.length === 1 ? parts[0]!.text : where;
}

function whereClause(rows: RowSet, parts: SelectParts, relation: RelationInfo | undefined, params: Cell[], more: readonly string[] = []): string {
  const bind = (value: Cell): string => parts.placeholder(params.push(value));
  const conditionOf = (node: FilterNode): string | undefined => {
    if (!isFilterGroup(node)) return parts.condition(parts.column(rows, node.column), node, bind, typeOf(relation, node.column));
    const inner = node.filters.filter((f) => f.enabled).map(conditionOf).filter((c) => c !== undefined);
    return inner.length === 0 ? undefined : `(${inner.join(node.join === 'or' ? '\n  OR ' : '\n  AND ')})`;
  };
  const conditions = rows.filters.filter((f) => f.enabled).map(conditionOf).filter((c) => c !== undefined);
  if (rows.search) conditions.push(searchCondition(rows, rows.search, parts, relation, bind));
  conditions.push(...more);
  const raw = rawCondition(rows.where ?? '', parts.split);
  if (raw !== undefined) conditions.push(`(\n${raw}\n)`);
  return conditions.length === 0 ? '' : `\nWHERE ${conditions.join('\n  AND ')}`;
}

/** That one of the columns at least contains a text. Bytes are not searched. */
function searchCondition(rows: RowSet, search: string, parts: SelectParts, relation: RelationInfo | undefined, bind: Bind): string {
  const columns = relation?.columns.filter((c) => !c.hidden && c.family !== 'binary') ?? [];
  if (columns.length === 0) {
    throw new EngineError({ code: 'refused', message: `${rows.relation} has no columns that could be searched.`, filter: 'search' });
  }
  const contains = (c: ColumnInfo): string =>
    parts.condition(parts.column(rows, c.name), { column: c.name, operator: 'contains', values: [search], enabled: true }, bind, c.type);
  return `(${columns.map(contains).join('\n  OR ')})`;
}

const typeOf = (relation: RelationInfo | undefined, column: string): string | undefined =>
  relation?.columns.find((c) => c.name === column)?.type;

const position = (n: number): string => {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`${n} is no position of a row.`);
  return String(n);
};

/** SELECT * of a page: sorted, filtered, from a position. */
export function browseSql(request: BrowseRequest, parts: SelectParts, relation?: RelationInfo): BoundSql {
  const params: Cell[] = [];
  const where = whereClause(request, parts, relation, params);
  const order = request.sorts.map((s) => {
    const key = parts.sortKey(parts.column(request, s.column), typeOf(relation, s.column));
    return s.descending ? `${key} DESC` : key;
  });
  if (order.length > 0) order.push(...parts.tieBreakers(request.sorts, relation));
  const plain = where === '' && order.length === 0 ? parts.plain : '';
  const sorted = order.length === 0 ? '' : `\nORDER BY ${order.join(', ')}`;
  const page = `\nLIMIT ${position(request.count)} OFFSET ${position(request.from)}`;
  return { sql: `SELECT * FROM ${parts.from(request)}${plain}${where}${sorted}${page}`, params };
}

/** SELECT count(*) under the same conditions. */
export const countSql = (rows: RowSet, parts: SelectParts, relation?: RelationInfo): BoundSql =>
  rowsSql(rows, parts, relation, { select: 'count(*)', more: [], tail: '' });

/** What is asked of the rows under filters: what to select, what else must hold, and what follows. */
interface Asked {
  select: string;
  more: readonly string[];
  tail: string;
}

/** A SELECT over the rows under filters. */
export function rowsSql(rows: RowSet, parts: SelectParts, relation: RelationInfo | undefined, { select, more, tail }: Asked): BoundSql {
  const params: Cell[] = [];
  const where = whereClause(rows, parts, relation, params, more);
  return { sql: `SELECT ${select} FROM ${parts.from(rows)}${where}${tail}`, params };
}
