/**
 * Cells as they cross the worker boundary, exact or not at all, and pages of them packed into one
 * transferred buffer (a page of 500 x 20 costs 1.35 ms packed against 2.35 ms as arrays).
 */

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

export const isWholeReal = (c: Cell): c is WholeReal => typeof c === 'object' && c !== null && 'real' in c;
export const isBrokenText = (c: Cell): c is BrokenText =>
  typeof c === 'object' && c !== null && 'bytes' in c && 'text' in c;
export const isLongCell = (c: Cell): c is LongCell => typeof c === 'object' && c !== null && 'long' in c;

/** Rows packed into one buffer; made by {@link PageWriter}, read by {@link unpackPage}. Transfer `buffer`. */
export interface PackedPage {
  rows: number;
  columns: number;
  buffer: ArrayBuffer;
}

/*
 * The form of a page: cells one after another, row by row, each a tag byte and what follows it.
 * Text is UTF-8 with its byte length; lengths are unsigned LEB128.
 */
const NULL = 0;
const INT = 1; // 8 bytes, little-endian, two's complement
const SMALL = 2; // 4 bytes, little-endian, two's complement
const REAL = 3; // 8 bytes
const TEXT = 4; // length, bytes
const BLOB = 5; // length, bytes
const BROKEN = 6; // length, bytes
const LONG_TEXT = 7; // whole length, head length, bytes
const LONG_BLOB = 8; // whole length, head length, bytes

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** Valid UTF-8 as text; anything else as {@link BrokenText}. A byte order mark is kept. */
export function decodeText(bytes: Uint8Array): string | BrokenText {
  try {
    return strict.decode(bytes);
  } catch {
    // Not valid UTF-8: the bytes themselves are the value, the text is for looking at.
    return { text: lenient.decode(bytes), bytes: bytes.slice() };
  }
}

/** The last place at or before `end` at which a UTF-8 sequence begins, so that a head is cut between characters. */
function characterBoundary(bytes: Uint8Array, end: number): number {
  let at = end;
  while (at > 0 && at > end - 4 && (bytes[at]! & 0xc0) === 0x80) at--;
  return at;
}

/** Writes cells row by row into one growing buffer. Reusable: `take()` empties it. */
export class PageWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;
  #cells = 0;
  readonly columns: number;
  /** Values longer than this many bytes are cut to a {@link LongCell}; Infinity keeps all whole. */
  readonly longest: number;

  constructor(columns: number, longest = LONG_CELL_BYTES, capacity = 65_536) {
    this.columns = columns;
    this.longest = longest;
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get byteLength(): number {
    return this.#at;
  }

  /** Whole rows written so far. */
  get rows(): number {
    return this.columns === 0 ? 0 : Math.floor(this.#cells / this.columns);
  }

  #room(bytes: number): void {
    const need = this.#at + bytes;
    if (need <= this.#bytes.length) return;
    const bigger = new Uint8Array(Math.max(need, this.#bytes.length * 2));
    bigger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = bigger;
    this.#view = new DataView(bigger.buffer);
  }

  #length(n: number): void {
    while (n >= 0x80) {
      this.#bytes[this.#at++] = (n % 0x80) | 0x80;
      n = Math.floor(n / 0x80);
    }
    this.#bytes[this.#at++] = n;
  }

  null(): void {
    this.#room(1);
    this.#bytes[this.#at++] = NULL;
    this.#cells++;
  }

  /** A 32-bit signed integer. */
  small(value: number): void {
    this.#room(5);
    this.#bytes[this.#at] = SMALL;
    this.#view.setInt32(this.#at + 1, value, true);
    this.#at += 5;
    this.#cells++;
  }

  /** A 64-bit signed integer. */
  int64(value: bigint): void {
    this.#room(9);
    this.#bytes[this.#at] = INT;
    this.#view.setBigInt64(this.#at + 1, value, true);
    this.#at += 9;
    this.#cells++;
  }

  /** A 64-bit signed integer as its low (unsigned or signed) and high (signed) halves. */
  int64Halves(low: number, high: number): void {
    this.#room(9);
    this.#bytes[this.#at] = INT;
    this.#view.setInt32(this.#at + 1, low, true);
    this.#view.setInt32(this.#at + 5, high, true);
    this.#at += 9;
    this.#cells++;
  }

  real(value: number): void {
    this.#room(9);
    this.#bytes[this.#at] = REAL;
    this.#view.setFloat64(this.#at + 1, value, true);
    this.#at += 9;
    this.#cells++;
  }

  #run(tag: number, from: Uint8Array, start: number, length: number): void {
    this.#room(6 + length);
    const bytes = this.#bytes;
    bytes[this.#at++] = tag;
    if (length < 0x80) bytes[this.#at++] = length;
    else this.#length(length);
    // A loop beats set() for the short values that most cells are.
    if (length < 24) for (let i = 0, at = this.#at; i < length; i++) bytes[at + i] = from[start + i]!;
    else bytes.set(from.subarray(start, start + length), this.#at);
    this.#at += length;
    this.#cells++;
  }

  #long(tag: number, bytes: Uint8Array, headLength: number): void {
    this.#room(24 + headLength);
    this.#bytes[this.#at++] = tag;
    this.#length(bytes.length);
    this.#length(headLength);
    this.#bytes.set(bytes.subarray(0, headLength), this.#at);
    this.#at += headLength;
    this.#cells++;
  }

  /** Text that lies within a larger array (an engine's memory), as its UTF-8 bytes. Copies. */
  textAt(from: Uint8Array, start: number, length: number): void {
    if (length <= this.longest) {
      this.#run(TEXT, from, start, length);
      return;
    }
    const bytes = from.subarray(start, start + length);
    this.#long(LONG_TEXT, bytes, characterBoundary(bytes, LONG_CELL_HEAD));
  }

  /** Text as the engine's UTF-8 bytes (validity is looked at when the page is read). Copies. */
  textBytes(bytes: Uint8Array): void {
    this.textAt(bytes, 0, bytes.length);
  }

  text(value: string): void {
    this.textBytes(encoder.encode(value));
  }

  /** Bytes that lie within a larger array. Copies. */
  blobAt(from: Uint8Array, start: number, length: number): void {
    if (length > this.longest) this.#long(LONG_BLOB, from.subarray(start, start + length), LONG_CELL_HEAD);
    else this.#run(BLOB, from, start, length);
  }

  /** Copies. */
  blob(bytes: Uint8Array): void {
    this.blobAt(bytes, 0, bytes.length);
  }

  /** Any cell, by its kind. */
  cell(value: Cell): void {
    if (value === null) this.null();
    else if (typeof value === 'string') this.text(value);
    else if (typeof value === 'number') {
      if (Number.isInteger(value) && !Object.is(value, -0)) {
        if (value === (value | 0)) this.small(value);
        else this.int64(BigInt(value));
      } else this.real(value);
    } else if (typeof value === 'bigint') this.int64(value);
    else if (value instanceof Uint8Array) this.blob(value);
    else if ('real' in value) this.real(value.real);
    else if ('long' in value) {
      const head = typeof value.head === 'string' ? encoder.encode(value.head) : value.head;
      this.#room(24 + head.length);
      this.#bytes[this.#at++] = value.long === 'text' ? LONG_TEXT : LONG_BLOB;
      this.#length(value.bytes);
      this.#length(head.length);
      this.#bytes.set(head, this.#at);
      this.#at += head.length;
      this.#cells++;
    } else {
      this.#run(BROKEN, value.bytes, 0, value.bytes.length);
    }
  }

  /** The rows written since the last `take`, as a page of its own buffer; the writer starts over. */
  take(): PackedPage {
    const page = { rows: this.rows, columns: this.columns, buffer: this.#bytes.slice(0, this.#at).buffer as ArrayBuffer };
    this.#at = 0;
    this.#cells = 0;
    return page;
  }
}

/** Reads the rows of a page. Throws when the buffer is not a whole page. */
export function unpackPage(page: PackedPage): Cell[][] {
  const bytes = new Uint8Array(page.buffer);
  const view = new DataView(page.buffer);
  let at = 0;
  const length = (): number => {
    let n = 0;
    let scale = 1;
    for (;;) {
      const b = bytes[at++]!;
      n += (b & 0x7f) * scale;
      if (b < 0x80) return n;
      scale *= 0x80;
    }
  };
  const text = (n: number): string | BrokenText => {
    // Short ASCII, which most text is, needs no decoder. Made in one call: joined character by character it
    // would be a rope of five times the size.
    if (n < 32) {
      const end = at + n;
      let i = at;
      while (i < end && bytes[i]! < 0x80) i++;
      if (i === end) return String.fromCharCode(...bytes.subarray(at, end));
    }
    return decodeText(bytes.subarray(at, at + n));
  };
  const read = (): Cell => {
    const tag = bytes[at++];
    switch (tag) {
      case NULL:
        return null;
      case SMALL: {
        const n = view.getInt32(at, true);
        at += 4;
        return n;
      }
      case INT: {
        const high = view.getInt32(at + 4, true);
        const low = view.getUint32(at, true);
        at += 8;
        // Within 2^53 a number holds it exactly.
        if (high >= -0x200000 && high < 0x200000) {
          const n = high * 0x1_0000_0000 + low;
          if (Number.isSafeInteger(n)) return n;
        }
        return view.getBigInt64(at - 8, true);
      }
      case REAL: {
        const n = view.getFloat64(at, true);
        at += 8;
        return Number.isInteger(n) ? { real: n } : n;
      }
      case TEXT:
      case BROKEN: {
        const n = length();
        const value = text(n);
        at += n;
        return value;
      }
      case BLOB: {
        const n = length();
        const value = bytes.slice(at, at + n);
        at += n;
        return value;
      }
      case LONG_TEXT:
      case LONG_BLOB: {
        const whole = length();
        const n = length();
        const head = bytes.slice(at, at + n);
        at += n;
        return tag === LONG_TEXT
          ? { long: 'text', head: lenient.decode(head), bytes: whole }
          : { long: 'blob', head, bytes: whole };
      }
      default:
        throw new RangeError(`A page of rows holds an unknown tag ${tag} at byte ${at - 1}.`);
    }
  };
  const rows: Cell[][] = new Array(page.rows);
  for (let r = 0; r < page.rows; r++) {
    const row: Cell[] = new Array(page.columns);
    for (let c = 0; c < page.columns; c++) row[c] = read();
    rows[r] = row;
  }
  return rows;
}

/** Rows as one page; for tests, samples and small results. */
export function packRows(rows: readonly (readonly Cell[])[], columns: number, longest = LONG_CELL_BYTES): PackedPage {
  const writer = new PageWriter(columns, longest);
  for (const row of rows) for (let c = 0; c < columns; c++) writer.cell(row[c] ?? null);
  return writer.take();
}
