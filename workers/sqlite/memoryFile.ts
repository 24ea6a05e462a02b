/** A file in memory that lasts no longer than its worker: SQLite's journal, and what it sorts. */
export class MemoryFile {
  #bytes = new Uint8Array(0);
  size = 0;

  /** Fills `into` from `at`; gives how many bytes there were before the end. */
  read(at: number, into: Uint8Array): number {
    const part = this.#bytes.subarray(at, Math.min(this.size, at + into.length));
    into.set(part);
    return part.length;
  }

  write(at: number, bytes: Uint8Array): void {
    const end = at + bytes.length;
    if (end > this.#bytes.length) {
      const more = new Uint8Array(Math.max(end, this.#bytes.length * 2, 65_536));
      more.set(this.#bytes.subarray(0, this.size));
      this.#bytes = more;
    }
    this.#bytes.set(bytes, at);
    this.size = Math.max(this.size, end);
  }

  truncate(size: number): void {
    if (size < this.size) this.#bytes.fill(0, size, this.size);
    this.size = Math.min(this.size, size);
  }
}
