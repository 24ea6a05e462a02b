import { StorageError } from '../storage/storeTypes';
import { ERRNO, IMPORTS } from './sqljsLayout';

/** The database file behind a connection, as the hooks see it. Everything but reading may throw a StorageError. */
export interface MainFile {
  size(): number;
  /** Fills `into` from `at`; gives how many bytes there were before the end. */
  read(at: number, into: Uint8Array): number;
  write(at: number, bytes: Uint8Array): void;
  truncate(size: number): void;
  /** Seals what was written as one commit; flushed when it returns. */
  commit(): void;
  /** Forgets what was written since the last commit. */
  rollback(): void;
}

/** Where SQLite believes the database to lie. */
export const MAIN_PATH = '/main.db';
const JOURNAL_PATH = `${MAIN_PATH}-journal`;
/** Names that SQLite gives to its temporary files; they stay in memory. */
const TEMPORARY = /^(\/[a-z/]*)?\/etilqs_[^/]*$|^\/dev\/urandom$/;
const O_ACCMODE = 3;
const O_CREAT = 64;

type Syscall = (...args: never[]) => number;

/**
 * Puts our file under SQLite: wraps those imports of the wasm that deal with files. Calls on the main
 * database's descriptor are answered from a {@link MainFile}; everything else (journal, temporary files)
 * goes on to emscripten's file system in memory. Nothing here ever throws through wasm: a failure is
 * returned as an errno and kept in {@link lastError}.
 */
export class SqljsHooks {
  #file: MainFile | null = null;
  #fd = -1;
  #position = 0;
  #memory: WebAssembly.Memory | null = null;
  #heap = new Uint8Array(0);
  /**
   * A write or a commit has failed, and the file was set back to its last commit. SQLite now plays its journal
   * back, which leads to the very same: until that is done its writes are let go.
   */
  #failed = false;

  /** Refuse to open for writing: SQLite then opens the database read-only by itself. */
  readOnly = false;
  /** While an ATTACH runs no name but a temporary one may be opened. */
  attaching = false;
  /** What last went wrong with the file; taken by {@link takeError}. */
  #lastError: unknown = null;
  /** A path that was refused, for the error's words. */
  refusedPath: string | null = null;
  /** How often each hook answered for the main file; the self-test looks at it. */
  readonly seen = { open: 0, read: 0, write: 0, seek: 0, sync: 0, truncate: 0, stat: 0, unlink: 0, close: 0 };

  /** Sets the file that the next opening of {@link MAIN_PATH} gets. */
  use(file: MainFile | null): void {
    this.#file = file;
    this.#fd = -1;
    this.#position = 0;
    this.#failed = false;
    this.#lastError = null;
  }

  /** True while SQLite has not yet come back from a failed write. */
  get failed(): boolean {
    return this.#failed;
  }

  takeError(): unknown {
    const error = this.#lastError;
    this.#lastError = null;
    return error;
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

  #fail(error: unknown, writing: boolean): number {
    this.#lastError ??= error;
    if (writing && !this.#failed) {
      this.#failed = true;
      try {
        this.#file!.rollback();
      } catch (e) {
        // Nothing more may be written then; the store says so at the next commit.
        console.error('rollback of the store', e);
      }
    }
    return error instanceof StorageError && error.full ? ERRNO.noSpace : ERRNO.io;
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
      const allowed = !this.attaching && (name === JOURNAL_PATH || (name === MAIN_PATH && this.#fd === -1));
      if (!allowed || !this.#file) {
        this.refusedPath = name;
        return -ERRNO.access;
      }
      if (name === MAIN_PATH && this.readOnly && (flags & O_ACCMODE) !== 0) return -ERRNO.access;
      // A new transaction begins: SQLite is back from whatever failed.
      if (name === JOURNAL_PATH && (flags & O_CREAT) !== 0) this.#failed = false;
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
      const from = whence === 0 ? 0 : whence === 1 ? this.#position : this.#file!.size();
      this.#position = from + Number(offset);
      this.#words().setBigInt64(result, BigInt(this.#position), true);
      return 0;
    };

    const sync = inner(IMPORTS.fdSync);
    wrapped[IMPORTS.fdSync] = (fd: number) => {
      if (fd !== this.#fd) return sync(fd);
      seen.sync++;
      return this.#commit();
    };

    const truncate = inner(IMPORTS.ftruncate);
    wrapped[IMPORTS.ftruncate] = (fd: number, size: bigint) => {
      if (fd !== this.#fd) return truncate(fd, size);
      seen.truncate++;
      if (this.readOnly) return -ERRNO.access;
      try {
        if (!this.#failed) this.#file!.truncate(Number(size));
        return 0;
      } catch (e) {
        return -this.#fail(e, true);
      }
    };

    const stat = inner(IMPORTS.fstat);
    wrapped[IMPORTS.fstat] = (fd: number, buffer: number) => {
      const code = stat(fd, buffer);
      if (fd !== this.#fd || code !== 0) return code;
      seen.stat++;
      // st_size of emscripten's struct stat.
      this.#words().setBigInt64(buffer + 24, BigInt(this.#file!.size()), true);
      return 0;
    };

    const unlink = inner(IMPORTS.unlinkat);
    wrapped[IMPORTS.unlinkat] = (dir: number, path: number, flags: number) => {
      if (this.#path(path) === JOURNAL_PATH) {
        seen.unlink++;
        // The journal has been played back, or its transaction is through.
        this.#failed = false;
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
    try {
      const words = this.#words();
      const heap = this.#bytes();
      let total = 0;
      for (let i = 0; i < count; i++) {
        const pointer = words.getUint32(iov + 8 * i, true);
        const length = words.getUint32(iov + 8 * i + 4, true);
        if (length === 0) continue;
        const at = this.#position;
        const got = this.#file!.read(at, heap.subarray(pointer, pointer + length));
        // A file in WAL mode is read as one with a rollback journal (bytes 18 and 19 of the header).
        if (at < 20 && at + got > 18) {
          for (const place of [18, 19]) {
            if (place >= at && place < at + got && heap[pointer + place - at] === 2) heap[pointer + place - at] = 1;
          }
        }
        this.#position += got;
        total += got;
        if (got < length) break;
      }
      words.setInt32(result, total, true);
      return 0;
    } catch (e) {
      return this.#fail(e, false);
    }
  }

  #writeVector(iov: number, count: number, result: number): number {
    try {
      const words = this.#words();
      const heap = this.#bytes();
      let total = 0;
      for (let i = 0; i < count; i++) {
        const pointer = words.getUint32(iov + 8 * i, true);
        const length = words.getUint32(iov + 8 * i + 4, true);
        if (length === 0) continue;
        // Page 1 that turns to WAL mode would send every later write into a file in memory.
        if (this.#position === 0 && length >= 20 && (heap[pointer + 18] === 2 || heap[pointer + 19] === 2)) {
          throw new StorageError('Write-ahead logging is not possible here.');
        }
        if (!this.#failed) this.#file!.write(this.#position, heap.subarray(pointer, pointer + length));
        this.#position += length;
        total += length;
      }
      words.setInt32(result, total, true);
      return 0;
    } catch (e) {
      return this.#fail(e, true);
    }
  }

  #commit(): number {
    try {
      if (!this.#failed) this.#file!.commit();
      return 0;
    } catch (e) {
      return this.#fail(e, true);
    }
  }
}
