/** File descriptors of temporary files begin here: far above those of PGlite's pool, which count from 1. */
const FIRST_DESCRIPTOR = 1_000_000_000;
/** Bytes of one part of a file. */
const PART = 256 * 1024;

const FOLDER = '/base/pgsql_tmp/';

interface TempFile {
  parts: Uint8Array[];
  size: number;
  changed: number;
}

/**
 * Postgres' temporary files (of sorts, hash joins and such), kept in memory: a statement may make hundreds of
 * them, and while it runs no file can be opened in OPFS. `temp_file_limit` bounds them.
 */
export class TempFiles {
  #files = new Map<string, TempFile>();
  #open = new Map<number, TempFile>();
  #next = FIRST_DESCRIPTOR;

  /** True for the path of a temporary file. */
  holds(path: string): boolean {
    return path.startsWith(FOLDER);
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  isOpen(descriptor: number): boolean {
    return descriptor >= FIRST_DESCRIPTOR;
  }

  /** Names within a folder. */
  names(folder: string): string[] {
    return `${folder}/` === FOLDER ? [...this.#files.keys()].map((path) => path.slice(FOLDER.length)) : [];
  }

  create(path: string): void {
    this.#files.set(path, { parts: [], size: 0, changed: Date.now() });
  }

  open(path: string): number {
    const descriptor = this.#next++;
    this.#open.set(descriptor, this.#files.get(path)!);
    return descriptor;
  }

  close(descriptor: number): void {
    this.#open.delete(descriptor);
  }

  unlink(path: string): void {
    this.#files.delete(path);
  }

  /** Size and time of an open file or of a path. */
  stat(which: number | string): { size: number; changed: number } {
    return typeof which === 'number' ? this.#open.get(which)! : this.#files.get(which)!;
  }

  read(descriptor: number, into: Uint8Array, position: number): number {
    const file = this.#open.get(descriptor)!;
    const length = Math.max(0, Math.min(into.length, file.size - position));
    for (let done = 0; done < length; ) {
      const at = (position + done) % PART;
      const part = file.parts[Math.floor((position + done) / PART)]!;
      const piece = part.subarray(at, Math.min(PART, at + length - done));
      into.set(piece, done);
      done += piece.length;
    }
    return length;
  }

  write(descriptor: number, bytes: Uint8Array, position: number): number {
    const file = this.#open.get(descriptor)!;
    this.#resize(file, Math.max(file.size, position + bytes.length));
    for (let done = 0; done < bytes.length; ) {
      const at = (position + done) % PART;
      const piece = bytes.subarray(done, done + PART - at);
      file.parts[Math.floor((position + done) / PART)]!.set(piece, at);
      done += piece.length;
    }
    file.changed = Date.now();
    return bytes.length;
  }

  truncate(path: string, size: number): void {
    this.#resize(this.#files.get(path)!, size);
  }

  #resize(file: TempFile, size: number): void {
    const parts = Math.ceil(size / PART);
    while (file.parts.length < parts) file.parts.push(new Uint8Array(PART));
    file.parts.length = parts;
    // What is cut off must read as zeros when the file grows again.
    if (size < file.size && size % PART > 0) file.parts[parts - 1]!.fill(0, size % PART);
    file.size = size;
  }
}
