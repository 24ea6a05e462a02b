import type { Cell, ColumnInfo, ForeignKey, NewValue } from '$workers/engine';
import { CellEdit, type EditMove } from '$lib/grid/cellEdit.svelte';
import { HEAD } from '$lib/grid/selection';
import { DEFAULT, type EditableRows, type Target } from './editableRows.svelte';

/** The editing of a cell of a foreign key: its columns are set together. */
export interface ForeignKeyEdit {
  edit: CellEdit;
  key: ForeignKey;
  /** What the row has in the key's columns now. */
  value: Cell[];
  /** Takes the key of another row. */
  pick(values: readonly Cell[]): void;
}

/** The editing of one cell of a table tab at a time. */
export class CellEditing {
  readonly #rows: EditableRows;
  /** The cell that is being edited. */
  edit = $state.raw<CellEdit | null>(null);
  /** Set while that cell is of a foreign key. */
  foreign = $state.raw<ForeignKeyEdit | null>(null);
  #reading = new AbortController();

  constructor(rows: EditableRows) {
    this.#rows = rows;
  }

  /** Opens the editor of a cell; `typed` takes the place of its value. */
  begin(row: number, column: number, typed?: string): void {
    const info = this.#rows.columnInfo(column);
    const { grid } = this.#rows.table;
    if (row === HEAD || !info || this.#rows.refusal !== null || grid.row(row) === undefined) return;
    const refused = this.#rows.refusalOf(info);
    if (refused) return this.#rows.say(refused);
    if (grid.marked(row)?.mark === 'delete') return this.#rows.say('This row is to be deleted. Undo that to edit it.');
    const value = this.shownValue(row, column);
    if (typeof value === 'object' && value !== null && 'long' in value) void this.#beginLong(row, column, info, typed);
    else this.#open(row, column, info, value, typed);
  }

  async #beginLong(row: number, column: number, info: ColumnInfo, typed?: string): Promise<void> {
    this.#reading.abort();
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    try {
      const value = await this.#rows.table.grid.wholeCell(row, column, signal);
      const { active } = this.#rows.table.grid;
      if (!signal.aborted && active.row === row && active.column === column) this.#open(row, column, info, value, typed);
    } catch (e) {
      if (!signal.aborted) this.#rows.say(`${info.name} could not be read whole. ${e instanceof Error ? e.message : String(e)}`);
    }
  }

  /** What is shown in a cell, a default told from NULL. */
  shownValue(row: number, column: number): NewValue {
    const { grid } = this.#rows.table;
    return grid.marked(row)?.defaults.has(grid.places[column]!) ? DEFAULT : (grid.cell(row, column) ?? null);
  }

  #open(row: number, column: number, info: ColumnInfo, value: NewValue, typed?: string): void {
    const { grid } = this.#rows.table;
    const shown = grid.columns[column]!;
    const target = this.#rows.targetAt(row);
    if (!target) return;
    const relation = this.#rows.table.info!;
    const seen: Cell = typeof value === 'object' && value !== null && 'default' in value ? null : value;
    const end = (move: EditMove): void => {
      this.edit = null;
      this.foreign = null;
      grid.editing = null;
      if (move !== 'stay') this.#goOn(row, column, move);
    };
    this.edit = new CellEdit({
      column: {
        name: shown.name,
        oid: shown.oid,
        type: info.type,
        family: info.family,
        nullable: info.nullable,
        choices: this.#choices(info),
        default: info.default ?? (this.#rows.dialect.fillsItself(info, relation) ? 'The database gives it' : null)
      },
      value,
      typed,
      parse: (text) => this.#rows.dialect.cellOf(text, { type: info.base ?? info.type, family: info.family }, seen),
      onkeep: (kept, move) => {
        end(move);
        this.#rows.stage([{ target, data: { [info.name]: kept } }], `Edit ${info.name}`);
      },
      onleave: end
    });
    const key = relation.foreignKeys.find((k) => k.columns.includes(info.name));
    if (key) this.foreign = this.#foreign(this.edit, key, row, target);
    grid.editing = { row, column };
  }

  #foreign(edit: CellEdit, key: ForeignKey, row: number, target: Target): ForeignKeyEdit {
    const { grid, columns } = this.#rows.table;
    const shown = grid.row(row) ?? [];
    const placeOf = (name: string): number => columns.findIndex((c) => c.name === name);
    return {
      edit,
      key,
      value: key.columns.map((name) => shown[placeOf(name)] ?? null),
      pick: (values) => {
        edit.leave();
        const data = Object.fromEntries(key.columns.map((name, i) => [name, values[i] ?? null]));
        this.#rows.stage([{ target, data }], `Edit ${key.columns.join(', ')}`);
      }
    };
  }

  #choices(info: ColumnInfo): { value: Cell; label: string }[] | undefined {
    if (info.labels) return info.labels.map((label) => ({ value: label, label }));
    if (info.family !== 'boolean') return undefined;
    const [yes, no] = this.#rows.dialect.booleans;
    return [
      { value: yes, label: 'true' },
      { value: no, label: 'false' }
    ];
  }

  /** Goes on to the next cell that can be edited, around the ends of rows. */
  #goOn(row: number, column: number, move: EditMove): void {
    const { grid } = this.#rows.table;
    const by = move === 'next' ? 1 : -1;
    let place = { row, column };
    for (let tries = 0; tries < grid.columns.length; tries++) {
      place = { row: place.row, column: place.column + by };
      if (place.column < 0 || place.column >= grid.columns.length) {
        place = { row: place.row + by, column: by > 0 ? 0 : grid.columns.length - 1 };
      }
      if (place.row < 0 || place.row >= grid.rowCount) return;
      if (this.#rows.refusalOf(this.#rows.columnInfo(place.column)) === null) break;
    }
    grid.go(place);
    this.begin(place.row, place.column);
  }

  leave(): void {
    this.edit?.leave();
  }

  dispose(): void {
    this.#reading.abort();
  }
}
