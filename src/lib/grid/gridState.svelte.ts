import { isLongCell, type Cell, type ResultColumn } from '$workers/engine';
import { clampWidth, fittedWidth } from './columnWidth';
import { RowCache, pageRowsFor } from './rowCache';
import type { MarkedRow } from './rowOverlay';
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
import { offsetsOf } from './viewport';

/** Rows looked at to fit a column. */
const FIT_ROWS = 100;

export interface GridOptions {
  /** Widths chosen earlier, by column name. */
  widths?: () => Readonly<Record<string, number>>;
  /** Told when somebody changes a width. */
  onresize?: (column: string, width: number) => void;
  /** Names of the columns to show, in their order; without it all, as they come. */
  order?: () => readonly string[] | null;
  /** How many of the first columns stay in sight while the others are scrolled. */
  frozen?: () => number;
}

/** Places within the source's columns, in the order in which they are shown. Names that are not there are passed over. */
function placesOf(columns: readonly ResultColumn[], order: readonly string[] | null): number[] {
  if (!order) return columns.map((_, place) => place);
  return order.map((name) => columns.findIndex((c) => c.name === name)).filter((place) => place >= 0);
}

/**
 * All that a grid knows: its rows at hand, columns' widths, scroll position, active cell and selection. Lives
 * outside the component, so that a tab keeps its place while another one is shown. Dispose it with its tab.
 */
export class GridState {
  readonly source: RowSource;
  #options: GridOptions;
  #cache: RowCache | null = null;
  #revision: number;
  #count: number | null = null;
  /** First row in sight. */
  #first = 0;
  #version = $state(0);
  #fitted = $state.raw<number[]>([]);
  #chosen = $state.raw<ReadonlyMap<number, number>>(new Map());

  /** Scroll offset in px of content: rows below the heads, columns right of the numbers. */
  top = $state(0);
  left = $state(0);
  /** The cell that has or would get the focus; row -1 is its column's head. */
  active = $state.raw<CellPlace>({ row: 0, column: 0 });
  #anchor: CellPlace = { row: 0, column: 0 };
  #whole: 'rows' | 'columns' | null = null;
  #range = $state.raw<CellRange | null>(null);
  /** How much larger than on a desk the text of cells is; widths that nobody chose grow with it. */
  textScale = $state(1);
  /** Counts the times that `top` was set from outside the grid. */
  placed = $state(0);
  /** The cell that is being edited. */
  editing = $state.raw<CellPlace | null>(null);
  /** The panel that shows the active cell whole. */
  isViewOpen = $state(false);

  /** Where each shown column stands within the source's. */
  readonly places = $derived.by((): readonly number[] => placesOf(this.source.columns, this.#options.order?.() ?? null));
  /** The columns that are shown, in their order. */
  readonly columns = $derived.by((): readonly ResultColumn[] => this.places.map((place) => this.source.columns[place]!));
  readonly frozen = $derived.by((): number => Math.min(this.#options.frozen?.() ?? 0, this.columns.length));

  /** Rows that stand above those of the source: they are staged. */
  readonly above = $derived.by((): number => this.source.overlay?.above ?? 0);

  /** Rows to lay out: all, or as many as are known or likely so far. */
  readonly rowCount = $derived.by((): number => this.#sourceRows + this.above);

  readonly #sourceRows = $derived.by((): number => {
    void this.#version;
    const { rowCount, isExact } = this.source;
    const cache = this.#cache;
    const end = cache?.end ?? Infinity;
    if (rowCount !== null && isExact) return Math.min(rowCount, end);
    const seen = cache?.seen ?? 0;
    const likely = Math.max(rowCount ?? 0, seen);
    const isMoreLikely = rowCount === null || seen >= rowCount;
    return Math.min(end, isMoreLikely ? likely + (cache?.pageRows ?? 50) : likely);
  });

  /** True when `rowCount` is all rows. */
  readonly isCountKnown = $derived.by((): boolean => {
    void this.#version;
    return (this.source.isExact && this.source.rowCount !== null) || this.#cache?.end != null;
  });

  readonly widths = $derived.by((): number[] => {
    const saved = this.#options.widths?.() ?? {};
    return this.columns.map((c, i) => {
      const place = this.places[i]!;
      return this.#chosen.get(place) ?? saved[c.name] ?? Math.round((this.#fitted[place] ?? fittedWidth(c, [], place)) * this.textScale);
    });
  });
  readonly offsets = $derived(offsetsOf(this.widths));

  /** The selection within the rows and columns that there are; at least the active cell. */
  readonly selection = $derived.by((): CellRange | null => {
    const range = this.#range ?? rangeOf(this.active, this.active);
    return within(range, this.rowCount, this.columns.length);
  });
  readonly selectedCells = $derived(this.selection ? cellsOf(this.selection) : 0);

  constructor(source: RowSource, options: GridOptions = {}) {
    this.source = source;
    this.#options = options;
    this.#revision = source.revision;
  }

  /** Changes when rows come, go or fail. */
  get version(): number {
    return this.#version;
  }

  get failure(): unknown {
    void this.#version;
    return this.#cache?.failure ?? null;
  }

  /** True while the rows in sight are the ones from before a refresh. */
  get isStale(): boolean {
    void this.#version;
    return this.#cache?.isStale ?? false;
  }

  /** The row at a position as it is shown, or undefined while it is not at hand. Cells stand as in the source. */
  row(index: number): Cell[] | undefined {
    return this.marked(index)?.cells ?? this.stored(index);
  }

  /** What is staged of the row at a position; undefined when nothing is, or it is not at hand. */
  marked(index: number): MarkedRow | undefined {
    const { overlay } = this.source;
    if (!overlay) return undefined;
    if (index < this.above) return overlay.rowAbove(index);
    const row = this.stored(index);
    return row && overlay.of(row);
  }

  /** The row at a position as the source has it; undefined for one that is to be inserted. */
  stored(index: number): Cell[] | undefined {
    void this.#version;
    return index < this.above ? undefined : this.#cache?.row(index - this.above);
  }

  /** One value as it is shown; `column` is the place among the shown columns. */
  cell(row: number, column: number): Cell | undefined {
    return this.row(row)?.[this.places[column]!];
  }

  /** Whether values that are cut can be had whole. */
  get canReadWhole(): boolean {
    return this.source.wholeCell !== undefined;
  }

  /** One value, whole. Rejects when the source cannot bring it. */
  wholeCell(row: number, column: number, signal?: AbortSignal): Promise<Cell> {
    return this.wholeValue(row, this.places[column]!, signal);
  }

  /** The same by the place of the column within the source. */
  async wholeValue(row: number, place: number, signal?: AbortSignal): Promise<Cell> {
    const shown = this.row(row)?.[place];
    if (shown !== undefined && !(shown !== null && isLongCell(shown))) return shown;
    return (await this.source.wholeCell?.(row - this.above, place, signal)) ?? null;
  }

  /** Rows as the source has them, from a position among all rows on: those at hand, the rest read. */
  storedRows(from: number, count: number, signal: AbortSignal): Promise<Cell[][]> {
    const start = from - this.above;
    return this.#cache ? this.#cache.rows(start, count, signal) : this.source.rows(start, count, signal);
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

  /**
   * Follows the source and reads what is in sight; the grid calls it whenever one of them changes.
   * `firstShown`..`lastShown` are rows, last exclusive; `speed` is that of the scrolling, in rows a millisecond.
   */
  want(firstShown: number, lastShown: number, speed: number): void {
    const { source } = this;
    const first = Math.max(0, firstShown - this.above);
    const last = lastShown - this.above;
    this.#first = first;
    if (!this.#cache) {
      const pageRows = pageRowsFor(source.columns.length || 20);
      this.#cache = new RowCache({ pageRows, read: (f, n, s) => source.rows(f, n, s), onchange: () => this.#changed() });
      this.#count = source.rowCount;
    }
    if (source.revision !== this.#revision) {
      this.#revision = source.revision;
      this.#cache.refresh();
      this.#version++;
    } else if (source.rowCount !== this.#count && (source.rowCount ?? 0) > (this.#cache.end ?? Infinity)) {
      this.#cache.extend();
      this.#version++;
    }
    this.#count = source.rowCount;
    this.#cache.want(first, Math.max(last, first + 1), speed, Math.max(1, this.#sourceRows));
  }

  #changed(): void {
    this.#version++;
    if (this.#fitted.length !== this.source.columns.length && this.source.columns.length > 0) this.#fitAll();
  }

  #fitAll(): void {
    const rows: Cell[][] = [];
    for (let i = 0; i < FIT_ROWS; i++) {
      const row = this.#cache?.row(i);
      if (!row) break;
      rows.push(row);
    }
    if (rows.length > 0) this.#fitted = this.source.columns.map((c, i) => fittedWidth(c, rows, i));
  }

  /** Scrolls up to the first row and makes its cell the active one: the rows are going to be others. */
  toTop(): void {
    this.top = 0;
    this.placed++;
    if (this.active.row !== HEAD) this.go({ row: 0, column: this.active.column });
    else this.clearSelection();
  }

  retry(): void {
    this.#cache?.retry();
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

  /** Sets a column's width in px, within bounds. */
  resize(column: number, width: number): void {
    const clamped = clampWidth(width);
    this.#chosen = new Map(this.#chosen).set(this.places[column]!, clamped);
    this.#options.onresize?.(this.columns[column]!.name, clamped);
  }

  /** Makes a column as wide as its head and the rows at hand around those in sight need. */
  fit(column: number): void {
    const rows: Cell[][] = [];
    for (let i = Math.max(0, this.#first - FIT_ROWS); i < this.#first + FIT_ROWS; i++) {
      const held = this.#cache?.row(i);
      if (held) rows.push(held);
    }
    this.resize(column, fittedWidth(this.columns[column]!, rows, this.places[column]!, 900));
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

  dispose(): void {
    this.#cache?.dispose();
  }

  debug(): Record<string, unknown> {
    return { ...this.#cache?.debug(), rows: this.rowCount };
  }
}
