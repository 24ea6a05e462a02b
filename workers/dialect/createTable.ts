import type { RelationRef } from '../wire/catalog';
import type { Dialect } from './dialect';

/** CREATE TABLE of plain columns, names always quoted; a type is written as it was given, and what stands behind the columns as well. */
export function createTableSql(dialect: Dialect, ref: RelationRef, columns: readonly { name: string; type: string }[], constraints: readonly string[] = []): string {
  const list = [...columns.map(({ name, type }) => `  ${dialect.quote(name, true)} ${type}`.trimEnd()), ...constraints.map((c) => `  ${c}`)];
  return `CREATE TABLE ${dialect.quote(ref.schema, true)}.${dialect.quote(ref.relation, true)} (\n${list.join(',\n')}\n)`;
}
