import type { MainFile } from './databaseFiles';

/** A file in memory that counts its commits; for the self-test. */
export class BytesFile implements MainFile {
  #bytes = new Uint8Array(0);
  #committed = new Uint8Array(0);
  commits = 0;
  truncated = 0;

  size(): number {
    return this.#bytes.length;
  }

  read(at: number, into: Uint8Array): number {
    const part = this.#bytes.subarray(at, at + into.length);
    into.set(part);
    return part.length;
  }

  write(at: number, bytes: Uint8Array): void {
    if (at + bytes.length > this.#bytes.length) this.#resize(at + bytes.length);
    this.#bytes.set(bytes, at);
  }

  truncate(size: number): void {
    this.truncated++;
    this.#resize(size);
  }

  #resize(size: number): void {
    const bytes = new Uint8Array(size);
    bytes.set(this.#bytes.subarray(0, size));
    this.#bytes = bytes;
  }

  commit(): void {
    this.commits++;
    this.#committed = this.#bytes.slice();
  }

  rollback(): void {
    this.#bytes = this.#committed.slice();
  }
}
