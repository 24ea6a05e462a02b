import type { PGlite } from '@electric-sql/pglite';
import { BaseFilesystem } from '@electric-sql/pglite/basefs';
import { OpfsAhpFS } from '@electric-sql/pglite/opfs-ahp';
import type { TarEntry } from './tar';

type Init = OpfsAhpFS['init'];
type FolderNode = OpfsAhpFS['state']['root'];

/** Files that are opened ahead: what one statement may create, for no file can be opened while it runs. */
const SPARE_FILES = 120;
/** As many of them as an opening waits for; the others follow while the database is already used. */
const FIRST_FILES = 24;
/** How long a worker that was ended while busy keeps its handles (2.0 s were seen), and some more. */
const PATIENCE_MS = 4_000;
const RETRY_MS = 40;

/** Numbers of emscripten's errno: no room on the device; too many files open. */
const ENOSPC = 51;
const ENFILE = 41;

const STATE = 'state.txt';
const STATE_COPY = 'state.copy.txt';
const DATA = 'data';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

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

  override write(fd: number, buffer: Uint8Array, offset: number, length: number, position: number): number {
    this.#written += length;
    return withErrno(() => super.write(fd, buffer, offset, length, position));
  }

  override writeFile(...args: Parameters<OpfsAhpFS['writeFile']>): void {
    withErrno(() => super.writeFile(...args));
  }

  override truncate(path: string, length?: number): void {
    withErrno(() => super.truncate(path, length));
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

function withErrno<T>(work: () => T): T {
  try {
    return work();
  } catch (e) {
    if (e instanceof DOMException && e.name === 'QuotaExceededError') throw new Errno(ENOSPC, e.message);
    if (e instanceof Error && e.message.startsWith('No more file handles')) throw new Errno(ENFILE, e.message);
    throw e;
  }
}

/** A folder in OPFS by its path. Throws NotFoundError when it is missing and is not to be made. */
export async function folderAt(path: string, create: boolean): Promise<FileSystemDirectoryHandle> {
  let folder = await navigator.storage.getDirectory();
  for (const part of path.split('/').filter(Boolean)) folder = await folder.getDirectoryHandle(part, { create });
  return folder;
}

/** Modes of a folder and a file, as PGlite's own loading of an archive gives them. */
const FOLDER_MODE = 0o040777;
const FILE_MODE = 0o100666;

/**
 * Lays the files of an archive out in a new folder, and the list that says which is what, for a
 * {@link PoolFolder} to open: all at once, where PGlite would write one after another through its file system.
 */
export async function layOut(path: string, entries: Iterable<TarEntry>): Promise<void> {
  const folder = await folderAt(path, true);
  const data = await folder.getDirectoryHandle(DATA, { create: true });
  const lastModified = Date.now();
  const root: FolderNode = { type: 'directory', lastModified, mode: FOLDER_MODE, children: {} };
  const writes: Promise<void>[] = [];
  for (const entry of entries) {
    const parts = entry.name.split('/');
    const name = parts.pop()!;
    let parent = root;
    for (const part of parts) {
      parent.children[part] ??= { type: 'directory', lastModified, mode: FOLDER_MODE, children: {} };
      parent = parent.children[part] as FolderNode;
    }
    if (entry.folder) {
      parent.children[name] ??= { type: 'directory', lastModified, mode: FOLDER_MODE, children: {} };
      continue;
    }
    const backingFilename = `base-${writes.length.toString(16).padStart(8, '0')}`;
    parent.children[name] = { type: 'file', lastModified, mode: FILE_MODE, backingFilename };
    writes.push(writeFile(data, backingFilename, entry.data));
  }
  await Promise.all(writes);
  await writeText(folder, STATE, JSON.stringify({ root, pool: [] }));
}

async function writeFile(folder: FileSystemDirectoryHandle, name: string, data: Uint8Array): Promise<void> {
  const handle = await (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
  try {
    if (data.length > 0) handle.write(data as Uint8Array<ArrayBuffer>, { at: 0 });
  } finally {
    handle.close();
  }
}

/** Waits until the worker before this one has let the files go. Throws what the browser says when it never does. */
async function waitForHandles(folder: FileSystemDirectoryHandle): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  const state = await folder.getFileHandle(STATE, { create: true });
  if (!(await isFree(state, end))) return;
  // It was held: then the others may be held some moments longer.
  const data = await folder.getDirectoryHandle(DATA, { create: true });
  for await (const handle of data.values()) {
    if (handle.kind === 'file') await isFree(handle as FileSystemFileHandle, end);
  }
}

/** Waits until a file can be opened; true when it could not at first. */
async function isFree(file: FileSystemFileHandle, end: number): Promise<boolean> {
  for (let waited = false; ; waited = true) {
    try {
      (await file.createSyncAccessHandle()).close();
      return waited;
    } catch (e) {
      const held = e instanceof DOMException && e.name === 'NoModificationAllowedError';
      if (!held || performance.now() > end) throw e;
      await pause(RETRY_MS);
    }
  }
}

/** Cuts off a line that was not written whole, takes the copy where the list itself is gone, and makes a new copy. */
async function mendState(folder: FileSystemDirectoryHandle): Promise<void> {
  let text = await textOf(folder, STATE);
  let lines = text.split('\n');
  if (text !== '' && !isJson(lines[0]!)) {
    text = await textOf(folder, STATE_COPY);
    lines = text.split('\n');
    if (!isJson(lines[0]!)) {
      throw { code: 'damaged', message: 'The list of files of this database can no longer be read.' };
    }
    await writeText(folder, STATE, text);
  }
  const whole = lines.findIndex((line, i) => i > 0 && line !== '' && !isJson(line));
  if (whole > 0) {
    text = lines.slice(0, whole).join('\n');
    await writeText(folder, STATE, text);
  }
  if (text !== '') await writeText(folder, STATE_COPY, text);
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    // Not written whole: that is what is asked.
    return false;
  }
}

async function textOf(folder: FileSystemDirectoryHandle, name: string): Promise<string> {
  const file = await folder.getFileHandle(name, { create: true });
  return (await file.getFile()).text();
}

async function writeText(folder: FileSystemDirectoryHandle, name: string, text: string): Promise<void> {
  const handle = await (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
  try {
    handle.truncate(0);
    handle.write(new TextEncoder().encode(text), { at: 0 });
    handle.flush();
  } finally {
    handle.close();
  }
}
