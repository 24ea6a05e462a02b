import { untrack } from 'svelte';
import type { GridState } from './gridState.svelte';
import { ColumnSlots, RowSlots } from './slots';
import {
  TALLEST,
  columnAt,
  columnsInSight,
  frozenThatFit,
  handleOf,
  offsetAfter,
  revealing,
  rowsInSight,
  scrollScale
} from './viewport';
import { HEAD, type CellPlace } from './selection';

export const HEAD_HEIGHT = 40;
/** Rows share an origin that moves in steps, so that their places stay small numbers. */
const ORIGIN_STEP = 1_000_000;
/** Pause after which the scrolling has ended, in ms: a scaled position is then put where it belongs. */
const REST = 150;

export interface GridFrame {
  width: number;
  height: number;
  rowHeight: number;
  /** Narrowest row-number column, px. */
  numberWidth: number;
}

/**
 * The part of a grid that is in sight, for one scrolling element: what to draw where, and the way between the
 * element's scroll position and the place among the rows. Made by the component, gone with it.
 */
export class GridView {
  readonly grid: GridState;
  #frame: () => GridFrame;
  #rowSlots = new RowSlots();
  #columnSlots = new ColumnSlots();
  #element: HTMLElement | null = null;
  /** Scroll position that the element was last known to have. */
  #handle = 0;
  /** Rows a millisecond of the scrolling, and when it was last seen. */
  #speed = 0;
  #scrolledAt = 0;
  #resting: ReturnType<typeof setTimeout> | undefined;

  readonly rowHeight = $derived.by((): number => this.#frame().rowHeight);
  readonly bodyHeight = $derived.by((): number => Math.max(0, this.#frame().height - HEAD_HEIGHT));
  readonly numberWidth = $derived.by((): number =>
    Math.max(this.#frame().numberWidth, String(this.grid.rowCount).length * 6.7 + 14)
  );
  readonly bodyWidth = $derived.by((): number => Math.max(0, this.#frame().width - this.numberWidth));
  readonly columnsWidth = $derived.by((): number => this.grid.offsets[this.grid.offsets.length - 1] ?? 0);
  /** How many of the first columns stay in sight, and how wide they are together in px. */
  readonly frozen = $derived.by((): number => frozenThatFit(this.grid.offsets, this.grid.frozen, this.bodyWidth));
  readonly frozenWidth = $derived.by((): number => this.grid.offsets[this.frozen] ?? 0);
  readonly scale = $derived.by(() =>
    scrollScale(this.grid.rowCount * this.rowHeight, this.bodyHeight, TALLEST / Math.max(1, devicePixelRatio))
  );
  readonly span = $derived.by(() => rowsInSight(this.grid.top, this.bodyHeight, this.rowHeight, this.grid.rowCount));
  readonly origin = $derived.by((): number => Math.floor(this.grid.top / ORIGIN_STEP) * ORIGIN_STEP);
  readonly rows = $derived.by(() =>
    this.#rowSlots.rows(
      this.span,
      Math.ceil(this.bodyHeight / this.rowHeight) + 1,
      (index) => index * this.rowHeight - this.origin,
      (index) => this.grid.stored(index),
      (index) => this.grid.marked(index)
    )
  );
  readonly columns = $derived.by(() => {
    if (this.bodyWidth === 0) return [];
    const { frozen, frozenWidth } = this;
    const { offsets, left, columns, places } = this.grid;
    const span = columnsInSight(offsets, left + frozenWidth, this.bodyWidth - frozenWidth, frozen);
    return this.#columnSlots.columns(span, { offsets, columns, places, frozen });
  });
  /** The selection's frame in px, from the rows' origin and the first column; null without one in sight. */
  readonly frame = $derived.by(() => {
    const { selection, hasRange } = this.grid;
    if (!selection || !hasRange) return null;
    const from = Math.max(selection.top, this.span.first - 1);
    const to = Math.min(selection.bottom, this.span.last);
    if (from > to) return null;
    const left = this.shownX(selection.left, 0);
    const right = this.shownX(selection.right, 1);
    if (right <= left) return null;
    return {
      x: left,
      y: from * this.rowHeight - this.origin,
      width: right - left - 1,
      height: (to - from + 1) * this.rowHeight - 1
    };
  });

  constructor(grid: GridState, frame: () => GridFrame) {
    this.grid = grid;
    this.#frame = frame;
  }

  /** Where an edge of a column is drawn, in px from the first column; frozen ones lie over the others. */
  shownX(column: number, edge: 0 | 1): number {
    const x = this.grid.offsets[column + edge]!;
    return column < this.frozen ? x + this.grid.left : Math.max(x, this.grid.left + this.frozenWidth);
  }

  /** Rows that a page key moves by. */
  get page(): number {
    return Math.max(1, Math.floor(this.bodyHeight / this.rowHeight) - 1);
  }

  /** Reads what is in sight. */
  want(): void {
    const { first, last } = this.span;
    untrack(() => this.grid.want(first, last, this.#speed));
  }

  /** Takes the scrolling element and puts it where the grid was left. Gives the undo. */
  attach(element: HTMLElement): () => void {
    this.#element = element;
    untrack(() => {
      this.#place();
      element.scrollLeft = this.grid.left;
    });
    return () => {
      clearTimeout(this.#resting);
      this.#element = null;
    };
  }

  /** The element was scrolled. */
  scrolled(): void {
    const element = this.#element;
    if (!element) return;
    const { grid, scale } = this;
    grid.left = element.scrollLeft;
    const handle = element.scrollTop;
    if (handle === this.#handle) return;
    const before = grid.top;
    grid.top = offsetAfter(scale, before, this.#handle, handle);
    this.#handle = handle;
    this.#measure(grid.top - before);
    const isScaled = scale.canvas !== scale.content;
    if (isScaled && (handle <= 0 || handle >= scale.canvas - scale.view - 1)) this.#place();
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      this.#speed = 0;
      this.want();
      if (isScaled) this.#place();
    }, REST);
  }

  /** Notes a move by `px`. The first one after a rest tells nothing of the speed. */
  #measure(px: number): void {
    const now = performance.now();
    const since = now - this.#scrolledAt;
    this.#scrolledAt = now;
    const speed = since > REST ? 0 : px / this.rowHeight / Math.max(8, since);
    this.#speed = Math.sign(speed) === Math.sign(this.#speed) ? (this.#speed + speed) / 2 : speed;
  }

  /** Sets the element's scroll position to what stands for the grid's. */
  #place(): void {
    if (!this.#element) return;
    this.#element.scrollTop = handleOf(this.scale, this.grid.top);
    this.#handle = this.#element.scrollTop;
  }

  /** Rows have become fewer or more, the view another size, or somebody set the place: shows that. */
  fitIn(): void {
    void this.grid.placed;
    const most = Math.max(0, this.scale.content - this.scale.view);
    untrack(() => {
      if (this.grid.top > most) this.grid.top = most;
      this.#place();
    });
  }

  /** Scrolls to an offset in px of content. */
  scrollTo(top: number, left = this.grid.left): void {
    this.grid.top = Math.max(0, Math.min(top, this.scale.content - this.scale.view));
    this.#place();
    if (this.#element && left !== this.grid.left) {
      this.#element.scrollLeft = left;
      this.grid.left = this.#element.scrollLeft;
    }
  }

  /** Scrolls as little as possible so that a cell is in sight. */
  reveal(place: CellPlace): void {
    const { grid, rowHeight } = this;
    const top =
      place.row === HEAD
        ? grid.top
        : revealing(grid.top, this.bodyHeight, place.row * rowHeight, (place.row + 1) * rowHeight);
    if (place.column < this.frozen) return this.scrollTo(top);
    const x = grid.offsets[place.column] ?? 0;
    const [from, to] = [x - this.frozenWidth, (grid.offsets[place.column + 1] ?? x) - this.frozenWidth];
    this.scrollTo(top, revealing(grid.left, this.bodyWidth - this.frozenWidth, from, to));
  }

  /** The cell at a point of the element, in px from its top left corner; the nearest one beside the cells. */
  placeAt(x: number, y: number): CellPlace {
    const { grid } = this;
    const row = Math.floor((y - HEAD_HEIGHT + grid.top) / this.rowHeight);
    return { row: Math.max(0, Math.min(grid.rowCount - 1, row)), column: this.columnAtX(x) };
  }

  /** The column at a place across the element, in px from its left edge; the nearest one beside them. */
  columnAtX(x: number): number {
    const inView = x - this.numberWidth;
    return Math.max(0, columnAt(this.grid.offsets, inView < this.frozenWidth ? inView : inView + this.grid.left));
  }
}
