import type { RelationRef } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import type { Dialect } from './dialect';

/** One INSERT of several rows, each with a value for each of the columns, written as exact literals. */
export function insertRows(dialect: Dialect, ref: RelationRef, columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const { quote, literal } = dialect;
  const target = `${quote(ref.schema, true)}.${quote(ref.relation, true)}`;
  const names = columns.map((name) => quote(name, true)).join(', ');
  const values = rows.map((row) => `(${row.map((cell) => literal(cell)).join(', ')})`);
  return `INSERT INTO ${target} (${names}) VALUES\n${values.join(',\n')}`;
}
