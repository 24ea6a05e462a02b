import { messageOf, type Cell, type ColumnInfo, type ForeignKey, type NewValue } from '$workers/engine';
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

/** A cell by its row and by the place of its column among those of the relation. */
export interface Field {
  row: number;
  place: number;
}

/** The editing of one cell of a table tab at a time: in the grid, or in the form of its row. */
export class CellEditing {
  readonly #rows: EditableRows;
  /** The cell that is being edited. */
  edit = $state.raw<CellEdit | null>(null);
  /** Set while that cell is of a foreign key. */
  foreign = $state.raw<ForeignKeyEdit | null>(null);
  /** The cell that is edited in the form of its row. */
  field = $state.raw<Field | null>(null);
  #reading = new AbortController();

  constructor(rows: EditableRows) {
    this.#rows = rows;
  }

  /** Opens the editor of a cell of the grid; `typed` takes the place of its value. */
  begin(row: number, column: number, typed?: string): void {
    const place = this.#rows.table.grid.places[column];
    if (place !== undefined) this.#begin({ row, place }, false, typed);
  }

  /** Opens the editor of a cell in the form of its row. */
  beginInForm(row: number, place: number, typed?: string): void {
    this.#begin({ row, place }, true, typed);
  }

  #begin(at: Field, inForm: boolean, typed?: string): void {
    const info = this.#rows.infoAt(at.place);
    const { grid } = this.#rows.table;
    if (at.row === HEAD || !info || this.#rows.refusal !== null || grid.row(at.row) === undefined) return;
    const refused = this.#rows.refusalOf(info);
    if (refused) return this.#rows.say(refused);
    if (grid.marked(at.row)?.mark === 'delete') return this.#rows.say('This row is to be deleted. Undo that to edit it.');
    const value = this.shownValue(at);
    if (typeof value === 'object' && value !== null && 'long' in value) void this.#beginLong(at, inForm, info, typed);
    else this.#open(at, inForm, info, value, typed);
  }

  async #beginLong(at: Field, inForm: boolean, info: ColumnInfo, typed?: string): Promise<void> {
    this.#reading.abort();
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    const { grid } = this.#rows.table;
    try {
      const value = await grid.wholeValue(at.row, at.place, signal);
      const isStill = grid.active.row === at.row && (inForm || grid.places[grid.active.column] === at.place);
      if (!signal.aborted && isStill) this.#open(at, inForm, info, value, typed);
    } catch (e) {
      if (!signal.aborted) this.#rows.say(`${info.name} could not be read whole. ${messageOf(e)}`);
    }
  }

  /** What is shown in a cell, a default told from NULL. */
  shownValue({ row, place }: Field): NewValue {
    const { grid } = this.#rows.table;
    return grid.marked(row)?.defaults.has(place) ? DEFAULT : (grid.row(row)?.[place] ?? null);
  }

  #open(at: Field, inForm: boolean, info: ColumnInfo, value: NewValue, typed?: string): void {
    const { grid, columns } = this.#rows.table;
    const { row, place } = at;
    const shown = columns[place]!;
    const target = this.#rows.targetAt(row);
    if (!target) return;
    const relation = this.#rows.table.info!;
    const seen: Cell = typeof value === 'object' && value !== null && 'default' in value ? null : value;
    const end = (move: EditMove): void => {
      this.edit = null;
      this.foreign = null;
      this.field = null;
      grid.editing = null;
      if (move !== 'stay') this.#goOn(at, inForm, move);
    };
    this.edit = new CellEdit({
      column: {
        name: shown.name,
        oid: shown.oid,
        type: info.type,
        base: info.base,
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
    if (inForm) this.field = at;
    else grid.editing = { row, column: grid.places.indexOf(place) };
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

  /** Goes on to the next cell that can be edited: in the grid around the ends of rows, in the form within its row. */
  #goOn({ row, place }: Field, inForm: boolean, move: EditMove): void {
    const { grid, columns } = this.#rows.table;
    const by = move === 'next' ? 1 : -1;
    const canEdit = (at: number): boolean => this.#rows.refusalOf(this.#rows.infoAt(at)) === null;
    if (inForm) {
      let next = place + by;
      while (next >= 0 && next < columns.length && !canEdit(next)) next += by;
      if (next >= 0 && next < columns.length) this.beginInForm(row, next);
      return;
    }
    let at = { row, column: grid.places.indexOf(place) };
    for (let tries = 0; tries < grid.columns.length; tries++) {
      at = { row: at.row, column: at.column + by };
      if (at.column < 0 || at.column >= grid.columns.length) {
        at = { row: at.row + by, column: by > 0 ? 0 : grid.columns.length - 1 };
      }
      if (at.row < 0 || at.row >= grid.rowCount) return;
      if (canEdit(grid.places[at.column]!)) break;
    }
    grid.go(at);
    this.begin(at.row, at.column);
  }

  leave(): void {
    this.edit?.leave();
  }

  dispose(): void {
    this.#reading.abort();
  }
}
