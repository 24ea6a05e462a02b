import type { MenuItems } from '$lib/ui/menuItem';
import type { TableSession } from './tableSession.svelte';

/** What can be done with a column, by its head. */
export function headMenu(session: TableSession, column: number, onstatistics: (name: string) => void): MenuItems {
  const { grid } = session;
  const { name } = grid.columns[column]!;
  return [
    { label: 'Sort', run: () => session.sort(name, false) },
    { label: 'Sort by this as well', keys: '⇧', run: () => session.sort(name, true) },
    null,
    { label: 'Select the column', run: () => grid.selectColumns(column) },
    { label: 'Fit the width', keys: '0', run: () => grid.fit(column) },
    { label: 'Fit all widths', run: () => grid.columns.forEach((_, i) => grid.fit(i)) },
    null,
    { label: 'Statistics…', run: () => onstatistics(name) }
  ];
}
