import { printShortcut } from '$lib/base/shortcutKeys';
import { changesStore } from '$lib/changes/changesStore.svelte';
import { wholeText } from '$lib/grid/cellText';
import type { MenuItem, MenuItems } from '$lib/ui/menuItem';
import { DEFAULT } from './editableRows.svelte';
import { openRowOf, referencingMenu } from './relatedRows';
import { tableKeys } from './tableKeys';
import type { TableSession } from './tableSession.svelte';

/** What can be done with the selected cells of a table. */
export function cellMenu(session: TableSession, canEdit: boolean, onmore: (items: MenuItems) => void): MenuItems {
  const { grid, actions, editing } = session;
  const { row, column } = grid.active;
  const { connectionId } = session.owner;
  const { schema, relation } = session.ref;
  const view: MenuItem = { label: 'Show the whole value', keys: 'Space', run: () => (grid.isViewOpen = true) };
  const only = [...quickFilter(session, row, column), ...related(session, row, column, onmore)];
  if (!canEdit) return [view, null, ...only];
  const change = grid.marked(row);
  return [
    { label: 'Edit', keys: 'F2', disabled: change?.mark === 'delete', run: () => editing.begin(row, column) },
    view,
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
function related(session: TableSession, row: number, column: number, onmore: (items: MenuItems) => void): MenuItem[] {
  const { grid, info, columns } = session;
  const key = info?.foreignKeys.find((k) => k.columns.includes(grid.columns[column]!.name));
  const cells = grid.row(row) ?? [];
  const values = key?.columns.map((name) => cells[columns.findIndex((c) => c.name === name)] ?? null) ?? [];
  const to: MenuItem[] = key
    ? [
        {
          label: `Open the row of ${key.target.relation}`,
          disabled: values.some((v) => v === null),
          run: () => openRowOf(session.owner, key.target, key.targetColumns, values)
        }
      ]
    : [];
  const show = (): void => {
    referencingMenu(session, row).then(onmore, (e: unknown) => session.editable.say(e instanceof Error ? e.message : String(e)));
  };
  return [...to, ...(info?.kind === 'table' || info?.kind === 'partitioned-table' ? [{ label: 'Rows that point here…', run: show }] : [])];
}

/** Filters by the value of a cell; nothing for one that cannot be compared as text. */
function quickFilter(session: TableSession, row: number, column: number): MenuItem[] {
  const { name } = session.grid.columns[column]!;
  const cell = session.grid.cell(row, column);
  if (cell === undefined || cell instanceof Uint8Array || (cell !== null && typeof cell === 'object' && !('real' in cell))) return [];
  const filter = (operator: string): void => {
    const values = cell === null ? [] : [wholeText(cell, {})];
    const filters = [...session.state.filters, { column: name, operator, values, enabled: true }];
    session.isFilterShown = true;
    void session.filter({ filters, join: 'and' }).then((error) => {
      if (error) session.editable.say(`Not filtered. ${error.message}`);
    });
  };
  return [
    { label: 'Only this value', run: () => filter(cell === null ? 'is-null' : 'equals') },
    { label: 'Not this value', run: () => filter(cell === null ? 'is-not-null' : 'not-equals') }
  ];
}
