import { DatabaseFiles, JOURNAL_PATH, MAIN_PATH } from './databaseFiles';
import { MemoryFile } from './memoryFile';
import type { SqliteHeap } from './sqliteHeap';
import { wasmFunction } from './wasmFunction';

/** What is needed to build SQLite's structs and to hand them over. */
export interface VfsHost {
  heap: SqliteHeap;
  table: WebAssembly.Table;
  _malloc(bytes: number): number;
  _sqlite3_vfs_find(name: number): number;
  _sqlite3_vfs_register(vfs: number, makeDefault: number): number;
  _sqlite3_vfs_unregister(vfs: number): number;
}

const OK = 0;
const CODE = {
  full: 13, cantOpen: 14, notFound: 12, readOnly: 8,
  read: 266, shortRead: 522, write: 778, sync: 1034, truncate: 1546, size: 1802, deleteMissing: 5898
} as const;
const OPEN = { readOnly: 1, readWrite: 2, create: 4, deleteOnClose: 8 } as const;
/** A write does not harm its neighbours: frames are whole or not there. */
const POWERSAFE_OVERWRITE = 0x1000;
const SECTOR = 4096;
const NAME = 'rowhouse';
/** `struct sqlite3_file` of ours: its methods, and a number of {@link OfficialVfs.#memory}; 1 is the main file. */
const FILE_BYTES = 8;
const MAIN = 1;
/** Milliseconds from the Julian epoch to Unix's. */
const JULIAN = 210_866_760_000_000;

/**
 * Puts our file under the official build: a VFS of its own, the only one that is left there. The main database is
 * {@link DatabaseFiles}' file; its journal and temporary files lie in memory. Nothing here throws.
 */
export class OfficialVfs extends DatabaseFiles {
  override readonly seen = { open: 0, read: 0, write: 0, sync: 0, truncate: 0, stat: 0, unlink: 0, close: 0 };
  #heap!: SqliteHeap;
  #mainOpen = false;
  /** Open files that lie in memory, by number. */
  readonly #memory = new Map<number, { file: MemoryFile; name: string | null }>();
  /** Those that have a name and are not deleted. */
  readonly #named = new Map<string, MemoryFile>();
  #last = MAIN;

  override use(file: Parameters<DatabaseFiles['use']>[0]): void {
    super.use(file);
    this.#mainOpen = false;
    this.#named.clear();
  }

  /** Makes this the only file system that SQLite has. Before anything is opened. */
  register(host: VfsHost): void {
    const { heap, table } = host;
    this.#heap = heap;
    for (let other = host._sqlite3_vfs_find(0); other !== 0; other = host._sqlite3_vfs_find(0)) {
      if (host._sqlite3_vfs_unregister(other) !== OK) throw new Error('SQLite keeps its own file system.');
    }
    const struct = (fields: number[]): number => {
      const at = host._malloc(fields.length * 4);
      heap.u32.set(fields, at >> 2);
      return at;
    };
    const name = host._malloc(NAME.length + 1);
    heap.u8.set(new TextEncoder().encode(`${NAME}\0`), name);
    const f = (parameters: string, call: (...args: never[]) => number): number => wasmFunction(table, parameters, 'i', call);
    const zero = f('ii', () => OK);
    const methods = struct([
      1,
      f('i', (file: number) => this.#close(file)),
      f('iiij', (file: number, into: number, count: number, at: bigint) => this.#read(file, into, count, Number(at))),
      f('iiij', (file: number, from: number, count: number, at: bigint) => this.#write(file, from, count, Number(at))),
      f('ij', (file: number, size: bigint) => this.#truncate(file, Number(size))),
      f('ii', (file: number) => this.#sync(file)),
      f('ii', (file: number, result: number) => this.#size(file, result)),
      // Locks: one worker alone has it open for writing.
      zero,
      zero,
      f('ii', (_: number, result: number) => ((this.#heap.i32[result >> 2] = 0), OK)),
      f('iii', () => CODE.notFound),
      f('i', () => SECTOR),
      f('i', () => POWERSAFE_OVERWRITE)
    ]);
    const vfs = struct([
      2,
      FILE_BYTES,
      512,
      0,
      name,
      0,
      f('iiiii', (_: number, path: number, file: number, flags: number, out: number) => this.#open(methods, path, file, flags, out)),
      f('iii', (_: number, path: number) => this.#delete(heap.text(path))),
      f('iiii', (_: number, path: number, __: number, result: number) => this.#access(heap.text(path), result)),
      f('iiii', (_: number, path: number, most: number, into: number) => this.#fullPath(path, most, into)),
      ...[0, 0, 0, 0],
      f('iii', (_: number, count: number, into: number) => (this.#heap.u8.set(crypto.getRandomValues(new Uint8Array(count)), into), count)),
      zero,
      f('ii', (_: number, result: number) => ((this.#heap.f64[result >> 3] = (Date.now() + JULIAN) / 86_400_000), OK)),
      f('iii', () => OK),
      f('ii', (_: number, result: number) => (this.#heap.view.setBigInt64(result, BigInt(Date.now() + JULIAN), true), OK))
    ]);
    if (host._sqlite3_vfs_register(vfs, 1) !== OK) throw new Error('SQLite does not take our file system.');
  }

  #open(methods: number, path: number, file: number, flags: number, out: number): number {
    const heap = this.#heap;
    heap.u32[file >> 2] = 0;
    const name = path === 0 ? null : heap.text(path);
    let number: number;
    let given = flags;
    if (name !== null && !this.mayOpen(name, this.#mainOpen)) return CODE.cantOpen;
    if (name === MAIN_PATH) {
      this.seen.open++;
      number = MAIN;
      this.#mainOpen = true;
      if (this.readOnly) given = (flags & ~(OPEN.readWrite | OPEN.create)) | OPEN.readOnly;
    } else {
      const known = name === null ? undefined : this.#named.get(name);
      if (!known && name !== null && (flags & OPEN.create) === 0) return CODE.cantOpen;
      // A new transaction begins: SQLite is back from whatever failed.
      if (name === JOURNAL_PATH && (flags & OPEN.create) !== 0) this.recovered();
      number = ++this.#last;
      const memory = known ?? new MemoryFile();
      this.#memory.set(number, { file: memory, name: (flags & OPEN.deleteOnClose) !== 0 ? name : null });
      if (name !== null) this.#named.set(name, memory);
    }
    heap.u32[(file >> 2) + 1] = number;
    heap.u32[file >> 2] = methods;
    if (out !== 0) heap.i32[out >> 2] = given;
    return OK;
  }

  #number(file: number): number {
    return this.#heap.u32[(file >> 2) + 1]!;
  }

  #close(file: number): number {
    const number = this.#number(file);
    if (number === MAIN) {
      this.seen.close++;
      this.#mainOpen = false;
      return OK;
    }
    const closed = this.#memory.get(number);
    if (closed?.name) this.#named.delete(closed.name);
    this.#memory.delete(number);
    return OK;
  }

  #read(file: number, into: number, count: number, at: number): number {
    const number = this.#number(file);
    const bytes = this.#heap.u8.subarray(into, into + count);
    let got = 0;
    if (number === MAIN) {
      this.seen.read++;
      const code = this.attempt(false, { full: CODE.read, failed: CODE.read }, () => (got = this.readMain(at, bytes)));
      if (code !== OK) return code;
    } else got = this.#memory.get(number)!.file.read(at, bytes);
    if (got === count) return OK;
    bytes.fill(0, got);
    return CODE.shortRead;
  }

  #write(file: number, from: number, count: number, at: number): number {
    const number = this.#number(file);
    const bytes = this.#heap.u8.subarray(from, from + count);
    if (number !== MAIN) {
      try {
        this.#memory.get(number)!.file.write(at, bytes);
        return OK;
      } catch {
        // No memory for a journal or a sort.
        return CODE.full;
      }
    }
    this.seen.write++;
    // SQLite opened it to read; should it write all the same, nothing comes of it.
    if (this.readOnly) return CODE.readOnly;
    return this.attempt(true, { full: CODE.full, failed: CODE.write }, () => this.writeMain(at, bytes));
  }

  #truncate(file: number, size: number): number {
    const number = this.#number(file);
    if (number !== MAIN) {
      this.#memory.get(number)!.file.truncate(size);
      return OK;
    }
    this.seen.truncate++;
    if (this.readOnly) return CODE.readOnly;
    return this.attempt(true, { full: CODE.full, failed: CODE.truncate }, () => this.truncateMain(size));
  }

  /** Of the main file: this is the commit. */
  #sync(file: number): number {
    if (this.#number(file) !== MAIN) return OK;
    this.seen.sync++;
    return this.attempt(true, { full: CODE.full, failed: CODE.sync }, () => this.commitMain());
  }

  #size(file: number, result: number): number {
    const number = this.#number(file);
    let size = 0;
    if (number === MAIN) {
      this.seen.stat++;
      const code = this.attempt(false, { full: CODE.size, failed: CODE.size }, () => (size = this.file!.size()));
      if (code !== OK) return code;
    } else size = this.#memory.get(number)!.file.size;
    this.#heap.view.setBigInt64(result, BigInt(size), true);
    return OK;
  }

  #delete(name: string): number {
    if (name === JOURNAL_PATH) {
      this.seen.unlink++;
      this.recovered();
    }
    return this.#named.delete(name) ? OK : CODE.deleteMissing;
  }

  #access(name: string, result: number): number {
    this.#heap.i32[result >> 2] = name === MAIN_PATH || this.#named.has(name) ? 1 : 0;
    return OK;
  }

  /** Names stay as they are. */
  #fullPath(path: number, most: number, into: number): number {
    const { u8 } = this.#heap;
    const end = u8.indexOf(0, path);
    if (end - path >= most) return CODE.cantOpen;
    u8.copyWithin(into, path, end + 1);
    return OK;
  }
}
