import type { RelationInfo, RelationRef } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import { isFilterGroup, type BrowseRequest, type FilterNode, type Sort } from '../wire/results';
import type { BoundSql, ScriptStatement } from './dialect';
import type { MakeCondition } from './filters';

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

type Rows = Omit<BrowseRequest, 'from' | 'count' | 'sorts'>;

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

function whereClause(rows: Rows, parts: SelectParts, relation: RelationInfo | undefined, params: Cell[]): string {
  const bind = (value: Cell): string => parts.placeholder(params.push(value));
  const conditionOf = (node: FilterNode): string | undefined => {
    if (!isFilterGroup(node)) return parts.condition(parts.column(rows, node.column), node, bind, typeOf(relation, node.column));
    const inner = node.filters.filter((f) => f.enabled).map(conditionOf).filter((c) => c !== undefined);
    return inner.length === 0 ? undefined : `(${inner.join(node.join === 'or' ? '\n  OR ' : '\n  AND ')})`;
  };
  const conditions = rows.filters.filter((f) => f.enabled).map(conditionOf).filter((c) => c !== undefined);
  const raw = rawCondition(rows.where ?? '', parts.split);
  if (raw !== undefined) conditions.push(`(\n${raw}\n)`);
  return conditions.length === 0 ? '' : `\nWHERE ${conditions.join('\n  AND ')}`;
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
export function countSql(rows: Rows, parts: SelectParts, relation?: RelationInfo): BoundSql {
  const params: Cell[] = [];
  const where = whereClause(rows, parts, relation, params);
  return { sql: `SELECT count(*) FROM ${parts.from(rows)}${where}`, params };
}
