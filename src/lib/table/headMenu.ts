import { printShortcut } from '$lib/base/shortcutKeys';
import type { MenuItem, MenuItems } from '$lib/ui/menuItem';
import type { TableSession } from './tableSession.svelte';

/** What can be done with a column, by its head. */
export function headMenu(session: TableSession, column: number, onstatistics: (name: string) => void): MenuItems {
  const { grid, layout } = session;
  const { name } = grid.columns[column]!;
  const isFrozen = layout.frozen.has(name);
  const last = grid.columns.length - 1;
  const first = isFrozen ? 0 : grid.frozen;
  const end = isFrozen ? grid.frozen - 1 : last;
  const move = (label: string, to: number, keys?: string): MenuItem => ({
    label,
    keys,
    disabled: to < first || to > end || to === column,
    run: () => grid.moveColumn(column, to)
  });
  return [
    { label: 'Sort', run: () => session.sort(name, false) },
    { label: 'Sort by this as well', keys: '⇧', run: () => session.sort(name, true) },
    null,
    { label: 'Hide', disabled: last === 0, run: () => layout.setHidden(name, true) },
    ...(layout.hidden.size > 0 ? [{ label: 'Show all columns', run: () => layout.showAll() }] : []),
    { label: isFrozen ? 'Unfreeze' : 'Freeze to the left', run: () => layout.setFrozen(name, !isFrozen) },
    move('Move left', column - 1, printShortcut('Alt+Shift+ArrowLeft')),
    move('Move right', column + 1, printShortcut('Alt+Shift+ArrowRight')),
    move('Move to the start', first),
    move('Move to the end', end),
    null,
    { label: 'Select the column', run: () => grid.selectColumns(column) },
    { label: 'Fit the width', keys: '0', run: () => grid.fit(column) },
    { label: 'Fit all widths', run: () => grid.fitAll() },
    null,
    { label: 'Statistics…', run: () => onstatistics(name) }
  ];
}
