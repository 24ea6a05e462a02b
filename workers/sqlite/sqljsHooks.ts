import { DatabaseFiles, JOURNAL_PATH, MAIN_PATH } from './databaseFiles';
import { ERRNO, IMPORTS } from './sqljsLayout';

/** Names that SQLite gives to its temporary files; they stay in memory. */
const TEMPORARY = /^(\/[a-z/]*)?\/etilqs_[^/]*$|^\/dev\/urandom$/;
const O_ACCMODE = 3;
const O_CREAT = 64;

type Syscall = (...args: never[]) => number;

/** What a failure is to emscripten's functions. */
const CODES = { full: ERRNO.noSpace, failed: ERRNO.io };

/**
 * Puts our file under sql.js: wraps those imports of the wasm that deal with files. Calls on the main
 * database's descriptor are answered from it; everything else (journal, temporary files) goes on to
 * emscripten's file system in memory.
 */
export class SqljsHooks extends DatabaseFiles {
  #fd = -1;
  #position = 0;
  #memory: WebAssembly.Memory | null = null;
  #heap = new Uint8Array(0);
  override readonly seen = { open: 0, read: 0, write: 0, seek: 0, sync: 0, truncate: 0, stat: 0, unlink: 0, close: 0 };

  override use(file: Parameters<DatabaseFiles['use']>[0]): void {
    super.use(file);
    this.#fd = -1;
    this.#position = 0;
  }

  /** Called once the instance is there. */
  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  #bytes(): Uint8Array {
    if (this.#heap.length === 0) this.#heap = new Uint8Array(this.#memory!.buffer);
    return this.#heap;
  }

  #path(pointer: number): string {
    const heap = this.#bytes();
    let end = pointer;
    while (heap[end]) end++;
    return new TextDecoder().decode(heap.subarray(pointer, end));
  }

  /** Wraps the imports in place of the originals. */
  wrap(imports: Record<string, Syscall>): Record<string, Syscall> {
    const inner = (name: string) => imports[name] as (...args: unknown[]) => number;
    const wrapped: Record<string, (...args: never[]) => number> = { ...imports };
    const seen = this.seen;

    const open = inner(IMPORTS.openat);
    wrapped[IMPORTS.openat] = (dir: number, path: number, flags: number, rest: number) => {
      const name = this.#path(path);
      if (TEMPORARY.test(name)) return open(dir, path, flags, rest);
      if (!this.mayOpen(name, this.#fd !== -1)) return -ERRNO.access;
      if (name === MAIN_PATH && this.readOnly && (flags & O_ACCMODE) !== 0) return -ERRNO.access;
      // A new transaction begins: SQLite is back from whatever failed.
      if (name === JOURNAL_PATH && (flags & O_CREAT) !== 0) this.recovered();
      // Read-only still needs the (empty) node behind the descriptor: create it.
      const fd = open(dir, path, name === MAIN_PATH ? flags | O_CREAT : flags, rest);
      if (name === MAIN_PATH && fd >= 0) {
        seen.open++;
        this.#fd = fd;
        this.#position = 0;
      }
      return fd;
    };

    const close = inner(IMPORTS.fdClose);
    wrapped[IMPORTS.fdClose] = (fd: number) => {
      if (fd === this.#fd) {
        seen.close++;
        this.#fd = -1;
      }
      return close(fd);
    };

    const read = inner(IMPORTS.fdRead);
    wrapped[IMPORTS.fdRead] = (fd: number, iov: number, count: number, result: number) => {
      if (fd !== this.#fd) return read(fd, iov, count, result);
      seen.read++;
      return this.#readVector(iov, count, result);
    };

    const write = inner(IMPORTS.fdWrite);
    wrapped[IMPORTS.fdWrite] = (fd: number, iov: number, count: number, result: number) => {
      if (fd !== this.#fd) return write(fd, iov, count, result);
      seen.write++;
      // SQLite opened it to read; should it write all the same, nothing comes of it.
      if (this.readOnly) return ERRNO.access;
      return this.#writeVector(iov, count, result);
    };

    const seek = inner(IMPORTS.fdSeek);
    wrapped[IMPORTS.fdSeek] = (fd: number, offset: bigint, whence: number, result: number) => {
      if (fd !== this.#fd) return seek(fd, offset, whence, result);
      seen.seek++;
      const from = whence === 0 ? 0 : whence === 1 ? this.#position : this.file!.size();
      this.#position = from + Number(offset);
      this.#words().setBigInt64(result, BigInt(this.#position), true);
      return 0;
    };

    const sync = inner(IMPORTS.fdSync);
    wrapped[IMPORTS.fdSync] = (fd: number) => {
      if (fd !== this.#fd) return sync(fd);
      seen.sync++;
      return this.attempt(true, CODES, () => this.commitMain());
    };

    const truncate = inner(IMPORTS.ftruncate);
    wrapped[IMPORTS.ftruncate] = (fd: number, size: bigint) => {
      if (fd !== this.#fd) return truncate(fd, size);
      seen.truncate++;
      if (this.readOnly) return -ERRNO.access;
      return -this.attempt(true, CODES, () => this.truncateMain(Number(size)));
    };

    const stat = inner(IMPORTS.fstat);
    wrapped[IMPORTS.fstat] = (fd: number, buffer: number) => {
      const code = stat(fd, buffer);
      if (fd !== this.#fd || code !== 0) return code;
      seen.stat++;
      // st_size of emscripten's struct stat.
      this.#words().setBigInt64(buffer + 24, BigInt(this.file!.size()), true);
      return 0;
    };

    const unlink = inner(IMPORTS.unlinkat);
    wrapped[IMPORTS.unlinkat] = (dir: number, path: number, flags: number) => {
      if (this.#path(path) === JOURNAL_PATH) {
        seen.unlink++;
        this.recovered();
      }
      return unlink(dir, path, flags);
    };
    return wrapped;
  }

  #view: DataView | null = null;
  #words(): DataView {
    const buffer = this.#bytes().buffer;
    if (this.#view?.buffer !== buffer) this.#view = new DataView(buffer);
    return this.#view!;
  }

  #readVector(iov: number, count: number, result: number): number {
    return this.attempt(false, CODES, () => {
      const words = this.#words();
      const heap = this.#bytes();
      let total = 0;
      for (let i = 0; i < count; i++) {
        const pointer = words.getUint32(iov + 8 * i, true);
        const length = words.getUint32(iov + 8 * i + 4, true);
        if (length === 0) continue;
        const got = this.readMain(this.#position, heap.subarray(pointer, pointer + length));
        this.#position += got;
        total += got;
        if (got < length) break;
      }
      words.setInt32(result, total, true);
    });
  }

  #writeVector(iov: number, count: number, result: number): number {
    return this.attempt(true, CODES, () => {
      const words = this.#words();
      const heap = this.#bytes();
      let total = 0;
      for (let i = 0; i < count; i++) {
        const pointer = words.getUint32(iov + 8 * i, true);
        const length = words.getUint32(iov + 8 * i + 4, true);
        if (length === 0) continue;
        this.writeMain(this.#position, heap.subarray(pointer, pointer + length));
        this.#position += length;
        total += length;
      }
      words.setInt32(result, total, true);
    });
  }
}
