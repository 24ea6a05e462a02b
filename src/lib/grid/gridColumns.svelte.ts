import type { Cell, ResultColumn } from '$workers/engine';
import { clampWidth, fittedWidth } from './columnWidth';
import { GridRows } from './gridRows.svelte';
import type { RowSource } from './rowSource';
import { offsetsOf } from './viewport';

/** Rows looked at to fit a column. */
const FIT_ROWS = 100;
/** Widest that a column is made by a fit that was asked for, px. */
const WIDEST_ASKED = 900;

export interface GridOptions {
  /** Widths chosen earlier, by column name. */
  widths?: () => Readonly<Record<string, number>>;
  /** Told when somebody changes widths: all that were changed at once, by column name. */
  onresize?: (widths: Readonly<Record<string, number>>) => void;
  /** Places within the source's columns of those to show, in their order; without it all, as they come. */
  places?: (columns: readonly ResultColumn[]) => readonly number[];
  /** How many of the first columns stay in sight while the others are scrolled. */
  frozen?: (columns: readonly ResultColumn[]) => number;
  /** Asked when somebody moves a column to another place, both among the shown ones; without it none can be moved. */
  onmove?: (from: number, to: number) => void;
}

/** The columns of a grid: which are shown, in which order, how wide. */
export class GridColumns extends GridRows {
  protected readonly options: GridOptions;
  /** By place within the source. */
  #fitted = $state.raw<number[]>([]);
  #chosen = $state.raw<ReadonlyMap<number, number>>(new Map());
  /** How much larger than on a desk the text of cells is; widths that nobody chose grow with it. */
  textScale = $state(1);

  /** Where each shown column stands within the source's. */
  readonly places = $derived.by(
    (): readonly number[] => this.options.places?.(this.source.columns) ?? this.source.columns.map((_, place) => place)
  );
  /** The columns that are shown, in their order. */
  readonly columns = $derived.by((): readonly ResultColumn[] => this.places.map((place) => this.source.columns[place]!));
  readonly frozen = $derived.by((): number => Math.min(this.options.frozen?.(this.source.columns) ?? 0, this.columns.length));

  readonly widths = $derived.by((): number[] => {
    const saved = this.options.widths?.() ?? {};
    return this.columns.map((c, i) => {
      const place = this.places[i]!;
      const kept = Object.hasOwn(saved, c.name) ? saved[c.name] : undefined;
      return this.#chosen.get(place) ?? kept ?? Math.round((this.#fitted[place] ?? fittedWidth(c, [], place)) * this.textScale);
    });
  });
  readonly offsets = $derived(offsetsOf(this.widths));

  constructor(source: RowSource, options: GridOptions) {
    super(source);
    this.options = options;
  }

  get canMoveColumns(): boolean {
    return this.options.onmove !== undefined;
  }

  /** Sets a column's width in px, within bounds. */
  resize(column: number, width: number): void {
    this.#resizeAll([[column, width]]);
  }

  /** Makes a column as wide as its head and the rows at hand around those in sight need. */
  fit(column: number): void {
    this.#resizeAll([[column, this.#widthFor(column, this.#rowsAround())]]);
  }

  /** The same for every column that is shown. */
  fitAll(): void {
    const rows = this.#rowsAround();
    this.#resizeAll(this.columns.map((_, column) => [column, this.#widthFor(column, rows)]));
  }

  /** Gives all columns the widths that they had before somebody chose others. */
  forgetWidths(): void {
    this.#chosen = new Map();
  }

  #rowsAround(): Cell[][] {
    return this.held(this.firstShown - FIT_ROWS, 2 * FIT_ROWS);
  }

  #widthFor(column: number, rows: readonly Cell[][]): number {
    return fittedWidth(this.columns[column]!, rows, this.places[column]!, WIDEST_ASKED) * this.textScale;
  }

  #resizeAll(widths: readonly (readonly [column: number, width: number])[]): void {
    const chosen = new Map(this.#chosen);
    const told: Record<string, number> = {};
    for (const [column, width] of widths) {
      const clamped = clampWidth(width);
      chosen.set(this.places[column]!, clamped);
      Object.defineProperty(told, this.columns[column]!.name, { value: clamped, enumerable: true });
    }
    this.#chosen = chosen;
    this.options.onresize?.(told);
  }

  protected override onrows(): void {
    const { columns } = this.source;
    if (columns.length === 0 || this.#fitted.length === columns.length) return;
    const rows = this.held(0, FIT_ROWS);
    if (rows.length > 0) this.#fitted = columns.map((c, i) => fittedWidth(c, rows, i));
  }
}
