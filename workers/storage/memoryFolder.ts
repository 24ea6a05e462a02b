import type { FileMode, Folder, SyncFile } from './folder';
import { StorageError } from './storeTypes';

const PIECE = 1 << 15;

/** Bytes that grow in pieces, so that growing copies nothing. */
class Bytes {
  size = 0;
  #pieces: Uint8Array[] = [];

  read(into: Uint8Array, at: number): number {
    const count = Math.max(0, Math.min(into.length, this.size - at));
    for (let done = 0; done < count; ) {
      const offset = (at + done) % PIECE;
      const some = Math.min(count - done, PIECE - offset);
      const piece = this.#pieces[Math.floor((at + done) / PIECE)];
      if (piece) into.set(piece.subarray(offset, offset + some), done);
      else into.fill(0, done, done + some);
      done += some;
    }
    return count;
  }

  write(bytes: Uint8Array, at: number): void {
    for (let done = 0; done < bytes.length; ) {
      const offset = (at + done) % PIECE;
      const some = Math.min(bytes.length - done, PIECE - offset);
      const piece = (this.#pieces[Math.floor((at + done) / PIECE)] ??= new Uint8Array(PIECE));
      piece.set(bytes.subarray(done, done + some), offset);
      done += some;
    }
    this.size = Math.max(this.size, at + bytes.length);
  }

  truncate(size: number): void {
    if (size < this.size) {
      const last = Math.ceil(size / PIECE);
      this.#pieces.length = Math.min(this.#pieces.length, last);
      if (size % PIECE > 0) this.#pieces[last - 1]?.fill(0, size % PIECE);
    }
    this.size = size;
  }
}

/** A folder in memory: where a browser has no OPFS, and in tests. Gone with the worker. */
export class MemoryFolder implements Folder {
  readonly #files = new Map<string, { bytes: Bytes; open: number; own: boolean }>();

  async list(): Promise<string[]> {
    return [...this.#files.keys()];
  }

  async open(name: string, mode: FileMode, make = false): Promise<SyncFile> {
    let file = this.#files.get(name);
    if (!file) {
      if (!make) throw new StorageError(`There is no ${name} in storage.`, false, 'missing');
      file = { bytes: new Bytes(), open: 0, own: false };
      this.#files.set(name, file);
    }
    if (file.own || (mode === 'own' && file.open > 0)) {
      throw new StorageError(`${name} is in use.`, false, 'busy');
    }
    file.own = mode === 'own';
    file.open++;
    return handleOn(file);
  }

  async bytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const file = this.#files.get(name);
    if (!file) throw new StorageError(`There is no ${name} in storage.`, false, 'missing');
    const all = new Uint8Array(file.bytes.size);
    file.bytes.read(all, 0);
    return all;
  }

  async remove(name: string): Promise<boolean> {
    const file = this.#files.get(name);
    if (file && file.open > 0) return false;
    this.#files.delete(name);
    return true;
  }
}

function handleOn(file: { bytes: Bytes; open: number; own: boolean }): SyncFile {
  const { bytes } = file;
  let closed = false;
  return {
    read: (into, at) => bytes.read(into, at),
    write: (from, at) => bytes.write(from, at),
    truncate: (size) => bytes.truncate(size),
    flush: () => undefined,
    size: () => bytes.size,
    close() {
      if (closed) return;
      closed = true;
      file.open--;
      file.own = false;
    }
  };
}
