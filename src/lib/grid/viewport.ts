/** Which rows and columns are in sight, and how a scroll position stands for a place among them. Pure. */

/** A run of indices: `first` inclusive, `last` exclusive. */
export interface Span {
  first: number;
  last: number;
}

/**
 * Tallest content laid out at its own height, in device pixels. Chromium keeps lengths in 1/64 px of a
 * 32-bit integer, so nothing is taller than 33,554,431 device pixels.
 */
export const TALLEST = 32_000_000;

/** Rows touched by a view of `height` px at `top` px, within `count` rows of `rowHeight` px. */
export function rowsInSight(top: number, height: number, rowHeight: number, count: number): Span {
  const first = Math.max(0, Math.min(count, Math.floor(top / rowHeight)));
  const last = Math.max(first, Math.min(count, Math.ceil((top + height) / rowHeight)));
  return { first, last };
}

/** Where each column begins, in px; one entry more than columns, the last is the whole width. */
export function offsetsOf(widths: readonly number[]): Float64Array {
  const offsets = new Float64Array(widths.length + 1);
  for (let i = 0; i < widths.length; i++) offsets[i + 1] = offsets[i]! + widths[i]!;
  return offsets;
}

/** The column at `x` px; the nearest one when x lies outside. -1 when there is none. */
export function columnAt(offsets: Float64Array, x: number): number {
  let low = 0;
  let high = offsets.length - 2;
  if (high < 0) return -1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (offsets[middle]! <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Columns touched by a view of `width` px at `left` px, of those from `from` on. */
export function columnsInSight(offsets: Float64Array, left: number, width: number, from = 0): Span {
  const first = Math.max(from, columnAt(offsets, left));
  if (first < 0 || first > offsets.length - 2) return { first: 0, last: 0 };
  let last = first + 1;
  while (last < offsets.length - 1 && offsets[last]! < left + width) last++;
  return { first, last };
}

/** Most of a view's width that frozen columns take. */
const MOST_FROZEN = 0.6;

/** How many of the first `wanted` columns stay in sight in a view of `width` px: as many as leave room for the others. */
export function frozenThatFit(offsets: Float64Array, wanted: number, width: number): number {
  let fit = Math.min(wanted, offsets.length - 1);
  while (fit > 0 && offsets[fit]! > width * MOST_FROZEN) fit--;
  return fit;
}

/**
 * The index shown by each of `size` recycled slots, -1 for a slot that shows none. An index keeps its slot
 * as long as it is in sight, so that scrolling by one row rewrites one row. `span` is at most `size` long.
 */
export function slotsOf(span: Span, size: number): number[] {
  const slots: number[] = new Array(size).fill(-1);
  for (let i = span.first; i < span.last; i++) slots[i % size] = i;
  return slots;
}

/** How tall content meets the height of an element, all in px. */
export interface ScrollScale {
  /** Height of all rows. */
  content: number;
  /** Height of what is seen of them. */
  view: number;
  /** Height of the element that stands for the content: the same, or the tallest that is possible. */
  canvas: number;
}

export function scrollScale(content: number, view: number, tallest = TALLEST): ScrollScale {
  return { content, view, canvas: Math.max(Math.min(content, tallest), Math.min(content, view)) };
}

const clamp = (n: number, low: number, high: number): number => Math.max(low, Math.min(high, n));

/**
 * The scroll position that stands for an offset among the rows. Where the canvas is shorter than the
 * content it is proportional, but within a view of either end it is exact, so that there is always
 * something left to scroll while something is left to see.
 */
export function handleOf(scale: ScrollScale, offset: number): number {
  const mostOffset = Math.max(0, scale.content - scale.view);
  const mostHandle = Math.max(0, scale.canvas - scale.view);
  if (mostOffset === mostHandle || mostOffset === 0) return clamp(offset, 0, mostHandle);
  const proportional = (offset / mostOffset) * mostHandle;
  return clamp(proportional, Math.min(offset, scale.view), mostHandle - Math.min(mostOffset - offset, scale.view));
}

/**
 * The offset among the rows after the scroll position went from `before` to `after`. A move of less than
 * a view (wheel, keys, finger) moves the rows by as much; a longer one (the bar, a jump) is proportional.
 */
export function offsetAfter(scale: ScrollScale, offset: number, before: number, after: number): number {
  const mostOffset = Math.max(0, scale.content - scale.view);
  const mostHandle = Math.max(0, scale.canvas - scale.view);
  if (mostOffset === mostHandle) return clamp(after, 0, mostOffset);
  if (Math.abs(after - before) < scale.view) return clamp(offset + after - before, 0, mostOffset);
  return clamp((after / mostHandle) * mostOffset, 0, mostOffset);
}

/** The offset that brings `from`..`to` px into a view of `view` px at `offset`, moving as little as possible. */
export function revealing(offset: number, view: number, from: number, to: number): number {
  if (from < offset || to - from > view) return from;
  if (to > offset + view) return to - view;
  return offset;
}
