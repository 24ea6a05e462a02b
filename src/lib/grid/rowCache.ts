import { isBrokenText, isLongCell, type Cell } from '$workers/engine';

/** Reads rows by position; fewer than `count` where they end. */
export type ReadRows = (from: number, count: number, signal: AbortSignal) => Promise<Cell[][]>;

/** How many rows a page holds for so many columns: about 4,000 cells, one to two milliseconds of work. */
export const pageRowsFor = (columns: number): number =>
  Math.max(10, Math.min(200, Math.floor(4_000 / Math.max(1, columns))));

/** Time from asking for a frame to seeing it, ms. */
const FRAME = 17;
/** Furthest that is read ahead of a moving view, in heights of that view: beyond it nobody is looking. */
const FURTHEST_LEAD = 12;

/**
 * Pages to have for a view of `first`..`last` (last exclusive), the most urgent first. `lead` is how many rows
 * the view will have moved (down positive) by the time at which a page that is asked for now is there. At rest
 * and for slow moves that is what is in sight, from the middle outwards, then what the movement leads to, then
 * one behind; when a page would come too late for where the view is now, it is what will be in sight then.
 */
export function pagesWanted(first: number, last: number, pageRows: number, pages: number, lead: number): number[] {
  const span = (from: number, to: number): number[] => {
    const low = Math.floor(from / pageRows);
    const high = Math.max(low, Math.floor((to - 1) / pageRows));
    const middle = (from + to) / 2 / pageRows - 0.5;
    const list = Array.from({ length: high - low + 1 }, (_, i) => low + i);
    return list.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle) || a - b);
  };
  const height = last - first;
  const seen = span(first, last);
  const low = Math.min(...seen);
  const high = Math.max(...seen);
  const around = lead < 0 ? [low - 1, low - 2, low - 3, high + 1] : [high + 1, high + 2, low - 1];
  if (lead > 0) around.splice(2, 0, high + 3);
  let order = [...seen, ...around];
  if (Math.abs(lead) > height && Math.abs(lead) <= FURTHEST_LEAD * height) {
    const then = span(first + lead, last + lead);
    const beyond = lead < 0 ? [Math.min(...then) - 1, Math.min(...then) - 2] : [Math.max(...then) + 1, Math.max(...then) + 2];
    order = [...then, ...beyond, ...order];
  }
  return [...new Set(order)].filter((p) => p >= 0 && p < pages);
}

/** Rough bytes that a cell holds on the heap. */
function weightOf(cell: Cell): number {
  if (cell === null || typeof cell === 'number') return 8;
  if (typeof cell === 'string') return 24 + cell.length;
  if (typeof cell === 'bigint') return 24;
  if (cell instanceof Uint8Array) return 96 + cell.length;
  if (isBrokenText(cell)) return 160 + 2 * cell.bytes.length;
  if (isLongCell(cell)) return 96 + cell.head.length;
  return 40;
}

interface HeldPage {
  rows: Cell[][];
  weight: number;
}

interface View {
  first: number;
  last: number;
  /** Rows a millisecond, down positive. */
  speed: number;
  rows: number;
}

export interface RowCacheOptions {
  pageRows: number;
  read: ReadRows;
  /** Called after rows came, failed, or ended. */
  onchange: () => void;
  /** Reads that run at once. */
  inFlight?: number;
  /** Rough bytes kept; pages in sight are kept in any case. */
  budget?: number;
}

/**
 * The rows of a grid that are at hand: sparse pages, read nearest first, a few at a time; what lies farthest is
 * let go. After `refresh` the old rows stay until the first new come. What was wanted and is passed by is not
 * begun. A read that runs is let run, for the engine does not stop for one that nobody waits for: begun ones
 * must not pile up in its queue.
 */
export class RowCache {
  readonly pageRows: number;
  /** First position at which there is no row, once a read came back short; null until then. */
  end: number | null = null;
  /** One beyond the last row that was ever read. */
  seen = 0;
  /** Why the wanted rows could not be read; null when nothing failed. */
  failure: unknown = null;
  /** True while old rows stand in for the new. */
  get isStale(): boolean {
    return this.#stale !== null;
  }

  #read: ReadRows;
  #onchange: () => void;
  #inFlight: number;
  #budget: number;
  #pages = new Map<number, HeldPage>();
  #stale: Map<number, HeldPage> | null = null;
  #weight = 0;
  #running = new Map<number, AbortController>();
  #failed = new Set<number>();
  /** What a read takes of late, ms. */
  #latency = 10;
  #view: View = { first: 0, last: 0, speed: 0, rows: 0 };

  constructor(options: RowCacheOptions) {
    this.pageRows = options.pageRows;
    this.#read = options.read;
    this.#onchange = options.onchange;
    this.#inFlight = options.inFlight ?? 2;
    this.#budget = options.budget ?? 4_000_000;
  }

  /** The row at a position, or undefined while it is not at hand. */
  row(index: number): Cell[] | undefined {
    const page = Math.floor(index / this.pageRows);
    const held = this.#pages.get(page) ?? this.#stale?.get(page);
    return held?.rows[index - page * this.pageRows];
  }

  /** True while rows of the view are being read. */
  get isReading(): boolean {
    return this.#running.size > 0;
  }

  /**
   * Says what is in sight (`last` exclusive) of `rows` rows in all and how fast it moves, in rows a millisecond,
   * and reads what is missing.
   */
  want(first: number, last: number, speed: number, rows: number): void {
    this.#view = { first, last, speed, rows };
    this.#pump();
  }

  /** Reads everything again; the rows at hand stay until the first new ones are there. */
  refresh(): void {
    this.#abortAll();
    if (this.#pages.size > 0) this.#stale = this.#pages;
    this.#pages = new Map();
    this.#weight = 0;
    this.#failed.clear();
    this.failure = null;
    this.end = null;
    this.seen = 0;
    this.#pump();
  }

  /** Forgets where the rows ended and the page that was short, for rows that have become more. */
  extend(): void {
    if (this.end === null) return;
    const page = Math.floor(this.end / this.pageRows);
    const held = this.#pages.get(page);
    if (held) {
      this.#weight -= held.weight;
      this.#pages.delete(page);
      // What is there stays in sight until the page has come again.
      (this.#stale ??= new Map()).set(page, held);
    }
    this.end = null;
    this.#pump();
  }

  /** Tries again to read what failed. */
  retry(): void {
    this.#failed.clear();
    this.failure = null;
    this.#onchange();
    this.#pump();
  }

  /** Rows for other uses than showing, from what is at hand or else read. Rejects when the read does. */
  async rows(from: number, count: number, signal: AbortSignal): Promise<Cell[][]> {
    const rows: Cell[][] = [];
    if (!this.isStale) {
      for (let i = from; i < from + count; i++) {
        const row = this.row(i);
        if (!row) break;
        rows.push(row);
      }
    }
    if (rows.length === count || from + rows.length === this.end) return rows;
    return [...rows, ...(await this.#read(from + rows.length, count - rows.length, signal))];
  }

  dispose(): void {
    this.#abortAll();
    this.#pages.clear();
    this.#stale = null;
  }

  debug(): { pages: number; weight: number; running: number } {
    return { pages: this.#pages.size, weight: this.#weight, running: this.#running.size };
  }

  #abortAll(): void {
    const running = [...this.#running.values()];
    this.#running.clear();
    for (const controller of running) controller.abort();
  }

  #wanted(): number[] {
    const { first, last, speed, rows } = this.#view;
    if (last <= first) return [];
    const pages = Math.ceil(Math.min(rows, this.end ?? Infinity) / this.pageRows);
    return pagesWanted(first, last, this.pageRows, pages, speed * (this.#latency + FRAME));
  }

  #pump(): void {
    for (const page of this.#wanted()) {
      if (this.#running.size >= this.#inFlight) return;
      if (!this.#pages.has(page) && !this.#running.has(page) && !this.#failed.has(page)) void this.#load(page);
    }
  }

  async #load(page: number): Promise<void> {
    const controller = new AbortController();
    this.#running.set(page, controller);
    const isMine = (): boolean => this.#running.get(page) === controller;
    const began = performance.now();
    try {
      const rows = await this.#read(page * this.pageRows, this.pageRows, controller.signal);
      if (!isMine()) return;
      this.#latency += (Math.min(500, performance.now() - began) - this.#latency) / 4;
      this.#keep(page, rows);
    } catch (reason) {
      if (!isMine()) return;
      // What is out of sight by now is asked for again when it comes back.
      if (this.#wanted().includes(page)) {
        this.#failed.add(page);
        this.failure = reason;
      }
    }
    this.#running.delete(page);
    this.#onchange();
    this.#pump();
  }

  #keep(page: number, rows: Cell[][]): void {
    let weight = 0;
    for (const row of rows) for (const cell of row) weight += weightOf(cell) + 8;
    const from = page * this.pageRows;
    this.#pages.set(page, { rows, weight });
    this.#weight += weight;
    this.#stale = null;
    this.seen = Math.max(this.seen, from + rows.length);
    if (rows.length < this.pageRows) this.end = Math.min(this.end ?? Infinity, from + rows.length);
    if (this.#weight > this.#budget) this.#letGo();
  }

  /** Drops the pages farthest from the view, never one in sight or next to it. */
  #letGo(): void {
    const from = Math.floor(this.#view.first / this.pageRows);
    const to = Math.floor((this.#view.last - 1) / this.pageRows);
    const distance = (page: number): number => (page < from ? from - page : page > to ? page - to : 0);
    for (const page of [...this.#pages.keys()].sort((a, b) => distance(b) - distance(a))) {
      if (this.#weight <= this.#budget || distance(page) <= 3) return;
      this.#weight -= this.#pages.get(page)!.weight;
      this.#pages.delete(page);
    }
  }
}
