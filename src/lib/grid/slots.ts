import type { Cell, ResultColumn } from '$workers/engine';
import type { MarkedRow } from './rowOverlay';
import { slotsOf, type Span } from './viewport';

/** A row as drawn: an element that is used again for another row when this one scrolls out. */
export interface RowSlot {
  slot: number;
  index: number;
  /** Place in px from the rows' origin. */
  y: number;
  cells: Cell[] | undefined;
  /** What is staged of it. */
  marked: MarkedRow | undefined;
}

export interface ColumnSlot {
  slot: number;
  /** Place among the shown columns, and among the row's cells. */
  index: number;
  place: number;
  /** Place in px from the first column's left edge. */
  x: number;
  width: number;
  column: ResultColumn;
  /** Stays where it is while the others are scrolled. */
  isFrozen: boolean;
}

/**
 * Rows in sight by slot. Gives the objects of the last call where nothing has changed, so that only what
 * changed is drawn again.
 */
export class RowSlots {
  #last: (RowSlot | undefined)[] = [];

  rows(
    span: Span,
    size: number,
    yOf: (index: number) => number,
    cellsOf: (index: number) => Cell[] | undefined,
    markOf: (index: number) => MarkedRow | undefined
  ): RowSlot[] {
    const next = slotsOf(span, Math.max(size, span.last - span.first)).map((index, slot): RowSlot | undefined => {
      if (index < 0) return undefined;
      const old = this.#last[slot];
      const y = yOf(index);
      const marked = markOf(index);
      const cells = marked?.cells ?? cellsOf(index);
      const isSame = old && old.index === index && old.y === y && old.cells === cells && old.marked === marked;
      return isSame ? old : { slot, index, y, cells, marked };
    });
    this.#last = next;
    return next.filter((row) => row !== undefined);
  }
}

/** The columns of a grid as they are laid out. */
export interface ColumnPlan {
  offsets: Float64Array;
  columns: readonly ResultColumn[];
  places: readonly number[];
  /** How many of the first are frozen. */
  frozen: number;
}

/** Columns in sight by slot, the frozen ones first; gives the same array while the same columns are in sight. */
export class ColumnSlots {
  #size = 0;
  #last: ColumnSlot[] = [];

  columns(span: Span, { offsets, columns, places, frozen }: ColumnPlan): ColumnSlot[] {
    // The number of slots only grows: a change of it moves every column to another element.
    this.#size = Math.max(this.#size, span.last - span.first);
    const old = new Map(this.#last.map((c) => [c.slot, c]));
    const next: ColumnSlot[] = [];
    let isSame = true;
    const add = (slot: number, index: number, isFrozen: boolean): void => {
      const x = offsets[index]!;
      const width = offsets[index + 1]! - x;
      const column = columns[index]!;
      const place = places[index]!;
      const before = old.get(slot);
      const keep = before && before.index === index && before.x === x && before.width === width && before.column === column && before.place === place;
      if (!keep) isSame = false;
      next.push(keep ? before : { slot, index, place, x, width, column, isFrozen });
    };
    // Their elements are no others': a frozen column keeps its own.
    for (let index = 0; index < frozen; index++) add(-1 - index, index, true);
    for (const [slot, index] of slotsOf(span, this.#size).entries()) if (index >= frozen) add(slot, index, false);
    if (!isSame || next.length !== this.#last.length) this.#last = next;
    return this.#last;
  }
}
