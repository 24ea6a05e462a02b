import type { ColumnInfo, RelationInfo, SchemaInfo, TypeFamily } from '../wire/catalog';
import { createTableSql } from './createTable';
import type { Dialect } from './dialect';
import { mapType } from './typeMap';
import { primaryKey } from './primaryKey';

/** What differs between two tables of one name. */
export interface TableDifference {
  relation: string;
  state: 'added' | 'removed' | 'changed';
  /** In words, one line each. */
  lines: string[];
}

const fold = (name: string): string => name.toLowerCase();

/** What two columns of two engines have in common is what their types are like. */
const isSameType = (a: ColumnInfo, b: ColumnInfo, like: boolean): boolean => (like ? fold(a.type) === fold(b.type) : kindOf(a) === kindOf(b));

/** Families that one engine has no type of its own for count as text. */
function kindOf({ family }: ColumnInfo): string {
  if (family === 'integer' || family === 'number') return 'number';
  return family === 'boolean' || family === 'binary' ? family : 'text';
}

function keyOf({ columns }: RelationInfo): string {
  return primaryKey(columns).map((c) => c.name).join(', ');
}

function linesOf(left: RelationInfo, right: RelationInfo, like: boolean): string[] {
  const lines: string[] = [];
  const find = (r: RelationInfo, name: string): ColumnInfo | undefined => r.columns.find((c) => fold(c.name) === fold(name));
  for (const column of right.columns) {
    const other = find(left, column.name);
    if (!other) lines.push(`column ${column.name} ${column.type} added`);
    else {
      if (!isSameType(other, column, like)) lines.push(`column ${column.name}: ${other.type} became ${column.type}`);
      const needed = (c: ColumnInfo): boolean => !c.nullable || c.keyPlace > 0;
      if (needed(other) !== needed(column)) lines.push(`column ${column.name} ${needed(column) ? 'must have a value' : 'may be NULL'}`);
      if (like && other.default !== column.default) lines.push(`column ${column.name}: default ${other.default ?? 'none'} became ${column.default ?? 'none'}`);
    }
  }
  for (const column of left.columns) if (!find(right, column.name)) lines.push(`column ${column.name} ${column.type} removed`);
  if (fold(keyOf(left)) !== fold(keyOf(right))) lines.push(`key (${keyOf(left)}) became (${keyOf(right)})`);
  const foreign = (r: RelationInfo): string[] => r.foreignKeys.map((k) => fold(`${k.columns.join(', ')} → ${k.target.relation}`)).sort();
  const [before, after] = [foreign(left), foreign(right)];
  for (const key of after) if (!before.includes(key)) lines.push(`foreign key ${key} added`);
  for (const key of before) if (!after.includes(key)) lines.push(`foreign key ${key} removed`);
  return lines;
}

const isTable = (r: RelationInfo): boolean => (r.kind === 'table' || r.kind === 'partitioned-table') && !r.shadow && !r.partitionOf;

/**
 * What the tables of the right schema have other than those of the left one.
 * @param like both are of one engine: then types and defaults are compared as they are written
 */
export function compareSchemas(left: SchemaInfo, right: SchemaInfo, like: boolean): TableDifference[] {
  const differences: TableDifference[] = [];
  const find = (schema: SchemaInfo, name: string): RelationInfo | undefined => schema.relations.filter(isTable).find((r) => fold(r.relation) === fold(name));
  for (const r of right.relations.filter(isTable)) {
    const other = find(left, r.relation);
    const lines = other ? linesOf(other, r, like) : [];
    if (!other) differences.push({ relation: r.relation, state: 'added', lines: [] });
    else if (lines.length > 0) differences.push({ relation: r.relation, state: 'changed', lines });
  }
  for (const l of left.relations.filter(isTable)) if (!find(right, l.relation)) differences.push({ relation: l.relation, state: 'removed', lines: [] });
  return differences.sort((a, b) => a.relation.localeCompare(b.relation));
}

/** By which the values of two columns are made comparable. */
export function comparableFamily(a: TypeFamily, b: TypeFamily): TypeFamily {
  const isNumber = (f: TypeFamily): boolean => f === 'integer' || f === 'number';
  if (a === 'boolean' || b === 'boolean') return 'boolean';
  return isNumber(a) || isNumber(b) ? 'number' : 'text';
}

/** DDL, in the dialect of the left side, that makes its tables like those of the right; one list a table. */
export function alignSql(difference: TableDifference, left: SchemaInfo, right: SchemaInfo, from: Dialect, to: Dialect): string[] {
  const find = (schema: SchemaInfo): RelationInfo | undefined => schema.relations.find((r) => fold(r.relation) === fold(difference.relation));
  const [mine, theirs] = [find(left), find(right)];
  const typeOf = (column: ColumnInfo): string => mapType(from, to, column, { ...NOTHING_SEEN, name: column.name }).type;
  const table = (name: string): string => `${to.quote(left.name, true)}.${to.quote(name, true)}`;
  if (difference.state === 'removed') return [`DROP TABLE ${table(mine!.relation)}`];
  if (difference.state === 'added') {
    return [createTableSql(to, { schema: left.name, relation: theirs!.relation }, theirs!.columns.map((c) => ({ name: c.name, type: typeOf(c) })))];
  }
  const has = (r: RelationInfo, name: string): boolean => r.columns.some((c) => fold(c.name) === fold(name));
  return [
    ...theirs!.columns.filter((c) => !has(mine!, c.name)).map((c) => `ALTER TABLE ${table(mine!.relation)} ADD COLUMN ${to.quote(c.name, true)} ${typeOf(c)}`.trimEnd()),
    ...mine!.columns.filter((c) => !has(theirs!, c.name)).map((c) => `ALTER TABLE ${table(mine!.relation)} DROP COLUMN ${to.quote(c.name, true)}`)
  ];
}

const NOTHING_SEEN = { integers: 0, reals: 0, texts: 0, blobs: 0, unfit: 0, textKind: 'text' as const, plainMoments: true, onlyBits: true, fitsReal: true };
