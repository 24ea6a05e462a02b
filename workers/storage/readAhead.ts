/** How much is read at once, in bytes: `chunk` for a lone read, up to `most` while reading goes on in order. */
export interface ReadSizes {
  chunk: number;
  most: number;
  /** How much of what lone reads brought is kept. */
  kept: number;
}

/** Reads `length` bytes at `at`, fewer at the end; may use `room` for the answer when that is long enough. */
export type Fetch = (at: number, length: number, room?: Uint8Array) => Uint8Array;

/** A place where reading goes on in order. */
interface Run {
  start: number;
  bytes: Uint8Array;
  /** How many chunks were fetched last. */
  chunks: number;
}

const NONE: Uint8Array = new Uint8Array(0);
const RUNS = 2;
/** So many lone reads are remembered as places where a run may begin. */
const STARTS = 8;

/**
 * Reads small pieces out of something that likes large ones. A lone read fetches one chunk, and the last
 * of these are kept; where a chunk follows one that was fetched before, twice as much is fetched each time.
 */
export class ReadAhead {
  readonly #fetch: Fetch;
  readonly #sizes: ReadSizes;
  readonly #chunks = new Map<number, Uint8Array>();
  /** The one that was used last comes first. */
  readonly #runs: Run[] = [];
  readonly #starts: number[] = [];
  // The piece that was read last: most reads fall into it.
  #start = 0;
  #bytes: Uint8Array = NONE;

  constructor(fetch: Fetch, sizes: ReadSizes) {
    this.#fetch = fetch;
    this.#sizes = sizes;
  }

  /** Fills `into` from `at`; gives how many bytes there were. */
  read(at: number, into: Uint8Array): number {
    for (let done = 0; done < into.length; ) {
      let offset = at + done - this.#start;
      if (offset < 0 || offset >= this.#bytes.length) {
        this.#find(at + done);
        offset = at + done - this.#start;
        if (offset >= this.#bytes.length) return done;
      }
      const some = Math.min(into.length - done, this.#bytes.length - offset);
      into.set(this.#bytes.subarray(offset, offset + some), done);
      done += some;
    }
    return into.length;
  }

  /** What lies at or past `from` has changed. */
  forget(from: number): void {
    const { chunk } = this.#sizes;
    const first = Math.floor(from / chunk);
    this.#chunks.delete(first);
    for (const k of this.#chunks.keys()) if (k > first) this.#chunks.delete(k);
    this.#runs.length = 0;
    this.#starts.length = 0;
    this.#bytes = NONE;
  }

  #find(at: number): void {
    const { chunk, kept } = this.#sizes;
    const k = Math.floor(at / chunk);
    this.#start = k * chunk;
    const known = this.#chunks.get(k);
    if (known) {
      this.#chunks.delete(k);
      this.#chunks.set(k, known);
      this.#bytes = known;
      return;
    }
    const run = this.#runFor(at, k);
    if (run) {
      this.#start = run.start;
      this.#bytes = run.bytes;
      return;
    }
    let room: Uint8Array | undefined;
    if (this.#chunks.size * chunk >= kept) {
      const oldest = this.#chunks.keys().next().value!;
      room = this.#chunks.get(oldest);
      this.#chunks.delete(oldest);
    }
    this.#bytes = this.#fetch(this.#start, chunk, room);
    this.#chunks.set(k, this.#bytes);
    this.#starts.unshift(k + 1);
    this.#starts.length = Math.min(this.#starts.length, STARTS);
  }

  /** The run that has this byte, goes on to it, or begins with it. */
  #runFor(at: number, k: number): Run | undefined {
    const { chunk, most } = this.#sizes;
    if (most <= chunk) return undefined;
    for (const [i, run] of this.#runs.entries()) {
      const end = run.start + run.bytes.length;
      if (at < run.start || at >= end + run.chunks * chunk) continue;
      if (at >= end) this.#advance(run, k, Math.min(run.chunks * 2, most / chunk));
      if (i > 0) this.#runs.unshift(...this.#runs.splice(i, 1));
      return run;
    }
    if (!this.#starts.includes(k)) return undefined;
    this.#starts.splice(this.#starts.indexOf(k), 1);
    const run: Run = this.#runs.length < RUNS ? { start: 0, bytes: NONE, chunks: 0 } : this.#runs.pop()!;
    this.#advance(run, k, 2);
    this.#runs.unshift(run);
    return run;
  }

  #advance(run: Run, k: number, chunks: number): void {
    const { chunk } = this.#sizes;
    run.bytes = this.#fetch(k * chunk, chunks * chunk, run.bytes);
    run.start = k * chunk;
    run.chunks = chunks;
  }
}
