import { isLongCell, messageOf, type Cell, type ColumnInfo, type NewValue } from '$workers/engine';
import { plural } from '$lib/base/format';
import { changesStore } from '$lib/changes/changesStore.svelte';
import type { StagedChange } from '$lib/changes/stagedChange';
import { undoInstantCommit } from '$lib/workspace/commitStaged.svelte';
import { DEFAULT, type EditableRows } from './editableRows.svelte';

/** What can be done to the selected rows of a table tab. Whatever is done is staged. */
export class RowActions {
  readonly #rows: EditableRows;

  constructor(rows: EditableRows) {
    this.#rows = rows;
  }

  get #connectionId() {
    return this.#rows.table.owner.connectionId;
  }

  /** Sets all selected cells to one value, where their columns take it. */
  async setSelection(value: null | '' | typeof DEFAULT): Promise<void> {
    const { selection, columns } = this.#rows.table.grid;
    if (!selection || this.#rows.refusal !== null) return;
    const names: string[] = [];
    for (let column = selection.left; column <= selection.right; column++) {
      const info = this.#rows.columnInfo(column);
      if (info && this.#rows.refusalOf(info) === null && this.#takes(info, value)) names.push(info.name);
    }
    if (names.length === 0) {
      const name = columns[selection.left]!.name;
      return this.#rows.say(value === null ? `${name} takes no NULL.` : value === '' ? `${name} takes no empty text.` : `${name} has no default.`);
    }
    const data = Object.fromEntries(names.map((name) => [name, value]));
    const rows = (await this.#rows.rowsIn(selection)) ?? [];
    const edits = rows.filter((r) => r.marked?.mark !== 'delete').map(({ target }) => ({ target, data }));
    this.#rows.stage(edits, value === null ? 'Set NULL' : value === '' ? 'Set empty text' : 'Set default');
  }

  #takes(column: ColumnInfo, value: null | '' | typeof DEFAULT): boolean {
    if (value === null) return column.nullable;
    if (value === '') return column.family === 'text' || column.family === 'other';
    return this.#rows.dialect.fillsItself(column, this.#rows.table.info!);
  }

  undo(): void {
    if (!changesStore.canUndo(this.#connectionId, this.#rows.names.schema, this.#rows.names.table) && undoInstantCommit(this.#rows.table.owner)) return;
    const { schema, table } = this.#rows.names;
    changesStore.undo(this.#connectionId, schema, table);
  }

  redo(): void {
    const { schema, table } = this.#rows.names;
    changesStore.redo(this.#connectionId, schema, table);
  }

  // Rows.

  /** Stages a new row, with nothing but its defaults, and makes its first cell the active one. */
  addRow(): void {
    if (this.#rows.refusal !== null) return;
    this.#rows.table.stageAll([this.#rows.change('insert', {})], 'Add a row');
    this.#rows.table.grid.toTop();
    this.#rows.table.grid.go({ row: this.#rows.table.grid.above - 1, column: 0 });
  }

  /** Stages copies of the selected rows; what the database fills itself is left to it where it must be unique. */
  async duplicateRows(): Promise<void> {
    const { grid, info, columns } = this.#rows.table;
    if (!grid.selection || this.#rows.refusal !== null || !info) return;
    const copied = columns.map((c, place) => ({ place, info: info.columns.find((i) => i.name === c.name) })).filter(({ info: c }) => c && this.#isCopied(c));
    const rows = (await this.#rows.rowsIn(grid.selection)) ?? [];
    if (rows.length === 0) return;
    try {
      const inserts: StagedChange[] = [];
      for (const { index, cells, marked } of rows) {
        const data: Record<string, Cell> = {};
        for (const { place, info: column } of copied) {
          const cell = cells[place] ?? null;
          const whole = cell !== null && isLongCell(cell) ? await grid.wholeValue(index, place) : cell;
          if (!marked?.defaults.has(place)) Object.defineProperty(data, column!.name, { value: whole, enumerable: true, writable: true, configurable: true });
        }
        inserts.push(this.#rows.change('insert', { data }));
      }
      this.#rows.table.stageAll(inserts, `Duplicate ${plural(inserts.length, 'row')}`);
      grid.toTop();
      grid.go({ row: grid.above - inserts.length, column: 0 });
    } catch (e) {
      this.#rows.say(`Not duplicated. ${messageOf(e)}`);
    }
  }

  #isCopied(column: ColumnInfo): boolean {
    if (column.generated) return false;
    return !(column.keyPlace > 0 && this.#rows.dialect.fillsItself(column, this.#rows.table.info!)) && column.identity === null;
  }

  /** Stages the deletion of the selected rows; of rows that are only staged nothing is left. */
  async deleteRows(): Promise<void> {
    const { grid } = this.#rows.table;
    if (!grid.selection || this.#rows.refusal !== null) return;
    const rows = (await this.#rows.rowsIn(grid.selection)) ?? [];
    const changes = rows.filter((r) => r.marked?.mark !== 'delete').map(({ target }) => this.#rows.change('delete', target));
    if (changes.length > 0) this.#rows.table.stageAll(changes, `Delete ${plural(changes.length, 'row')}`);
  }


  /** Gives all selected cells of a column the value of the first of them. */
  async fillDown(): Promise<void> {
    const { grid, columns } = this.#rows.table;
    const { selection } = grid;
    if (!selection || selection.bottom === selection.top || this.#rows.refusal !== null) return;
    const rows = (await this.#rows.rowsIn(selection)) ?? [];
    const [first, ...others] = rows;
    if (!first) return;
    try {
      const data: Record<string, NewValue> = Object.fromEntries(
        await Promise.all(
          Array.from({ length: selection.right - selection.left + 1 }, (_, i) => selection.left + i)
            .filter((column) => this.#rows.refusalOf(this.#rows.columnInfo(column)) === null)
            .map(async (column): Promise<[string, NewValue]> => {
              const place = grid.places[column]!;
              const name = columns[place]!.name;
              return [name, first.marked?.defaults.has(place) ? DEFAULT : await grid.wholeValue(first.index, place)];
            })
        )
      );
      this.#rows.stage(
        others.filter((r) => r.marked?.mark !== 'delete').map(({ target }) => ({ target, data })),
        'Fill down'
      );
    } catch (e) {
      this.#rows.say(`Not filled. ${messageOf(e)}`);
    }
  }
}
