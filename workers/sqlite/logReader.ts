/** Takes pieces of a known length out of a stream of bytes. */
export class LogReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk = new Uint8Array(0);
  #at = 0;
  /** Bytes taken so far. */
  position = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Fills `into` with the next bytes; false, its content being of no use, where so many are no longer there. */
  async take(into: Uint8Array): Promise<boolean> {
    for (let filled = 0; filled < into.length; ) {
      if (this.#at === this.#chunk.length) {
        const next = await this.#chunks.next();
        if (next.done) return false;
        this.#chunk = next.value as Uint8Array<ArrayBuffer>;
        this.#at = 0;
        continue;
      }
      const some = Math.min(into.length - filled, this.#chunk.length - this.#at);
      into.set(this.#chunk.subarray(this.#at, this.#at + some), filled);
      this.#at += some;
      filled += some;
      this.position += some;
    }
    return true;
  }

  /** Ends the stream early. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
