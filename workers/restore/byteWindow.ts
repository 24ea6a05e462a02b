/**
 * A window that moves over a stream of bytes: what is still needed stays, what was let go is dropped, and a
 * byte is copied a bounded number of times however small the chunks are.
 */
export class ByteWindow {
  /** Bytes up to `end`; what is still needed begins at `start`. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** True once the stream has ended: nothing more will come. */
  over = false;
  readonly #source: AsyncIterator<Uint8Array>;
  /** Room of our own that `bytes` is the beginning of; null while `bytes` is a chunk as it came. */
  #room: Uint8Array | null = null;

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
      this.#room = null;
    } else if (this.#room && this.#room.length - this.end >= chunk.length) {
      this.#room.set(chunk, this.end);
      this.end += chunk.length;
      this.bytes = this.#room.subarray(0, this.end);
      return 0;
    } else {
      const wider = new Uint8Array(Math.max(held + chunk.length, held * 2));
      wider.set(this.bytes.subarray(this.start, this.end));
      wider.set(chunk, held);
      this.#room = wider;
      this.bytes = wider.subarray(0, held + chunk.length);
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
