import { LONG_CELL_BYTES, LONG_CELL_HEAD, type Cell } from './cells';
import {
  BLOB, HEAD, INT, LONG_BLOB, LONG_TEXT, NULL, REAL, SHORT_MOST, SHORT_TEXT, SMALL, TEXT, type PackedPage
} from './pageFormat';
import { PageReader } from './pageReader';

const encoder = new TextEncoder();

/** The last place at or before `end` at which a UTF-8 sequence begins, so that a head is cut between characters. */
function characterBoundary(bytes: Uint8Array, end: number): number {
  let at = end;
  while (at > 0 && at > end - 4 && (bytes[at]! & 0xc0) === 0x80) at--;
  return at;
}

const empty = new Uint8Array(0);
/** Up to so many bytes are copied one by one. */
const LOOP_MOST = 40;

/** A longer array with the same beginning. */
function grown(bytes: Uint8Array, used: number, need: number): Uint8Array<ArrayBuffer> {
  const bigger = new Uint8Array(Math.max(need, bytes.length * 2, 4096));
  bigger.set(bytes.subarray(0, used));
  return bigger;
}

/** Writes cells row by row into growing buffers. Reusable: `take()` empties it. */
export class PageWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;
  #text: Uint8Array = empty;
  #textAt = 0;
  #cells = 0;
  readonly columns: number;
  /** Values longer than this many bytes are cut to a {@link LongCell}; Infinity keeps all whole. */
  readonly longest: number;

  constructor(columns: number, longest = LONG_CELL_BYTES, capacity = 16_384) {
    this.columns = columns;
    this.longest = longest;
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get byteLength(): number {
    return HEAD + this.#at + this.#textAt;
  }

  /** Whole rows written so far. */
  get rows(): number {
    return this.columns === 0 ? 0 : Math.floor(this.#cells / this.columns);
  }

  #grow(need: number): void {
    this.#bytes = grown(this.#bytes, this.#at, need);
    this.#view = new DataView(this.#bytes.buffer);
  }

  #length(n: number): void {
    while (n >= 0x80) {
      this.#bytes[this.#at++] = (n % 0x80) | 0x80;
      n = Math.floor(n / 0x80);
    }
    this.#bytes[this.#at++] = n;
  }

  null(): void {
    if (this.#at + 1 > this.#bytes.length) this.#grow(this.#at + 1);
    this.#bytes[this.#at++] = NULL;
    this.#cells++;
  }

  /** A 32-bit signed integer. */
  small(value: number): void {
    const at = this.#at;
    if (at + 5 > this.#bytes.length) this.#grow(at + 5);
    this.#bytes[at] = SMALL;
    this.#view.setInt32(at + 1, value, true);
    this.#at = at + 5;
    this.#cells++;
  }

  /** A 64-bit signed integer. */
  int64(value: bigint): void {
    const at = this.#at;
    if (at + 9 > this.#bytes.length) this.#grow(at + 9);
    this.#bytes[at] = INT;
    this.#view.setBigInt64(at + 1, value, true);
    this.#at = at + 9;
    this.#cells++;
  }

  /** A 64-bit signed integer as its low (unsigned or signed) and high (signed) halves. */
  int64Halves(low: number, high: number): void {
    const at = this.#at;
    if (at + 9 > this.#bytes.length) this.#grow(at + 9);
    this.#bytes[at] = INT;
    this.#view.setInt32(at + 1, low, true);
    this.#view.setInt32(at + 5, high, true);
    this.#at = at + 9;
    this.#cells++;
  }

  real(value: number): void {
    const at = this.#at;
    if (at + 9 > this.#bytes.length) this.#grow(at + 9);
    this.#bytes[at] = REAL;
    this.#view.setFloat64(at + 1, value, true);
    this.#at = at + 9;
    this.#cells++;
  }

  #blob(from: Uint8Array, start: number, length: number): void {
    if (this.#at + 8 + length > this.#bytes.length) this.#grow(this.#at + 8 + length);
    this.#bytes[this.#at++] = BLOB;
    this.#length(length);
    this.#bytes.set(from.subarray(start, start + length), this.#at);
    this.#at += length;
    this.#cells++;
  }

  #long(tag: number, bytes: Uint8Array, whole: number): void {
    if (this.#at + 24 + bytes.length > this.#bytes.length) this.#grow(this.#at + 24 + bytes.length);
    this.#bytes[this.#at++] = tag;
    this.#length(whole);
    this.#length(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    this.#cells++;
  }

  /**
   * Text that lies within a larger array (an engine's memory), as its UTF-8 bytes; whether they are valid is
   * looked at when the page is read. Copies.
   */
  textAt(from: Uint8Array, start: number, length: number): void {
    if (length > this.longest) {
      const bytes = from.subarray(start, start + length);
      this.#long(LONG_TEXT, bytes.subarray(0, characterBoundary(bytes, LONG_CELL_HEAD)), length);
      return;
    }
    const at = this.#textAt;
    if (at + length > this.#text.length) this.#text = grown(this.#text, at, at + length);
    // A loop beats set() for the short values that most cells are.
    if (length > LOOP_MOST) this.#text.set(from.subarray(start, start + length), at);
    else for (let text = this.#text, i = 0; i < length; i++) text[at + i] = from[start + i]!;
    this.#textAt = at + length;
    if (this.#at + 8 > this.#bytes.length) this.#grow(this.#at + 8);
    if (length <= SHORT_MOST) this.#bytes[this.#at++] = SHORT_TEXT + length;
    else {
      this.#bytes[this.#at++] = TEXT;
      this.#length(length);
    }
    this.#cells++;
  }

  /** Text as the engine's UTF-8 bytes. Copies. */
  textBytes(bytes: Uint8Array): void {
    this.textAt(bytes, 0, bytes.length);
  }

  text(value: string): void {
    this.textBytes(encoder.encode(value));
  }

  /** Bytes that lie within a larger array. Copies. */
  blobAt(from: Uint8Array, start: number, length: number): void {
    if (length <= this.longest) this.#blob(from, start, length);
    else this.#long(LONG_BLOB, from.subarray(start, start + LONG_CELL_HEAD), length);
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
      this.#long(value.long === 'text' ? LONG_TEXT : LONG_BLOB, head, value.bytes);
    } else this.textBytes(value.bytes);
  }

  /** Rows of another page, from one up to but without another, values cut where they are too long for this one. */
  rowsOf(page: PackedPage, from: number, to: number): void {
    const reader = new PageReader(page);
    reader.skip(from * page.columns);
    for (let n = (to - from) * page.columns; n > 0; n--) reader.copy(this);
  }

  /** The rows written since the last `take`, as a page of its own buffer; the writer starts over. */
  take(): PackedPage {
    const bytes = new Uint8Array(HEAD + this.#at + this.#textAt);
    new DataView(bytes.buffer).setUint32(0, this.#at, true);
    bytes.set(this.#bytes.subarray(0, this.#at), HEAD);
    bytes.set(this.#text.subarray(0, this.#textAt), HEAD + this.#at);
    const page = { rows: this.rows, columns: this.columns, buffer: bytes.buffer };
    this.#at = 0;
    this.#textAt = 0;
    this.#cells = 0;
    return page;
  }
}

/** Rows as one page; for tests, samples and small results. */
export function packRows(rows: readonly (readonly Cell[])[], columns: number, longest = LONG_CELL_BYTES): PackedPage {
  const writer = new PageWriter(columns, longest);
  for (const row of rows) for (let c = 0; c < columns; c++) writer.cell(row[c] ?? null);
  return writer.take();
}
