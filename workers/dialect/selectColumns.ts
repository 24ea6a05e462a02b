import type { RelationRef } from '../wire/catalog';
import type { Dialect } from './dialect';

/** SELECT of some columns of all rows, in the engine's own order. */
export function selectColumnsSql(dialect: Dialect, ref: RelationRef, columns: readonly string[]): string {
  const list = columns.map((name) => dialect.quote(name, true)).join(', ');
  return `SELECT ${list} FROM ${dialect.quote(ref.schema, true)}.${dialect.quote(ref.relation, true)}`;
}
