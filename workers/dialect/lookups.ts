import type { ColumnInfo, RelationInfo, RelationRef } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import type { RowSet } from '../wire/results';
import type { BoundSql } from './dialect';
import { rowsSql, type SelectParts } from './select';

/** Where the dialects' questions about values differ. */
export interface LookupParts extends SelectParts {
  /** A column as text that can be searched. */
  text(column: string): string;
  /** Like without regard to case, on a text. */
  like(text: string, pattern: string): string;
  /** A column as a number that can be calculated with. */
  number(column: string): string;
  /** Which of `parts` equal ranges between two bounds a number lies in, from 1. */
  range(number: string, from: string, to: string, parts: number): string;
  /** That a number is one that ranges can hold. */
  isFinite(number: string): string;
  /** Mean and sum of a column of numbers, exact where the engine is. */
  mean(column: string, info: ColumnInfo): string;
  sum(column: string, info: ColumnInfo): string;
}

/** What to look for among the rows that a foreign key may point to. */
export interface ChoiceLookup {
  target: RelationInfo;
  keys: readonly string[];
  others: readonly string[];
  search: string;
  value?: readonly Cell[];
  limit: number;
}

const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** Rows that a foreign key may point to; those whose key is, then begins with, the search come first. */
export function choicesSql({ target, keys, others, search, value, limit }: ChoiceLookup, parts: LookupParts): BoundSql {
  const params: Cell[] = [];
  const bind = (cell: Cell): string => parts.placeholder(params.push(cell));
  const columns = [...keys, ...others].map((name) => parts.column(target, name));
  const order = keys.map((name) => parts.sortKey(parts.column(target, name), typeOf(target, name)));
  let where = '';
  if (value) where = `\nWHERE ${keys.map((name, i) => `${parts.column(target, name)} = ${bind(value[i] ?? null)}`).join(' AND ')}`;
  else if (search !== '') {
    const pattern = `%${escaped(search)}%`;
    where = `\nWHERE ${columns.map((c) => parts.like(parts.text(c), bind(pattern))).join(' OR ')}`;
    const first = parts.text(columns[0]!);
    order.unshift(`CASE WHEN ${first} = ${bind(search)} THEN 0 WHEN ${parts.like(first, bind(`${escaped(search)}%`))} THEN 1 ELSE 2 END`);
  }
  const sql = `SELECT ${columns.join(', ')} FROM ${parts.from(target)}${where}\nORDER BY ${order.join(', ')}\nLIMIT ${Math.floor(limit)}`;
  return { sql, params };
}

const typeOf = (relation: RelationInfo, column: string): string | undefined => relation.columns.find((c) => c.name === column)?.type;

/** How many rows hold values in columns, counted up to `most`. */
export function pointingSql(from: RelationRef, columns: readonly string[], values: readonly Cell[], most: number, parts: LookupParts): BoundSql {
  const params: Cell[] = [];
  const conditions = columns.map((name, i) => `${parts.column(from, name)} = ${parts.placeholder(params.push(values[i]!))}`);
  const inner = `SELECT 1 FROM ${parts.from(from)} WHERE ${conditions.join(' AND ')} LIMIT ${most}`;
  return { sql: `SELECT count(*) FROM (${inner}) AS rows`, params };
}

/** How many ranges a histogram has. */
export const RANGES = 20;
/** How many of the most frequent values are told. */
const TOP = 10;

/** Questions about one column under filters. */
export interface StatsSql {
  /** One row: rows, values, different values; for numbers their sum and mean. */
  numbers: BoundSql;
  min: BoundSql;
  max: BoundSql;
  /** Rows of a value and how often it is there. */
  top: BoundSql;
  /** One row: the least and the greatest number that ranges can hold; absent for what is no number. */
  bounds?: BoundSql;
  /** Rows of a range's number, from 1, and how many lie in it. */
  histogram?(from: number, to: number): BoundSql;
}

/** Families whose values can be calculated with. */
const isNumeric = (column: ColumnInfo): boolean => column.family === 'integer' || column.family === 'number';

export function statsSql(rows: RowSet, relation: RelationInfo, info: ColumnInfo, parts: LookupParts): StatsSql {
  const column = parts.column(relation, info.name);
  const key = parts.sortKey(column, info.type);
  const ask = (select: string, more: readonly string[], tail = ''): BoundSql => rowsSql(rows, parts, relation, { select, more, tail });
  const held = [`${column} IS NOT NULL`];
  const sums = isNumeric(info) ? `, ${parts.sum(column, info)}, ${parts.mean(column, info)}` : '';
  const stats: StatsSql = {
    numbers: ask(`count(*), count(${column}), count(DISTINCT ${key})${sums}`, []),
    min: ask(column, held, `\nORDER BY ${key} LIMIT 1`),
    max: ask(column, held, `\nORDER BY ${key} DESC LIMIT 1`),
    top: ask(`${key}, count(*)`, held, `\nGROUP BY ${key}\nORDER BY 2 DESC, 1\nLIMIT ${TOP}`)
  };
  if (!isNumeric(info)) return stats;
  const number = parts.number(column);
  const finite = [...held, parts.isFinite(number)];
  stats.bounds = ask(`min(${number}), max(${number})`, finite);
  stats.histogram = (from, to) =>
    ask(`${parts.range(number, String(from), String(to), RANGES)}, count(*)`, finite, '\nGROUP BY 1\nORDER BY 1');
  return stats;
}
