import type { ColumnInfo, ForeignKey, RelationInfo } from '../wire/catalog';
import { isDefaultValue, type RowChange } from '../wire/changes';

/**
 * A change that is made in two steps where a constraint does not wait for the end: first a column is set to something
 * that is in nobody's way, then to what it is to be.
 */
export interface ParkedChange {
  change: RowChange;
  /** NULL where it can be, else a value that no row has. */
  column: ColumnInfo;
  /** Its second step comes after all else. */
  isLate: boolean;
  /** What makes it wait. */
  by: 'unique' | 'foreign key';
}

const canBeNull = (column: ColumnInfo): boolean => column.nullable && column.keyPlace === 0;

/** Types of which a value that nobody has is easily found. */
const FREE = new Set(['integer', 'text', 'uuid']);

const isWritable = (column: ColumnInfo): boolean => column.generated === null && column.identity !== 'always';

/** A change that frees the value of a unique key, before its turn; null where that cannot be. */
export function parkedKey(change: RowChange, relation: RelationInfo, columns: readonly string[]): ParkedChange | null {
  const moved = relation.columns.filter(
    (c) => columns.includes(c.name) && isWritable(c) && (change.type === 'delete' || Object.hasOwn(change.data, c.name))
  );
  const column = moved.find(canBeNull) ?? moved.find((c) => FREE.has(c.family));
  return column && !isDefaultValue(change.data[column.name]) ? { change, column, isLate: false, by: 'unique' } : null;
}

/**
 * A row that points to nothing for a while: one that points to a row that comes later, or to one that goes before.
 * Null where its foreign key cannot be NULL.
 */
export function parkedChild(change: RowChange, relation: RelationInfo, key: ForeignKey, isLate: boolean): ParkedChange | null {
  const column = relation.columns.find(
    (c) => key.columns.includes(c.name) && isWritable(c) && canBeNull(c) && (change.type === 'delete' || Object.hasOwn(change.data, c.name))
  );
  return column && !isDefaultValue(change.data[column.name]) ? { change, column, isLate, by: 'foreign key' } : null;
}
