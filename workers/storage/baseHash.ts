/** Bytes that are hashed at once. */
const PIECE = 1 << 20;

/**
 * The hash that names a base in `shared/`: SHA-256 over the list of its files and over the SHA-256 of each
 * MB, so that no more than one MB is held. Runs in the build (Node) and in the worker alike.
 */
export class BaseHash {
  readonly #hashes: Uint8Array[] = [];
  readonly #piece = new Uint8Array(PIECE);
  #filled = 0;
  size = 0;

  /** The next bytes, in order. */
  async add(bytes: Uint8Array): Promise<void> {
    this.size += bytes.length;
    for (let done = 0; done < bytes.length; ) {
      const some = Math.min(bytes.length - done, PIECE - this.#filled);
      this.#piece.set(bytes.subarray(done, done + some), this.#filled);
      this.#filled += some;
      done += some;
      if (this.#filled === PIECE) await this.#seal();
    }
  }

  async #seal(): Promise<void> {
    this.#hashes.push(await sha256(this.#piece.subarray(0, this.#filled)));
    this.#filled = 0;
  }

  /** 64 hexadecimal digits. `files` are those whose bytes were added, one after the other. */
  async hex(files: { name: string; size: number }[]): Promise<string> {
    if (this.#filled > 0) await this.#seal();
    const list = new TextEncoder().encode(JSON.stringify(files.map(({ name, size }) => [name, size])));
    const all = new Uint8Array(list.length + 32 * this.#hashes.length);
    all.set(list);
    for (const [i, hash] of this.#hashes.entries()) all.set(hash, list.length + 32 * i);
    return [...(await sha256(all))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}

const sha256 = async (bytes: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
