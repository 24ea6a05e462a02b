/**
 * Rows of a tree as data: a flat list in reading order, each with its ARIA place computed here,
 * so that a test can read it without a document.
 */
export interface TreeRow {
  /** Unique in the tree, the same for the same thing over time. */
  id: string;
  /** From 1. */
  level: number;
  /** What typing looks for, and the beginning of the accessible name. */
  label: string;
  /** Undefined for what has nothing below it. */
  expanded?: boolean;
  /** How many stand at this level under the same parent, and which of them this is, from 1. */
  setSize: number;
  place: number;
  /** Always in the document, wherever the tree is scrolled. */
  pinned?: boolean;
  /** Can be dragged onto other rows. */
  carried?: boolean;
  selected?: boolean;
  /** Height in px. */
  height: number;
  /** Further attributes of the treeitem. */
  attributes?: Record<string, string | undefined>;
  /** A heading in print above this row, with its height in px; no row of its own. */
  heading?: { text: string; height: number };
}

/** Rows that are drawn when there are more than this many below pinned ones; else all are. */
export const WINDOWED_FROM = 200;
/** Rows drawn beyond each edge of what is in sight. */
const OVERSCAN = 12;

/** Offsets of the rows' upper edges in px, and, last, the height of all. */
export function rowTops(rows: readonly TreeRow[]): Float64Array {
  const tops = new Float64Array(rows.length + 1);
  let y = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (row.heading) y += row.heading.height;
    tops[i] = y;
    y += row.height;
  }
  tops[rows.length] = y;
  return tops;
}

/** Index of the row at a height in px: the last one that begins at or above it. */
export function rowAt(tops: Float64Array, y: number): number {
  let low = 0;
  let high = tops.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tops[middle]! <= y) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/**
 * Indexes of the rows that belong into the document, in order: all of a small tree; of a large one what is
 * in sight and a little more, the pinned ones, and the one that has the focus.
 */
export function drawnRows(
  rows: readonly TreeRow[],
  tops: Float64Array,
  scrollTop: number,
  height: number,
  focusedId: string | undefined
): number[] {
  const windowed = rows.length - rows.reduce((n, row) => n + (row.pinned ? 1 : 0), 0) > WINDOWED_FROM;
  if (!windowed) return rows.map((_, i) => i);
  const from = Math.max(0, rowAt(tops, scrollTop) - OVERSCAN);
  const to = rowAt(tops, scrollTop + height) + OVERSCAN;
  const drawn: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    if ((i >= from && i <= to) || rows[i]!.pinned || rows[i]!.id === focusedId) drawn.push(i);
  }
  return drawn;
}

/** What a key means at a row (ARIA tree pattern). Null when it means nothing. */
export type TreeMove = { focus: number } | { open: number; value: boolean } | { openAll: number } | { activate: number } | null;

/** `page` is how many rows a page key moves. */
export function treeMove(rows: readonly TreeRow[], at: number, key: string, page: number): TreeMove {
  const row = rows[at];
  if (!row) return null;
  const last = rows.length - 1;
  if (key === 'ArrowDown') return at < last ? { focus: at + 1 } : null;
  if (key === 'ArrowUp') return at > 0 ? { focus: at - 1 } : null;
  if (key === 'Home') return { focus: 0 };
  if (key === 'End') return { focus: last };
  if (key === 'PageDown') return { focus: Math.min(last, at + page) };
  if (key === 'PageUp') return { focus: Math.max(0, at - page) };
  if (key === 'Enter' || key === ' ') return { activate: at };
  if (key === '*') return { openAll: at };
  if (key === 'ArrowRight') {
    if (row.expanded === false) return { open: at, value: true };
    if (row.expanded && rows[at + 1]?.level === row.level + 1) return { focus: at + 1 };
    return null;
  }
  if (key === 'ArrowLeft') {
    if (row.expanded) return { open: at, value: false };
    for (let i = at - 1; i >= 0; i--) if (rows[i]!.level < row.level) return { focus: i };
  }
  return null;
}

/** The next row after `at` that begins with what was typed (one letter goes on to the next such row). */
export function typeahead(rows: readonly TreeRow[], at: number, typed: string): number {
  const wanted = typed.toLowerCase();
  const start = typed.length > 1 ? 0 : 1;
  for (let step = start; step < rows.length + start; step++) {
    const i = (at + step) % rows.length;
    if (rows[i]!.label.toLowerCase().startsWith(wanted)) return i;
  }
  return -1;
}
