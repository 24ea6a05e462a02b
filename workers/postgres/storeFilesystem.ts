import type { PGlite } from '@electric-sql/pglite';
import { BaseFilesystem, type FsStats } from '@electric-sql/pglite/basefs';
import { StorageError } from '../storage/storeTypes';
import type { Files } from './files';

/** Numbers of emscripten's errno. */
const EBADF = 8;
const EEXIST = 20;
const EIO = 29;
const EISDIR = 31;
const ENOENT = 44;
const ENOSPC = 51;
const ENOTDIR = 54;
const ENOTEMPTY = 55;

/** What PGlite makes an errno of; anything else would run through the wasm code. */
class Errno extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`errno ${code}`);
    this.code = code;
  }
}

/** Asked for all the time: made once. */
const missing = new Errno(ENOENT);

const FOLDER_MODE = 0o040777;
const FILE_MODE = 0o100666;

/** A file or folder. Folders are files without bytes whose name ends in a slash. */
interface Node {
  /** As `files` knows it. */
  name: string;
  /** Where its bytes lie. */
  files: Files;
  /** Names in a folder; null for a file. */
  children: Set<string> | null;
  changed: number;
  /** Removed while somebody had it open. */
  gone: boolean;
}

/** Temporary tables: `base/<database>/t<backend>_<number>`, with its forks and parts. */
const TEMPORARY_TABLE = /^base\/\d+\/t\d+_\d/;
const TEMPORARY_FOLDER = 'base/pgsql_tmp';
/** Folders of which the log tells all. */
const LOGGED = /^(?:base|global|pg_xact|pg_subtrans|pg_multixact|pg_commit_ts|pg_stat)\//;

/** True for what is of no more use when this worker has ended. */
const isTemporary = (path: string): boolean =>
  path === 'postmaster.pid' || path.startsWith(TEMPORARY_FOLDER) || TEMPORARY_TABLE.test(path);

/** Paths come with a slash before them. */
const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * Postgres' data directory as files of a store. Paths, folders and open files are kept in memory; bytes go
 * straight to where they lie. Nothing is on disk before the store commits.
 */
export class StoreFilesystem extends BaseFilesystem {
  readonly #kept: Files;
  readonly #temporary: Files;
  readonly #nodes = new Map<string, Node>();
  readonly #open = new Map<number, Node>();
  // Descriptor 0 is none to PGlite: such a file is never closed.
  #next = 1;
  readonly #started = Date.now();

  /** Bytes written to the write-ahead log since the last checkpoint was noted. */
  walBytes = 0;
  /**
   * Something was written that must be kept: the log, or a file that no log tells of. Pages of tables and such alone
   * can wait, for whatever is in them the log has as well.
   */
  due = false;
  /** What there was last no room for, temporary files apart. Postgres is told, and may stop at it. */
  full: StorageError | null = null;

  /**
   * @param kept what is stored
   * @param temporary where temporary files and tables go
   */
  constructor(kept: Files, temporary: Files) {
    super();
    this.#kept = kept;
    this.#temporary = temporary;
    this.#nodes.set('', this.#node('/', kept, true));
    for (const { name } of kept.files()) {
      const path = name.endsWith('/') ? name.slice(0, -1) : name;
      this.#adopt(path, this.#node(name, kept, name.endsWith('/')));
    }
  }

  #node(name: string, files: Files, folder: boolean): Node {
    return { name, files, children: folder ? new Set() : null, changed: this.#started, gone: false };
  }

  /** Puts a node into the tree, with the folders above it where the store names only what lies in them. */
  #adopt(path: string, node: Node): void {
    const known = this.#nodes.get(path);
    if (known?.children && node.children) return;
    this.#nodes.set(path, node);
    if (path === '') return;
    const above = parentOf(path);
    if (!this.#nodes.has(above)) this.#adopt(above, this.#node(`${above}/`, node.files, true));
    this.#nodes.get(above)!.children!.add(nameOf(path));
  }

  #at(path: string): Node {
    const node = this.#nodes.get(path.slice(1));
    if (!node) throw missing;
    return node;
  }

  #file(path: string): Node {
    const node = this.#at(path);
    if (node.children) throw new Errno(EISDIR);
    return node;
  }

  /** A file was changed, made, or is to be removed. */
  #note({ name, files }: Node): void {
    this.due ||= files === this.#kept && !LOGGED.test(name);
  }

  #opened(fd: number): Node {
    const node = this.#open.get(fd);
    if (!node || node.gone) throw new Errno(EBADF);
    return node;
  }

  #guarded<T>(files: Files, work: () => T): T {
    try {
      return work();
    } catch (e) {
      if (e instanceof StorageError && e.full) {
        if (files === this.#kept) this.full = e;
        throw new Errno(ENOSPC);
      }
      console.warn('A file of Postgres could not be read or written.', e);
      throw new Errno(EIO);
    }
  }

  #stats({ files, name, children, changed }: Node): FsStats {
    const size = children ? 0 : files.size(name);
    return {
      ...{ dev: 0, ino: 0, mode: children ? FOLDER_MODE : FILE_MODE, nlink: 1, uid: 0, gid: 0, rdev: 0, size },
      ...{ blksize: 8192, blocks: Math.ceil(size / 8192), atime: changed, mtime: changed, ctime: changed }
    };
  }

  lstat(path: string): FsStats {
    return this.#stats(this.#at(path));
  }

  fstat(fd: number): FsStats {
    return this.#stats(this.#opened(fd));
  }

  // Modes and times of files mean nothing here.
  chmod(): void {}
  utimes(): void {}

  open(path: string): number {
    const node = this.#file(path);
    this.#open.set(this.#next, node);
    return this.#next++;
  }

  close(fd: number): void {
    this.#open.delete(fd);
  }

  read(fd: number, buffer: Uint8Array, offset: number, length: number, position: number): number {
    const { files, name } = this.#opened(fd);
    return this.#guarded(files, () => files.read(name, position, new Uint8Array(buffer.buffer, offset, length)));
  }

  /** @param buffer in truth the engine's memory, an ArrayBuffer: PGlite's types say otherwise */
  write(fd: number, buffer: Uint8Array, offset: number, length: number, position: number): number {
    const node = this.#opened(fd);
    const { files, name } = node;
    this.#guarded(files, () => files.write(name, position, new Uint8Array(buffer as unknown as ArrayBuffer, offset, length)));
    node.changed = Date.now();
    if (name.startsWith('pg_wal/')) this.walBytes += length;
    this.#note(node);
    return length;
  }

  truncate(path: string, length = 0): void {
    const node = this.#file(path);
    const { files, name } = node;
    if (files.size(name) === length) return;
    this.#guarded(files, () => files.truncate(name, length));
    this.#note(node);
  }

  mkdir(path: string): void {
    const inner = path.slice(1);
    if (this.#nodes.has(inner)) throw new Errno(EEXIST);
    this.#make(inner, `${inner}/`, true);
  }

  /** Makes an empty file; PGlite writes into it afterwards. */
  writeFile(path: string, data: string | Uint8Array): void {
    const inner = path.slice(1);
    const node = this.#nodes.get(inner) ?? this.#make(inner, inner, false);
    if (node.children) throw new Errno(EISDIR);
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    if (bytes.length > 0) this.#guarded(node.files, () => node.files.write(node.name, 0, bytes));
    this.#note(node);
  }

  #make(path: string, name: string, folder: boolean): Node {
    const above = this.#nodes.get(parentOf(path));
    if (!above?.children) throw above ? new Errno(ENOTDIR) : missing;
    const node = this.#node(name, isTemporary(path) ? this.#temporary : this.#kept, folder);
    this.#guarded(node.files, () => node.files.create(name));
    this.#note(node);
    this.#adopt(path, node);
    return node;
  }

  readdir(path: string): string[] {
    const { children } = this.#at(path);
    if (!children) throw new Errno(ENOTDIR);
    return [...children];
  }

  unlink(path: string): void {
    const node = this.#file(path);
    this.#guarded(node.files, () => node.files.remove(node.name));
    this.#forget(path.slice(1), node);
  }

  rmdir(path: string): void {
    const node = this.#at(path);
    if (!node.children) throw new Errno(ENOTDIR);
    if (node.children.size > 0) throw new Errno(ENOTEMPTY);
    // A folder that only what lay in it told of has no file of its own.
    this.#guarded(node.files, () => node.files.size(node.name) >= 0 && node.files.remove(node.name));
    this.#forget(path.slice(1), node);
  }

  #forget(path: string, node: Node): void {
    node.gone = true;
    this.#note(node);
    this.#nodes.delete(path);
    this.#nodes.get(parentOf(path))?.children?.delete(nameOf(path));
  }

  rename(oldPath: string, newPath: string): void {
    const [from, to] = [oldPath.slice(1), newPath.slice(1)];
    const node = this.#at(oldPath);
    if (from === to) return;
    if (node.children) return this.#renameFolder(oldPath, newPath, [...node.children]);
    if (!this.#nodes.get(parentOf(to))?.children) throw missing;
    const over = this.#nodes.get(to);
    if (over?.children) throw new Errno(EISDIR);
    this.#move(node, to);
    if (over) over.gone = true;
    this.#nodes.delete(from);
    this.#nodes.get(parentOf(from))!.children!.delete(nameOf(from));
    this.#adopt(to, node);
  }

  #renameFolder(oldPath: string, newPath: string, children: string[]): void {
    if (this.#nodes.has(newPath.slice(1))) this.rmdir(newPath);
    this.mkdir(newPath);
    for (const child of children) this.rename(`${oldPath}/${child}`, `${newPath}/${child}`);
    this.rmdir(oldPath);
  }

  /** Gives a file its new name where its bytes lie, and takes them along where a temporary one becomes a lasting one or the reverse. */
  #move(node: Node, to: string): void {
    const target = isTemporary(to) ? this.#temporary : this.#kept;
    this.#guarded(target, () => {
      if (node.files === target) return target.rename(node.name, to);
      const bytes = new Uint8Array(node.files.size(node.name));
      node.files.read(node.name, 0, bytes);
      if (target.size(to) >= 0) target.remove(to);
      target.write(to, 0, bytes);
      node.files.remove(node.name);
    });
    node.name = to;
    node.files = target;
    this.#note(node);
  }

  /** Bytes of all files of the database. */
  size(): number {
    return this.#kept.files().reduce((sum, file) => sum + file.size, 0);
  }

  override async closeFs(): Promise<void> {
    (this.pg as PGlite).Module.FS.quit();
  }
}
