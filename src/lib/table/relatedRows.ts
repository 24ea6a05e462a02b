import { isLongCell, type Cell, type Filter, type ForeignKey, type RelationRef } from '$workers/engine';
import { plural } from '$lib/base/format';
import { engineFor } from '$lib/connections/registry';
import { wholeText } from '$lib/grid/cellText';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import type { MenuItems } from '$lib/ui/menuItem';
import { openTable, type Owner } from '$lib/workspace/navigate';
import type { TableSession } from './tableSession.svelte';

/** Opens a relation with nothing but the rows whose columns have these values. */
export function openRowOf(owner: Owner, ref: RelationRef, columns: readonly string[], values: readonly Cell[]): void {
  const filters = columns.map((column, i): Filter => {
    const value = values[i] ?? null;
    return value === null
      ? { column, operator: 'is-null', values: [], enabled: true }
      : { column, operator: 'equals', values: [wholeText(value, {})], enabled: true };
  });
  uiStore.setFilters(owner, ref.schema, ref.relation, { filters, join: 'and', where: '', search: '' });
  void openTable(owner, ref.schema, ref.relation);
}

/** The foreign key that a column is part of, with what a row has in its columns; null for other columns. */
export function linkOf(session: TableSession, column: string, row: readonly Cell[]): { key: ForeignKey; values: Cell[] } | null {
  const key = session.info?.foreignKeys.find((k) => k.columns.includes(column));
  if (!key) return null;
  return { key, values: key.columns.map((name) => row[session.columns.findIndex((c) => c.name === name)] ?? null) };
}

/** Who points to a row of a table, as lines of a menu that lead there. Rejects with EngineError. */
export async function referencingMenu(session: TableSession, row: number): Promise<MenuItems> {
  const stored = session.grid.stored(row);
  if (!stored) return [{ label: 'This row is not in the database yet', disabled: true, run: () => undefined }];
  const values = Object.fromEntries(session.columns.map((c, place) => [c.name, stored[place] ?? null]));
  const short = Object.fromEntries(Object.entries(values).filter(([, cell]) => cell === null || !isLongCell(cell)));
  const found = await engineFor(session.owner.connectionId).referencingRows(session.ref, short);
  if (found.length === 0) return [{ label: `No foreign key points to ${session.ref.relation}`, disabled: true, run: () => undefined }];
  return found.map(({ from, columns, targetColumns, count, more }) => ({
    label: `${from.schema}.${from.relation} (${columns.join(', ')})`,
    note: more ? `${plural(count, 'row')} and more` : plural(count, 'row'),
    disabled: count === 0,
    run: () => openRowOf(session.owner, from, columns, targetColumns.map((name) => values[name] ?? null))
  }));
}
