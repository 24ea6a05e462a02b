import { printShortcut } from '$lib/base/shortcutKeys';
import { changesStore } from '$lib/changes/changesStore.svelte';
import type { MenuItem, MenuItems } from '$lib/ui/menuItem';
import { DEFAULT } from './editableRows.svelte';
import { tableKeys } from './tableKeys';
import type { TableSession } from './tableSession.svelte';

/** What can be done with the selected cells of a table. */
export function cellMenu(session: TableSession, canEdit: boolean): MenuItems {
  const { grid, actions, editing } = session;
  const { row, column } = grid.active;
  const { connectionId } = session.owner;
  const { schema, relation } = session.ref;
  const view: MenuItem = { label: 'Show the whole value', keys: 'Space', run: () => (grid.isViewOpen = true) };
  if (!canEdit) return [view];
  const change = grid.marked(row);
  return [
    { label: 'Edit', keys: 'F2', disabled: change?.mark === 'delete', run: () => editing.begin(row, column) },
    view,
    null,
    { label: 'Set NULL', keys: printShortcut(tableKeys.setNull), run: () => void actions.setSelection(null) },
    { label: 'Set default', run: () => void actions.setSelection(DEFAULT) },
    { label: 'Set empty text', run: () => void actions.setSelection('') },
    { label: 'Fill down', keys: printShortcut(tableKeys.fillDown), disabled: !grid.hasRange, run: () => void actions.fillDown() },
    null,
    { label: 'Add row', keys: printShortcut(tableKeys.add), run: () => actions.addRow() },
    { label: 'Duplicate', keys: printShortcut(tableKeys.duplicate), run: () => void actions.duplicateRows() },
    {
      label: 'Undo',
      keys: printShortcut(tableKeys.undo),
      disabled: !changesStore.canUndo(connectionId, schema, relation),
      run: () => actions.undo()
    },
    {
      label: 'Redo',
      keys: printShortcut(tableKeys.redo),
      disabled: !changesStore.canRedo(connectionId, schema, relation),
      run: () => actions.redo()
    },
    null,
    { label: 'Delete rows', keys: printShortcut(tableKeys.remove), danger: true, run: () => void actions.deleteRows() }
  ];
}
