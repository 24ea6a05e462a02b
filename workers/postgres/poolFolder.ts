import type { PGlite } from '@electric-sql/pglite';
import { BaseFilesystem } from '@electric-sql/pglite/basefs';
import { OpfsAhpFS } from '@electric-sql/pglite/opfs-ahp';
import { DATA, folderAt, mendState, STATE_COPY, waitForHandles, writeText } from './poolFiles';
import { TempFiles } from './tempFiles';

type Init = OpfsAhpFS['init'];
type FsStats = ReturnType<OpfsAhpFS['lstat']>;

/** Files that are opened ahead: what one statement may create, for no file can be opened while it runs. */
const SPARE_FILES = 120;
/** As many of them as an opening waits for; the others follow while the database is already used. */
const FIRST_FILES = 24;

/** Numbers of emscripten's errno: no room on the device; too many files open. */
const ENOSPC = 51;
const ENFILE = 41;

/** A lower number that an errno makes of what the file system throws; anything else would run through the wasm code. */
class Errno extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * PGlite's `opfs-ahp` (a pool of OPFS files with their handles open, and a list that says which is what),
 * made safe against an end at any instant: its list is rewritten only at an opening, with a copy beside it,
 * where PGlite truncates it first and writes it anew, and a torn last line is cut off, not an error.
 */
export class PoolFolder extends OpfsAhpFS {
  /** Bytes written since {@link takeWritten}. */
  #written = 0;

  #spare = FIRST_FILES;
  readonly #temp = new TempFiles();

  /** @param path of the folder in OPFS */
  constructor(path: string) {
    super(path, { initialPoolSize: FIRST_FILES, maintainedPoolSize: FIRST_FILES });
  }

  /** Postgres runs: from now on there are as many files ahead as a statement may want. */
  started(): void {
    this.#spare = SPARE_FILES;
    // What fails here is tried again, and heard, at the next sync.
    void this.maintainPool().catch(() => undefined);
  }

  /** Opens its files, ahead of Postgres: while the engine's code is fetched and compiled. */
  async openFiles(): Promise<void> {
    const folder = await folderAt(this.dataDir, true);
    await waitForHandles(folder);
    await mendState(folder);
    // PGlite's own init opens the files and then mounts them in the engine: here there is none yet.
    await orRejected(() => super.init(undefined as unknown as PGlite, {}));
    await this.checkpointState();
  }

  override init(...[pg, options]: Parameters<Init>): ReturnType<Init> {
    return BaseFilesystem.prototype.init.call(this, pg, options);
  }

  /** Opens files ahead. Never fewer: to delete a file right after its handle was closed may be refused. */
  override async maintainPool(size = this.#spare): Promise<void> {
    if (this.state.pool.length < size) await orRejected(() => super.maintainPool(size));
  }

  override async syncToFs(): Promise<void> {
    await this.maintainPool();
    this.flush();
  }

  /** Opens files ahead for a statement that may make many. */
  async openAhead(files: number): Promise<void> {
    await this.maintainPool(SPARE_FILES + files);
  }

  /** Closes all; files that were opened ahead for a load are deleted then. */
  override async closeFs(): Promise<void> {
    const spare = this.state.pool.splice(SPARE_FILES);
    await writeText(await folderAt(this.dataDir, false), STATE_COPY, JSON.stringify(this.state));
    await this.checkpointState();
    await super.closeFs();
    const data = await folderAt(`${this.dataDir}/${DATA}`, false);
    // One that is refused stays as an empty file that nothing names.
    await Promise.all(spare.map((name) => data.removeEntry(name).catch(() => undefined)));
  }

  // Temporary files live in memory, all others in the pool.

  override lstat(path: string): FsStats {
    return this.#temp.has(path) ? statsOf(this.#temp.stat(path)) : super.lstat(path);
  }

  override fstat(fd: number): FsStats {
    return this.#temp.isOpen(fd) ? statsOf(this.#temp.stat(fd)) : super.fstat(fd);
  }

  override chmod(path: string, mode: number): void {
    if (!this.#temp.has(path)) super.chmod(path, mode);
  }

  override utimes(path: string, accessed: number, changed: number): void {
    if (!this.#temp.has(path)) super.utimes(path, accessed, changed);
  }

  override open(path: string): number {
    return this.#temp.has(path) ? this.#temp.open(path) : super.open(path);
  }

  override close(fd: number): void {
    if (this.#temp.isOpen(fd)) this.#temp.close(fd);
    else super.close(fd);
  }

  override unlink(path: string): void {
    if (this.#temp.has(path)) this.#temp.unlink(path);
    else super.unlink(path);
  }

  override readdir(path: string): string[] {
    return [...super.readdir(path), ...this.#temp.names(path)];
  }

  override read(fd: number, buffer: Uint8Array, offset: number, length: number, position: number): number {
    if (this.#temp.isOpen(fd)) return this.#temp.read(fd, new Uint8Array(buffer.buffer, offset, length), position);
    return super.read(fd, buffer, offset, length, position);
  }

  /** @param buffer in truth the engine's memory, an ArrayBuffer: PGlite's types say otherwise */
  override write(fd: number, buffer: Uint8Array, offset: number, length: number, position: number): number {
    if (this.#temp.isOpen(fd)) {
      return this.#temp.write(fd, new Uint8Array(buffer as unknown as ArrayBuffer, offset, length), position);
    }
    this.#written += length;
    return withErrno(() => super.write(fd, buffer, offset, length, position));
  }

  override writeFile(...args: Parameters<OpfsAhpFS['writeFile']>): void {
    if (this.#temp.holds(args[0])) this.#temp.create(args[0]);
    else withErrno(() => super.writeFile(...args));
  }

  override truncate(path: string, length = 0): void {
    if (this.#temp.has(path)) this.#temp.truncate(path, length);
    else withErrno(() => super.truncate(path, length));
  }

  /** Bytes written since the last call. */
  takeWritten(): number {
    const written = this.#written;
    this.#written = 0;
    return written;
  }

  get written(): number {
    return this.#written;
  }

  /** Size and number of the files in use. */
  usage(): { bytes: number; files: number } {
    let bytes = 0;
    let files = 0;
    const walk = (path: string): void => {
      for (const name of this.readdir(path)) {
        const inner = `${path}/${name}`;
        const { mode, size } = this.lstat(inner);
        if ((mode & 0o170000) === 0o040000) walk(inner);
        else {
          bytes += size;
          files++;
        }
      }
    };
    walk('');
    return { bytes, files };
  }
}

/**
 * PGlite opens files in promises that never settle when one of them cannot be opened: the rejection that nobody
 * handles is what tells.
 */
async function orRejected<T>(work: () => Promise<T>): Promise<T> {
  let heard: ((event: PromiseRejectionEvent) => void) | undefined;
  const rejected = new Promise<never>((_, reject) => {
    heard = (event) => {
      event.preventDefault();
      reject(event.reason instanceof Error ? event.reason : new Error(String(event.reason)));
    };
    self.addEventListener('unhandledrejection', heard);
  });
  try {
    return await Promise.race([work(), rejected]);
  } finally {
    if (heard) self.removeEventListener('unhandledrejection', heard);
  }
}

function statsOf({ size, changed }: { size: number; changed: number }): FsStats {
  return {
    ...{ dev: 0, ino: 0, mode: 0o100600, nlink: 1, uid: 0, gid: 0, rdev: 0, size, blksize: 4096 },
    ...{ blocks: Math.ceil(size / 4096), atime: changed, mtime: changed, ctime: changed }
  };
}

function withErrno<T>(work: () => T): T {
  try {
    return work();
  } catch (e) {
    if (e instanceof DOMException && e.name === 'QuotaExceededError') throw new Errno(ENOSPC, e.message);
    if (e instanceof Error && e.message.startsWith('No more file handles')) throw new Errno(ENFILE, e.message);
    throw e;
  }
}
