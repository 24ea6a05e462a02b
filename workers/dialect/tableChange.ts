import type { ColumnDefinition, TableDefinition } from '../wire/tableDefinition';

/** Same as data. */
export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A column of both, as it is and as it is wanted. */
export interface KeptColumn {
  from: ColumnDefinition;
  to: ColumnDefinition;
}

/** How the columns of two definitions differ. */
export interface ColumnChange {
  kept: KeptColumn[];
  added: ColumnDefinition[];
  dropped: ColumnDefinition[];
  renamed: KeptColumn[];
}

/** Compares columns by who they are. */
export function columnChange(from: TableDefinition, to: TableDefinition): ColumnChange {
  const before = new Map(from.columns.map((c) => [c.id, c]));
  const after = new Set(to.columns.map((c) => c.id));
  const kept = to.columns.flatMap((c) => (before.has(c.id) ? [{ from: before.get(c.id)!, to: c }] : []));
  return {
    kept,
    added: to.columns.filter((c) => !before.has(c.id)),
    dropped: from.columns.filter((c) => !after.has(c.id)),
    renamed: kept.filter((k) => k.from.name !== k.to.name)
  };
}

/** Renames in an order in which no name is taken twice; a ring goes round by a name of its own. */
export function renameOrder(renamed: readonly KeptColumn[], taken: readonly string[]): { from: string; to: string }[] {
  const left = renamed.map((k) => ({ from: k.from.name, to: k.to.name }));
  const order: { from: string; to: string }[] = [];
  const low = (name: string): string => name.toLowerCase();
  while (left.length > 0) {
    const free = left.findIndex((r) => !left.some((other) => other !== r && low(other.from) === low(r.to)));
    if (free >= 0) {
      order.push(left.splice(free, 1)[0]!);
      continue;
    }
    const first = left[0]!;
    let aside = `${first.from}_`;
    while ([...taken, ...left.map((r) => r.to)].some((name) => low(name) === low(aside))) aside += '_';
    order.push({ from: first.from, to: aside });
    first.from = aside;
  }
  return order;
}

/** Two lists by who is in them: what went, what came, what is in both and differs. */
export function listChange<T extends { id: string }>(from: readonly T[], to: readonly T[]): { gone: T[]; come: T[]; changed: { from: T; to: T }[] } {
  const before = new Map(from.map((x) => [x.id, x]));
  const after = new Set(to.map((x) => x.id));
  return {
    gone: from.filter((x) => !after.has(x.id)),
    come: to.filter((x) => !before.has(x.id)),
    changed: to.flatMap((x) => {
      const old = before.get(x.id);
      return old && !isSame(old, x) ? [{ from: old, to: x }] : [];
    })
  };
}

/** What is wrong with a definition before any engine sees it, in words. */
export function problemsOf(table: TableDefinition, foldsCase: boolean): string[] {
  const problems: string[] = [];
  if (table.relation.trim() === '') problems.push('The table has no name.');
  if (table.columns.length === 0) problems.push('The table has no columns.');
  const seen = new Set<string>();
  for (const column of table.columns) {
    const name = foldsCase ? column.name.toLowerCase() : column.name;
    // SQLite takes an empty name, so one that is there may stay.
    if (column.name === '' && column.id !== '') problems.push('A column has no name.');
    else if (seen.has(name)) problems.push(`Two columns are called ${column.name}.`);
    seen.add(name);
  }
  for (const key of table.foreignKeys) {
    if (key.target.relation === '') problems.push('A foreign key points to no table.');
    else if (key.columns.length === 0) problems.push(`The foreign key to ${key.target.relation} has no column.`);
    else if (key.targetColumns.length > 0 && key.targetColumns.length !== key.columns.length) {
      problems.push(`The foreign key to ${key.target.relation} has ${key.columns.length} of its own columns and ${key.targetColumns.length} of the target's.`);
    }
  }
  if (table.uniques.some((key) => key.columns.length === 0)) problems.push('A unique key has no column.');
  if (table.indexes.some((index) => index.name === '' || index.on.trim() === '')) problems.push('An index needs a name and what it is on.');
  if (table.checks.some((check) => check.sql.trim() === '')) problems.push('A check has no condition.');
  return problems;
}

/** A definition without one of its columns: keys, indexes and checks that need it go as well. */
export function withoutColumn(table: TableDefinition, id: string, speaks: (sql: string, name: string) => boolean): TableDefinition {
  const column = table.columns.find((c) => c.id === id);
  if (!column) return table;
  const name = column.name.toLowerCase();
  const old = column.id.toLowerCase();
  const mentions = (sql: string): boolean => speaks(sql, name) || speaks(sql, old);
  return {
    ...table,
    columns: table.columns.filter((c) => c.id !== id),
    primaryKey: table.primaryKey?.columns.includes(id) ? null : table.primaryKey,
    uniques: table.uniques.filter((k) => !k.columns.includes(id)),
    foreignKeys: table.foreignKeys.filter((k) => !k.columns.includes(id)),
    checks: table.checks.filter((c) => !mentions(c.sql)),
    indexes: table.indexes.filter((i) => !mentions(`${i.on} ${i.where ?? ''} ${i.tail}`))
  };
}
