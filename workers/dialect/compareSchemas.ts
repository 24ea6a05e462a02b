import type { ColumnInfo, RelationInfo, SchemaInfo, TypeFamily } from '../wire/catalog';
import { fold, likeOf } from './named';
import { primaryKey } from './primaryKey';

/** What differs between two tables of one name. */
export interface TableDifference {
  relation: string;
  state: 'added' | 'removed' | 'changed';
  /** In words, one line each. */
  lines: string[];
}

const columnName = (c: ColumnInfo): string => c.name;
const tableName = (r: RelationInfo): string => r.relation;

/** What two columns of two engines have in common is what their types are like. */
export const isSameType = (a: ColumnInfo, b: ColumnInfo, like: boolean): boolean => (like ? fold(a.type) === fold(b.type) : kindOf(a) === kindOf(b));

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
  for (const column of right.columns) {
    const other = likeOf(column, right.columns, left.columns, columnName);
    if (!other) lines.push(`column ${column.name} ${column.type} added`);
    else {
      if (!isSameType(other, column, like)) lines.push(`column ${column.name}: ${other.type} became ${column.type}`);
      const needed = (c: ColumnInfo): boolean => !c.nullable || c.keyPlace > 0;
      if (needed(other) !== needed(column)) lines.push(`column ${column.name} ${needed(column) ? 'must have a value' : 'may be NULL'}`);
      if (like && other.default !== column.default) lines.push(`column ${column.name}: default ${other.default ?? 'none'} became ${column.default ?? 'none'}`);
    }
  }
  for (const column of left.columns) if (!likeOf(column, left.columns, right.columns, columnName)) lines.push(`column ${column.name} ${column.type} removed`);
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
  const [mine, theirs] = [left.relations.filter(isTable), right.relations.filter(isTable)];
  for (const r of theirs) {
    const other = likeOf(r, theirs, mine, tableName);
    const lines = other ? linesOf(other, r, like) : [];
    if (!other) differences.push({ relation: r.relation, state: 'added', lines: [] });
    else if (lines.length > 0) differences.push({ relation: r.relation, state: 'changed', lines });
  }
  for (const l of mine) if (!likeOf(l, mine, theirs, tableName)) differences.push({ relation: l.relation, state: 'removed', lines: [] });
  return differences.sort((a, b) => a.relation.localeCompare(b.relation));
}

/** By which the values of two columns are made comparable. */
export function comparableFamily(a: TypeFamily, b: TypeFamily): TypeFamily {
  const isNumber = (f: TypeFamily): boolean => f === 'integer' || f === 'number';
  if (a === 'boolean' || b === 'boolean') return 'boolean';
  return isNumber(a) || isNumber(b) ? 'number' : 'text';
}
