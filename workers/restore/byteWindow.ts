/**
 * A window that moves over a stream of bytes: what is still needed stays, what was let go is dropped, and a
 * byte is copied a bounded number of times however small the chunks are.
 */
export class ByteWindow {
  /** What is in the window lies from `start` to `end`. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** True once the stream has ended: nothing more will come. */
  over = false;
  readonly #source: AsyncIterator<Uint8Array>;
  /** True when `bytes` is ours to write into. */
  #own = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /**
   * Adds the next chunk at the end. Positions change: all of them by the number that this gives, to be
   * subtracted. At the end of the stream it sets `over`.
   */
  async fill(): Promise<number> {
    let chunk: Uint8Array;
    do {
      const next = await this.#source.next();
      if (next.done) {
        this.over = true;
        return 0;
      }
      chunk = next.value;
    } while (chunk.length === 0);
    const held = this.end - this.start;
    const shift = this.start;
    if (held === 0) {
      this.bytes = chunk;
      this.#own = false;
    } else if (this.#own && this.bytes.length - this.end >= chunk.length) {
      this.bytes.set(chunk, this.end);
      this.end += chunk.length;
      return 0;
    } else {
      const wider = new Uint8Array(Math.max(held + chunk.length, held * 2));
      wider.set(this.bytes.subarray(this.start, this.end));
      wider.set(chunk, held);
      this.bytes = wider;
      this.#own = true;
    }
    this.start = 0;
    this.end = held + chunk.length;
    return shift;
  }

  /** Lets go of all before a position. */
  drop(to: number): void {
    this.start = to;
  }

  /** Ends the stream early. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
