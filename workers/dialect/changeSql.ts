import type { ColumnInfo, RelationInfo, RelationRef } from '../wire/catalog';
import { isLongCell, type Cell } from '../wire/cells';
import { isDefaultValue, type NewValue, type RowChange, type RowIdentity } from '../wire/changes';
import { EngineError } from '../wire/errors';
import { ChangeTemplate, type WriteSource } from './changeTemplate';
import type { BoundSql, ChangeSql } from './dialect';
import { primaryKey } from './primaryKey';

/** Writes a value into a statement. @param column whose literal it is, where that may be written in its own way */
export type WriteValue = (value: Cell, column?: ColumnInfo) => string;

/** Where the dialects' statements of changes differ. */
export interface ChangeParts {
  from(ref: RelationRef): string;
  quote(name: string): string;
  placeholder(place: number): string;
  literal(value: Cell, column?: ColumnInfo): string;
  /** What the key's column is compared with; an index must be able to do it. */
  isKey(name: string, column: ColumnInfo, value: Cell, write: WriteValue): string;
  /** Whether `isKey` says all that `isSeen` would: then it is said once. */
  isKeyExact(column: ColumnInfo, value: Cell, relation: RelationInfo): boolean;
  /** That a column holds a value exactly as it was seen. */
  isSeen(name: string, column: ColumnInfo, value: Cell, relation: RelationInfo, write: WriteValue): string;
  /** The values that say where a row lies. */
  placeValues(rowId: string): Cell[];
  /** That the row lies there, each of these values written. */
  isAt(relation: RelationInfo, written: readonly string[]): string;
  /** Where a row lies, as a text; undefined where rows have no place. */
  place(relation: RelationInfo): string | undefined;
  /** What an UPDATE sets a column to for its default. */
  defaultOf(column: ColumnInfo): string;
  /** What lets an INSERT give a value to an identity column that is always generated. */
  overriding: string;
}

const refuse = (message: string, hint?: string): never => {
  throw new EngineError({ code: 'refused', message, hint });
};

/** Why rows of a relation cannot be changed one by one, in words; undefined when they can. */
function whyReadOnly(relation: RelationInfo): string | undefined {
  if (relation.unavailable) return relation.unavailable;
  if (relation.unwritable) return relation.unwritable;
  switch (relation.kind) {
    case 'view':
      return 'A view has no rows of its own: change them in the tables that it reads.';
    case 'materialized-view':
      return 'A materialized view keeps what its query gave: change the tables that it reads, then refresh it.';
    case 'virtual-table':
      return 'A virtual table names its rows in ways of its own: change them with SQL.';
    case 'foreign-table':
      return 'A foreign table has its rows elsewhere: change them there.';
    default:
      return undefined;
  }
}

/** Columns of a result, at the most: https://sqlite.org/limits.html. Postgres' tables have fewer. */
const MOST_COLUMNS = 2000;

/** What was found of relations, which are replaced and never changed: it is asked for with every row. */
const identities = new WeakMap<RelationInfo, RowIdentity>();

/** The same for both engines: the primary key, else a unique one; where their columns can be NULL, the row's place. */
export function rowIdentity(relation: RelationInfo): RowIdentity {
  let identity = identities.get(relation);
  if (!identity) identities.set(relation, (identity = identityOf(relation)));
  return identity;
}

function identityOf(relation: RelationInfo): RowIdentity {
  const reason = whyReadOnly(relation);
  if (reason !== undefined) return { by: 'none', reason };
  const primary = primaryKey(relation.columns).map((c) => c.name);
  const isNeverNull = (name: string): boolean => relation.columns.some((c) => c.name === name && !c.nullable);
  const keys = primary.length > 0 ? [primary, ...(relation.uniqueKeys ?? [])] : (relation.uniqueKeys ?? []);
  const key = keys.find((columns) => columns.every(isNeverNull));
  if (key) return { by: 'key', columns: key };
  if (relation.columns.length >= MOST_COLUMNS) {
    return { by: 'none', reason: 'Without a key its rows are told by their places, for which no result has room beside so many columns.' };
  }
  return { by: 'place', columns: primary };
}

/** One change as SQL: see Dialect.changeSql. */
export function changeSqlOf(change: RowChange, relation: RelationInfo, overwrite: boolean, parts: ChangeParts): ChangeSql {
  const template = changeTemplateOf(change, relation, overwrite, parts);
  const params = template.paramsOf(change);
  return { sql: template.sql, params, shown: template.shownOf(params) };
}

/** See Dialect.changeTemplate. */
export const changeTemplateOf = (change: RowChange, relation: RelationInfo, overwrite: boolean, parts: ChangeParts): ChangeTemplate =>
  new ChangeTemplate((write) => statementOf(change, relation, overwrite, parts, write), parts);

/** See Dialect.rowOf. */
export function rowOfChange(change: RowChange, relation: RelationInfo, parts: ChangeParts): BoundSql {
  const identity = rowIdentity(relation);
  if (identity.by === 'none') return refuse(`Rows of ${relation.relation} cannot be changed.`, identity.reason);
  const place = placeOf(relation, parts);
  const select = `SELECT *${place ? `, ${place}` : ''} FROM ${parts.from(relation)} WHERE `;
  const template = new ChangeTemplate((write) => select + whereOf(change, relation, identity, true, parts, write), parts);
  return { sql: template.sql, params: template.paramsOf(change) };
}

/** See Dialect.placeOf. */
export const placeOf = (relation: RelationInfo, parts: ChangeParts): string | undefined =>
  rowIdentity(relation).by === 'place' ? parts.place(relation) : undefined;

function statementOf(change: RowChange, relation: RelationInfo, overwrite: boolean, parts: ChangeParts, write: WriteSource): string {
  const identity = rowIdentity(relation);
  if (identity.by === 'none') return refuse(`Rows of ${relation.relation} cannot be changed.`, identity.reason);
  if (change.type === 'insert') return insertOf(change, relation, parts, write);
  const where = (): string => whereOf(change, relation, identity, overwrite, parts, write);
  if (change.type === 'delete') return `DELETE FROM ${parts.from(relation)} WHERE ${where()}`;
  const sets = given(change.data, relation).map(
    ([column, value]) => `${parts.quote(column.name)} = ${isDefaultValue(value) ? parts.defaultOf(column) : written(value, column, write)}`
  );
  if (sets.length === 0) return refuse('This change sets no column.');
  return `UPDATE ${parts.from(relation)} SET ${sets.join(', ')} WHERE ${where()}`;
}

function insertOf(change: RowChange, relation: RelationInfo, parts: ChangeParts, write: WriteSource): string {
  const values = given(change.data, relation).filter((entry): entry is [ColumnInfo, Cell] => !isDefaultValue(entry[1]));
  const into = `INSERT INTO ${parts.from(relation)}`;
  if (values.length === 0) return `${into} DEFAULT VALUES`;
  const names = values.map(([column]) => parts.quote(column.name)).join(', ');
  const overriding = values.some(([column]) => column.identity === 'always') ? parts.overriding : '';
  return `${into} (${names})${overriding} VALUES (${values.map(([column, value]) => written(value, column, write)).join(', ')})`;
}

/** The columns of a change with their values, in the order of the table; those that the engine generates are left out. */
function given<V extends NewValue>(values: Record<string, V>, relation: RelationInfo): [ColumnInfo, V][] {
  const names = new Set(Object.keys(values));
  const found = relation.columns.filter((c) => names.delete(c.name) && c.generated === null);
  for (const name of names) refuse(`${relation.relation} has no column "${name}" any more.`, 'Drop this change and make it again.');
  return found.map((column) => [column, values[column.name]!]);
}

function written(value: Cell, column: ColumnInfo, write: WriteSource): string {
  if (value !== null && isLongCell(value)) {
    return refuse(`The value of "${column.name}" is cut short.`, 'Fetch it whole before it is written.');
  }
  return write({ of: 'data', name: column.name }, column);
}

/** Names the row: by its key or its place, and by all values that were seen. */
function whereOf(
  change: RowChange,
  relation: RelationInfo,
  identity: Exclude<RowIdentity, { by: 'none' }>,
  overwrite: boolean,
  parts: ChangeParts,
  write: WriteSource
): string {
  const seen = new Map(given(change.before, relation).map(([column, value]) => [column.name, { column, value }]));
  // What is written of a value is that value, or, of one that is cut, what is known of it.
  const writing =
    (name: string, value: Cell): WriteValue =>
    (part, column) => write(part === value ? { of: 'before', name } : { of: 'fixed', value: part }, column);
  const conditions = new Set<string>();
  const isPlaced = identity.by === 'place' && change.rowId !== undefined;
  if (isPlaced) {
    conditions.add(parts.isAt(relation, parts.placeValues(change.rowId!).map((_, part) => write({ of: 'place', part }))));
  }
  if (identity.by === 'key') {
    for (const name of identity.columns) {
      const key = seen.get(name);
      if (!key) return refuse(`This change does not say what "${name}" was, which is part of the key.`);
      conditions.add(parts.isKey(parts.quote(name), key.column, key.value, writing(name, key.value)));
    }
  }
  // Without a key or a place all values are what names it.
  const isCompared = (name: string): boolean => !overwrite || (!isPlaced && identity.by === 'place') || identity.columns.includes(name);
  for (const [name, { column, value }] of seen) {
    if (!isCompared(name)) continue;
    if (identity.by === 'key' && identity.columns.includes(name) && parts.isKeyExact(column, value, relation)) continue;
    conditions.add(parts.isSeen(parts.quote(name), column, value, relation, writing(name, value)));
  }
  if (conditions.size === 0) return refuse('This change does not say which row it is about.');
  return allOf([...conditions]);
}

/** Conditions in one run; SQLite takes an expression of 1,000 levels at most, and each AND of a run is one. */
const RUN_OF_CONDITIONS = 100;

/** All of these conditions, in groups where they are many. */
function allOf(conditions: readonly string[]): string {
  if (conditions.length <= RUN_OF_CONDITIONS) return conditions.join(' AND ');
  const runs: string[] = [];
  for (let at = 0; at < conditions.length; at += RUN_OF_CONDITIONS) {
    runs.push(`(${conditions.slice(at, at + RUN_OF_CONDITIONS).join(' AND ')})`);
  }
  return runs.join(' AND ');
}
