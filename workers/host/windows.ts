import type { Cell } from '../wire/cells';
import type { PackedPage } from '../wire/pageFormat';
import { unpackPage } from '../wire/pageReader';
import { PageWriter } from '../wire/pageWriter';
import type { ResultColumn } from '../wire/results';
import type { Scratch } from './scratch';

/** Rows a stored page holds. Small enough to repack at once, large enough that a million rows are 2,000 pages. */
export const WINDOW_PAGE = 500;

interface StoredPage {
  rows: number;
  /** The page's bytes, or null while they lie in the scratch file. */
  buffer: ArrayBuffer | null;
  at: number;
  bytes: number;
}

/**
 * All rows of one result, read to its end while nothing else could change them, kept as packed pages:
 * in memory up to a budget, beyond it in a scratch file. The page asks for them by position.
 */
class ResultWindow {
  readonly columns: number;
  rows = 0;
  #pages: StoredPage[] = [];
  #starts: number[] = [];

  constructor(columns: number) {
    this.columns = columns;
  }

  /** Bytes of its rows that are held in memory. */
  memory = 0;

  append(page: PackedPage, scratch: Scratch, spill: boolean): void {
    const stored: StoredPage = { rows: page.rows, buffer: page.buffer, at: 0, bytes: page.buffer.byteLength };
    if (spill) {
      const at = scratch.append(new Uint8Array(page.buffer));
      if (at !== null) {
        stored.at = at;
        stored.buffer = null;
      }
    }
    if (stored.buffer) this.memory += stored.bytes;
    this.#starts.push(this.rows);
    this.#pages.push(stored);
    this.rows += page.rows;
  }

  #read(i: number, scratch: Scratch): PackedPage {
    const p = this.#pages[i]!;
    return { rows: p.rows, columns: this.columns, buffer: p.buffer ?? scratch.read(p.at, p.bytes) };
  }

  /** Index of the page that holds a row. */
  #find(row: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  fetch(from: number, count: number, scratch: Scratch, longest: number): PackedPage {
    const end = Math.min(from + count, this.rows);
    if (from >= end) return { rows: 0, columns: this.columns, buffer: new ArrayBuffer(0) };
    const writer = new PageWriter(this.columns, longest);
    for (let at = from; at < end; ) {
      const i = this.#find(at);
      const start = this.#starts[i]!;
      const page = this.#read(i, scratch);
      const to = Math.min(end - start, page.rows);
      writer.rowsOf(page, at - start, to);
      at = start + to;
    }
    return writer.take();
  }

  cell(row: number, column: number, scratch: Scratch): Cell {
    const i = this.#find(row);
    return unpackPage(this.#read(i, scratch))[row - this.#starts[i]!]?.[column] ?? null;
  }
}

/** The open results of a connection. */
export class Windows {
  #open = new Map<number, ResultWindow>();
  #columns = new Map<number, readonly ResultColumn[]>();
  #next: number;
  readonly #scratch: Scratch;
  /** Bytes of packed rows held in memory, all windows together; more goes to the scratch file. */
  readonly #budget: number;

  /** @param generation number of the worker: no id of one that was replaced shall mean rows of the next */
  constructor(scratch: Scratch, generation: number, budget = 48 * 1024 * 1024) {
    this.#scratch = scratch;
    this.#next = generation * 2 ** 32 + 1;
    this.#budget = budget;
  }

  get size(): number {
    return this.#open.size;
  }

  create(columns: readonly ResultColumn[]): number {
    const id = this.#next++;
    this.#open.set(id, new ResultWindow(columns.length));
    this.#columns.set(id, columns);
    return id;
  }

  #window(id: number): ResultWindow {
    const window = this.#open.get(id);
    if (!window) {
      throw { code: 'refused', message: 'These rows are no longer held.', hint: 'Run the statement again.' };
    }
    return window;
  }

  append(id: number, page: PackedPage): void {
    let held = 0;
    for (const w of this.#open.values()) held += w.memory;
    this.#window(id).append(page, this.#scratch, held + page.buffer.byteLength > this.#budget);
  }

  rows(id: number): number {
    return this.#window(id).rows;
  }

  columns(id: number): readonly ResultColumn[] {
    this.#window(id);
    return this.#columns.get(id)!;
  }

  /** @param longest values longer than this many bytes are cut */
  fetch(id: number, from: number, count: number, longest: number): PackedPage {
    return this.#window(id).fetch(from, count, this.#scratch, longest);
  }

  cell(id: number, row: number, column: number): Cell {
    return this.#window(id).cell(row, column, this.#scratch);
  }

  release(id: number): void {
    this.#open.delete(id);
    this.#columns.delete(id);
    if (this.#open.size === 0) this.#scratch.reset();
  }

  close(): void {
    this.#open.clear();
    this.#scratch.close();
  }
}
