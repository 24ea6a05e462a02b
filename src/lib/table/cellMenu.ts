import { printShortcut } from '$lib/base/shortcutKeys';
import { changesStore } from '$lib/changes/changesStore.svelte';
import { wholeText } from '$lib/grid/cellText';
import type { Filter } from '$workers/engine';
import { alsoFilter, setOf } from '$lib/tabs/filterTree';
import type { MenuItem, MenuItems } from '$lib/ui/menuItem';
import { DEFAULT } from './editableRows.svelte';
import { linkOf, openRowOf } from './relatedRows';
import { tableKeys } from './tableKeys';
import type { TableSession } from './tableSession.svelte';

/** What can be done with the selected cells of a table. */
export function cellMenu(session: TableSession, canEdit: boolean, onreferences: () => void): MenuItems {
  const { grid, actions, editing } = session;
  const { row, column } = grid.active;
  const { connectionId } = session.owner;
  const { schema, relation } = session.ref;
  const view: MenuItem = { label: 'Show the whole value', keys: 'Space', run: () => (grid.isViewOpen = true) };
  const form: MenuItem = { label: 'Show the row as a form', keys: printShortcut(tableKeys.form), run: () => (session.isFormOpen = true) };
  const only = [...quickFilter(session, row, column), ...related(session, row, column, onreferences)];
  if (!canEdit) return [view, form, null, ...only];
  const change = grid.marked(row);
  return [
    { label: 'Edit', keys: 'F2', disabled: change?.mark === 'delete', run: () => editing.begin(row, column) },
    view,
    form,
    null,
    ...only,
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

/** Ways to the row that a cell points to, and to those that point to its row. */
function related(session: TableSession, row: number, column: number, onreferences: () => void): MenuItem[] {
  const { grid, info } = session;
  const link = linkOf(session, grid.columns[column]!.name, grid.row(row) ?? []);
  const to: MenuItem[] = link
    ? [
        {
          label: `Open the row of ${link.key.target.relation}`,
          disabled: link.values.some((v) => v === null),
          run: () => openRowOf(session.owner, link.key.target, link.key.targetColumns, link.values)
        }
      ]
    : [];
  return [...to, ...(info?.kind === 'table' || info?.kind === 'partitioned-table' ? [{ label: 'Rows that point here…', run: onreferences }] : [])];
}

/** Filters by the value of a cell; nothing for one that cannot be compared as text. */
function quickFilter(session: TableSession, row: number, column: number): MenuItem[] {
  const { name } = session.grid.columns[column]!;
  const cell = session.grid.cell(row, column);
  if (cell === undefined || cell instanceof Uint8Array || (cell !== null && typeof cell === 'object' && !('real' in cell))) return [];
  const filter = (operator: string): void => {
    const values = cell === null ? [] : [wholeText(cell, {})];
    const also: Filter = { column: name, operator, values, enabled: true };
    session.isFilterShown = true;
    void session.filter((now) => setOf(alsoFilter(now, also))).then(({ error }) => {
      if (error) session.editable.say(`Not filtered. ${error.message}`);
    });
  };
  return [
    { label: 'Only this value', run: () => filter(cell === null ? 'is-null' : 'equals') },
    { label: 'Not this value', run: () => filter(cell === null ? 'is-not-null' : 'not-equals') }
  ];
}
