import type { GridState } from './gridState.svelte';
import type { GridView } from './gridView.svelte';
import { HEAD } from './selection';

/** What a key asks the grid's owner for. */
export interface GridKeyActions {
  /** Enter on a cell. */
  activate(row: number, column: number): void;
  /** F2 on a cell, or a character typed on it; absent where nothing can be edited. */
  edit?: (row: number, column: number, typed?: string) => void;
  /** Enter or Space on a head. */
  head(column: number, event: KeyboardEvent): void;
  toggleView(): void;
  closeView(): void;
}

/** True for a key that types something. */
const isCharacter = (key: string): boolean => [...key].length === 1;

/** How far a key widens a column, px. */
const WIDEN = 16;

/** Width keys on a head: + and − change it, 0 fits it. False for other keys. */
function resizeByKey(grid: GridState, key: string): boolean {
  const { column } = grid.active;
  const width = grid.widths[column] ?? 0;
  if (key === '+' || key === '=') grid.resize(column, width + WIDEN);
  else if (key === '-') grid.resize(column, width - WIDEN);
  else if (key === '0') grid.fit(column);
  else return false;
  return true;
}

/** Moves the column whose head is active by Alt ⇧ and an arrow. False for other keys. */
function moveByKey({ key, shiftKey }: KeyboardEvent, grid: GridState, view: GridView): boolean {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (!by || !shiftKey || !grid.canMoveColumns || grid.active.row !== HEAD) return false;
  if (grid.moveColumn(grid.active.column, grid.active.column + by)) view.reveal(grid.active);
  return true;
}

/** Does what a key means in a grid; true when it meant something and the active cell may have moved. */
export function pressKey(event: KeyboardEvent, grid: GridState, view: GridView, actions: GridKeyActions): boolean {
  if (event.isComposing) return false;
  if (event.altKey) return moveByKey(event, grid, view);
  const { key, shiftKey } = event;
  const far = event.ctrlKey || event.metaKey;
  const { row, column } = grid.active;
  if (grid.move(key, far, shiftKey, view.page)) {
    view.reveal(grid.active);
    return true;
  }
  if (far && key.toLowerCase() === 'a' && !shiftKey) grid.selectAll();
  else if (key === ' ' && event.ctrlKey) grid.selectColumns(column);
  else if (far) return false;
  else if (key === ' ' && shiftKey && row !== HEAD) grid.selectRows(row);
  else if (key === 'Escape') {
    if (grid.isViewOpen) actions.closeView();
    else if (!grid.clearSelection()) return false;
  } else if (row === HEAD && (key === 'Enter' || key === ' ')) actions.head(column, event);
  else if (row === HEAD) return resizeByKey(grid, key);
  else if (key === 'Enter') actions.activate(row, column);
  else if (key === ' ') actions.toggleView();
  else if (key === 'F2' && actions.edit) actions.edit(row, column);
  else if (isCharacter(key) && actions.edit) actions.edit(row, column, key);
  else return false;
  return true;
}
