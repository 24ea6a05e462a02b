import { decodeText, realCell, type Cell } from './cells';
import { BLOB, HEAD, INT, LONG_BLOB, LONG_TEXT, NULL, REAL, SHORT_TEXT, SMALL, TEXT, type PackedPage } from './pageFormat';
import type { PageWriter } from './pageWriter';

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** Walks over the cells of a page. */
export class PageReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = HEAD;
  #textAt: number;

  constructor(page: PackedPage) {
    this.#bytes = new Uint8Array(page.buffer);
    this.#view = new DataView(page.buffer);
    this.#textAt = page.buffer.byteLength >= HEAD ? HEAD + this.#view.getUint32(0, true) : HEAD;
  }

  #length(): number {
    let n = 0;
    let scale = 1;
    for (;;) {
      const b = this.#bytes[this.#at++]!;
      n += (b & 0x7f) * scale;
      if (b < 0x80) return n;
      scale *= 0x80;
    }
  }

  skip(cells: number): void {
    for (let n = cells; n > 0; n--) {
      const tag = this.#bytes[this.#at++]!;
      if (tag >= SHORT_TEXT) this.#textAt += tag - SHORT_TEXT;
      else if (tag === TEXT) this.#textAt += this.#length();
      else if (tag === SMALL) this.#at += 4;
      else if (tag === INT || tag === REAL) this.#at += 8;
      else if (tag !== NULL) {
        if (tag === LONG_TEXT || tag === LONG_BLOB) this.#length();
        const length = this.#length();
        this.#at += length;
      }
    }
  }

  /** Writes the next cell into another page. */
  copy(writer: PageWriter): void {
    const tag = this.#bytes[this.#at++]!;
    switch (tag) {
      case NULL:
        writer.null();
        return;
      case SMALL:
        writer.small(this.#view.getInt32(this.#at, true));
        this.#at += 4;
        return;
      case INT:
        writer.int64Halves(this.#view.getInt32(this.#at, true), this.#view.getInt32(this.#at + 4, true));
        this.#at += 8;
        return;
      case REAL:
        writer.real(this.#view.getFloat64(this.#at, true));
        this.#at += 8;
        return;
      case BLOB: {
        const length = this.#length();
        writer.blobAt(this.#bytes, this.#at, length);
        this.#at += length;
        return;
      }
      case LONG_TEXT:
      case LONG_BLOB: {
        const whole = this.#length();
        const length = this.#length();
        const head = this.#bytes.subarray(this.#at, this.#at + length);
        this.#at += length;
        writer.cell({ long: tag === LONG_BLOB ? 'blob' : 'text', head: tag === LONG_BLOB ? head : lenient.decode(head), bytes: whole });
        return;
      }
      default: {
        const length = tag === TEXT ? this.#length() : tag - SHORT_TEXT;
        writer.textAt(this.#bytes, this.#textAt, length);
        this.#textAt += length;
      }
    }
  }
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** All text of a page, value after value. */
class TextOfPage {
  readonly #bytes: Uint8Array;
  /** All of it decoded; null when some of it is not valid UTF-8. */
  readonly #text: string | null;
  /** A character a byte. */
  readonly #ascii: boolean;
  #at = 0;
  #char = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    const text = decodeText(bytes);
    this.#text = typeof text === 'string' ? text : null;
    this.#ascii = this.#text?.length === bytes.length;
  }

  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The next value, of so many bytes. */
  next(length: number): Cell {
    const from = this.#at;
    const to = from + length;
    this.#at = to;
    const text = this.#text;
    if (text === null) return decodeText(this.#bytes.subarray(from, to));
    if (this.#ascii) return text.slice(from, to);
    // A character has one byte that is no continuation, and four bytes make two units of UTF-16.
    let units = 0;
    for (let i = from; i < to; i++) {
      const byte = this.#bytes[i]!;
      if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
    }
    const char = this.#char;
    this.#char = char + units;
    // Two values that are broken may be whole together.
    if (isContinuation(this.#bytes[from]) || isContinuation(this.#bytes[to])) {
      return decodeText(this.#bytes.subarray(from, to));
    }
    return text.slice(char, this.#char);
  }
}

/** Reads the rows of a page. Throws when the buffer is not a whole page. */
export function unpackPage(page: PackedPage): Cell[][] {
  const rows: Cell[][] = [];
  if (page.rows === 0) return rows;
  const bytes = new Uint8Array(page.buffer);
  const view = new DataView(page.buffer);
  const cellsEnd = HEAD + view.getUint32(0, true);
  const text = new TextOfPage(bytes.subarray(cellsEnd));
  const { columns } = page;
  let at = HEAD;
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
  const sized = (tag: number): Cell => {
    const whole = length();
    if (tag === TEXT) return text.next(whole);
    const n = tag === BLOB ? whole : length();
    const part = bytes.slice(at, at + n);
    at += n;
    if (tag === BLOB) return part;
    if (tag === LONG_BLOB) return { long: 'blob', head: part, bytes: whole };
    if (tag === LONG_TEXT) return { long: 'text', head: lenient.decode(part), bytes: whole };
    throw new RangeError(`A page of rows holds an unknown tag ${tag} before byte ${at}.`);
  };
  for (let r = 0; r < page.rows; r++) {
    const row: Cell[] = [];
    for (let c = 0; c < columns; c++) {
      const tag = bytes[at++]!;
      if (tag >= SHORT_TEXT) row.push(text.next(tag - SHORT_TEXT));
      else if (tag === SMALL) {
        row.push(view.getInt32(at, true));
        at += 4;
      } else if (tag === REAL) {
        const n = view.getFloat64(at, true);
        at += 8;
        row.push(realCell(n));
      } else if (tag === NULL) row.push(null);
      else if (tag === INT) {
        const high = view.getInt32(at + 4, true);
        const n = high * 0x1_0000_0000 + view.getUint32(at, true);
        // Within 2^53 a number holds it exactly.
        row.push(high >= -0x200000 && high < 0x200000 && Number.isSafeInteger(n) ? n : view.getBigInt64(at, true));
        at += 8;
      } else row.push(sized(tag));
    }
    rows.push(row);
  }
  if (at !== cellsEnd || !text.ended) throw new RangeError('A page of rows ends where it should not.');
  return rows;
}
