import type { RelationInfo } from '../wire/catalog';

/** What a table's rowid can be called in SQLite, where its columns leave one of the names free; else undefined. */
export function rowidName(relation: Pick<RelationInfo, 'columns'>): string | undefined {
  const taken = new Set(relation.columns.map((c) => c.name.toLowerCase()));
  return ['rowid', '_rowid_', 'oid'].find((name) => !taken.has(name));
}
