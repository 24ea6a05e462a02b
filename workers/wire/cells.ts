/** Cells as they cross the worker boundary: exact, or not at all. */

/** Text that is not valid UTF-8: shown with its broken places marked, kept as the bytes that it was. */
export interface BrokenText {
  text: string;
  bytes: Uint8Array;
}

/**
 * An SQLite real whose value is a whole number: `2.0` must not become the integer `2`.
 * Every other real is a plain `number`.
 */
export interface WholeReal {
  real: number;
}

/**
 * A value too long to ship with its page (over {@link LONG_CELL_BYTES}): its beginning and its whole
 * length in bytes. `Engine.wholeCell` brings the rest.
 */
export interface LongCell {
  long: 'text' | 'blob';
  head: string | Uint8Array;
  bytes: number;
}

/**
 * One value. SQLite: integer as `number`, beyond 2^53 as `bigint`; real as `number` or {@link WholeReal};
 * text as `string`; blob as `Uint8Array`. Postgres: the server's own text as `string`, bytea as `Uint8Array`.
 * NULL is `null` in both.
 */
export type Cell = null | number | bigint | string | Uint8Array | BrokenText | WholeReal | LongCell;

/** Values longer than this many bytes arrive as a {@link LongCell}. */
export const LONG_CELL_BYTES = 65_536;
/** How many bytes of a long value its head holds. */
export const LONG_CELL_HEAD = 4_096;

/** An SQLite real as a cell. */
export const realCell = (n: number): Cell => (Number.isInteger(n) ? { real: n } : n);

export const isWholeReal = (c: Cell): c is WholeReal => typeof c === 'object' && c !== null && 'real' in c;
export const isBrokenText = (c: Cell): c is BrokenText =>
  typeof c === 'object' && c !== null && 'bytes' in c && 'text' in c;
export const isLongCell = (c: Cell): c is LongCell => typeof c === 'object' && c !== null && 'long' in c;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** Valid UTF-8 as text; anything else as {@link BrokenText}. A byte order mark is kept. */
export function decodeText(bytes: Uint8Array): string | BrokenText {
  try {
    return strict.decode(bytes);
  } catch {
    // Not valid UTF-8: the bytes themselves are the value, the text is for looking at.
    return { text: lenient.decode(bytes), bytes: bytes.slice() };
  }
}
