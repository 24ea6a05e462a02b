import type { Cell } from '$workers/engine';
import { GridColumns, type GridOptions } from './gridColumns.svelte';
import type { RowSource } from './rowSource';
import {
  HEAD,
  cellsOf,
  everything,
  isInside,
  placeAfter,
  rangeOf,
  wholeColumns,
  wholeRows,
  within,
  type CellPlace,
  type CellRange
} from './selection';

/**
 * All that a grid knows: its rows at hand, its columns, scroll position, active cell and selection. Lives outside
 * the component, so that a tab keeps its place while another one is shown. Dispose it with its tab.
 */
export class GridState extends GridColumns {
  /** Scroll offset in px of content: rows below the heads, columns right of the numbers. */
  top = $state(0);
  left = $state(0);
  /** The cell that has or would get the focus; row -1 is its column's head. */
  active = $state.raw<CellPlace>({ row: 0, column: 0 });
  #anchor: CellPlace = { row: 0, column: 0 };
  #whole: 'rows' | 'columns' | null = null;
  #range = $state.raw<CellRange | null>(null);
  /** Counts the times that `top` was set from outside the grid. */
  placed = $state(0);
  /** The cell that is being edited. */
  editing = $state.raw<CellPlace | null>(null);
  /** The panel that shows the active cell whole. */
  isViewOpen = $state(false);

  /** The selection within the rows and columns that there are; at least the active cell. */
  readonly selection = $derived.by((): CellRange | null => {
    const range = this.#range ?? rangeOf(this.active, this.active);
    return within(range, this.rowCount, this.columns.length);
  });
  readonly selectedCells = $derived(this.selection ? cellsOf(this.selection) : 0);

  constructor(source: RowSource, options: GridOptions = {}) {
    super(source, options);
  }

  /** One value as it is shown; `column` is the place among the shown columns. */
  cell(row: number, column: number): Cell | undefined {
    return this.row(row)?.[this.places[column]!];
  }

  /** One value, whole; `column` as above. Rejects when the source cannot bring it. */
  wholeCell(row: number, column: number, signal?: AbortSignal): Promise<Cell> {
    return this.wholeValue(row, this.places[column]!, signal);
  }

  /**
   * Moves a column to the place of another, both among the shown ones; the active cell goes with it. Frozen columns
   * and the others stay apart. False when it stays where it is.
   */
  moveColumn(from: number, to: number): boolean {
    const isAcross = from < this.frozen !== to < this.frozen;
    if (!this.canMoveColumns || from === to || to < 0 || to >= this.columns.length || isAcross) return false;
    this.options.onmove!(from, to);
    this.go({ row: this.active.row, column: to });
    return true;
  }

  /** Rows as they are shown, columns too: those at hand, the rest read. */
  async readRows(from: number, count: number, signal: AbortSignal): Promise<Cell[][]> {
    const { overlay } = this.source;
    const staged = Math.max(0, Math.min(count, this.above - from));
    const rows = Array.from({ length: staged }, (_, i) => this.row(from + i)!);
    if (staged < count) {
      for (const row of await this.storedRows(from + staged, count - staged, signal)) rows.push(overlay?.of(row)?.cells ?? row);
    }
    return rows.map((row) => this.places.map((place) => row[place] ?? null));
  }

  /** True for a selected cell; the active one alone is no selection. */
  isSelected(row: number, column: number): boolean {
    return this.#range !== null && isInside(this.#range, row, column);
  }

  /** True when whole rows are selected by their numbers. */
  get isWholeRows(): boolean {
    return this.#range !== null && this.#whole === 'rows';
  }

  get hasRange(): boolean {
    return this.#range !== null;
  }

  /** Scrolls up to the first row and makes its cell the active one: the rows are going to be others. */
  toTop(): void {
    this.top = 0;
    this.placed++;
    if (this.active.row !== HEAD) this.go({ row: 0, column: this.active.column });
    else this.clearSelection();
  }

  /** Makes a cell the active one; with `extend` the selection reaches from where it began to here. */
  go(place: CellPlace, extend = false): void {
    this.active = place;
    if (!extend) {
      this.#anchor = place;
      this.#whole = null;
      this.#range = null;
    } else if (this.#whole === 'rows') this.#range = wholeRows(this.#anchor.row, place.row);
    else if (this.#whole === 'columns') this.#range = wholeColumns(this.#anchor.column, place.column);
    else this.#range = rangeOf(this.#anchor, place);
  }

  /** Moves by a key; false when the key moves nothing. `page` is the rows of a view. */
  move(key: string, far: boolean, extend: boolean, page: number): boolean {
    const to = placeAfter(this.active, key, far, { rows: this.rowCount, columns: this.columns.length, page });
    if (!to) return false;
    if (extend && to.row === HEAD && this.active.row !== HEAD) to.row = 0;
    if (to.row === HEAD && extend) this.selectColumns(to.column, true);
    else this.go(to, extend);
    return true;
  }

  selectRows(row: number, extend = false): void {
    if (!extend) this.#anchor = { row, column: 0 };
    this.#whole = 'rows';
    this.active = { row, column: extend ? this.active.column : 0 };
    this.#range = wholeRows(this.#anchor.row, row);
  }

  selectColumns(column: number, extend = false): void {
    if (!extend) this.#anchor = { row: Math.max(0, this.active.row), column };
    this.#whole = 'columns';
    this.active = { row: this.active.row, column };
    this.#range = wholeColumns(this.#anchor.column, column);
  }

  selectAll(): void {
    this.#anchor = { row: 0, column: 0 };
    this.#whole = null;
    this.#range = everything;
  }

  /** Takes the selection back to the active cell; false when there was none. */
  clearSelection(): boolean {
    const had = this.#range !== null;
    this.#range = null;
    this.#whole = null;
    return had;
  }
}
