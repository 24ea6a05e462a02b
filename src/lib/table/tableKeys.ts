import { matches, type Shortcut } from '$lib/base/shortcutKeys';
import type { GridState } from '$lib/grid/gridState.svelte';
import { HEAD } from '$lib/grid/selection';
import type { RowActions } from './rowActions';

/** Keys of the rows of a table tab, as they are written for shortcuts and printed in menus. */
export const tableKeys = {
  add: 'Mod+i',
  duplicate: 'Mod+d',
  remove: 'Mod+Backspace',
  setNull: 'Backspace',
  fillDown: 'Mod+Shift+d',
  undo: 'Mod+z',
  redo: 'Mod+Shift+z',
  form: 'F4'
} as const satisfies Record<string, Shortcut>;

/** Does what a key means for the rows of a table; false when it means nothing here. */
export function pressTableKey(event: KeyboardEvent, grid: GridState, actions: RowActions): boolean {
  const isDelete = event.key === 'Delete' && !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
  if (matches(event, tableKeys.undo)) actions.undo();
  else if (matches(event, tableKeys.redo) || matches(event, 'Mod+y')) actions.redo();
  else if (matches(event, tableKeys.add) || matches(event, 'Insert') || matches(event, 'Alt+Insert')) actions.addRow();
  else if (grid.active.row === HEAD) return false;
  else if (matches(event, tableKeys.duplicate)) void actions.duplicateRows();
  else if (matches(event, tableKeys.fillDown)) void actions.fillDown();
  else if (matches(event, tableKeys.remove) || (isDelete && grid.isWholeRows)) void actions.deleteRows();
  else if (matches(event, tableKeys.setNull) || isDelete) void actions.setSelection(null);
  else return false;
  return true;
}
