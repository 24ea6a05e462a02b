/** The root in OPFS. The page can use it as well, for all that takes no handle: listing, reading whole files, removing. */
import type { Folder } from './folder';
import { OpfsFolder, asStorageError, hasModes, isNamed } from './opfs';
import type { StoreRoot } from './storeRoot';
import { StorageError } from './storeTypes';

const PROJECTS = 'projects';

/**
 * The root; null where this browser has no OPFS.
 * @param onlyReads nothing is written through it: where handles cannot be shared none are taken
 */
export async function opfsRoot(onlyReads = false): Promise<StoreRoot | null> {
  const root = await originRoot();
  return root && new OpfsRoot(root, onlyReads);
}

/** How often it is asked for, and after which pause, in ms: a browser at its limit may fail once. */
const TRIES = 4;
const PAUSE_MS = 150;

/** The origin's private file system; null where this window has none (private in some browsers, or not a secure context). */
export async function originRoot(): Promise<FileSystemDirectoryHandle | null> {
  for (let tries = 1; ; tries++) {
    try {
      return await navigator.storage.getDirectory();
    } catch (e) {
      // Whoever took memory for it would lose what is committed.
      if (tries === TRIES || !(e instanceof DOMException) || isNamed(e, 'SecurityError')) return null;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

class OpfsRoot implements StoreRoot {
  readonly where = 'opfs';
  readonly #root: FileSystemDirectoryHandle;
  readonly #onlyReads: boolean;

  constructor(root: FileSystemDirectoryHandle, onlyReads: boolean) {
    this.#root = root;
    this.#onlyReads = onlyReads;
  }

  get sharesHandles(): boolean {
    return hasModes(); // only asked in workers: a page knows no handles
  }

  async folder(home: string, make: boolean): Promise<Folder> {
    try {
      let folder = this.#root;
      for (const name of home.split('/')) folder = await folder.getDirectoryHandle(name, { create: make });
      return new OpfsFolder(folder, this.#onlyReads);
    } catch (e) {
      if (isNamed(e, 'NotFoundError')) throw new StorageError('Nothing is stored for this project.', false, 'missing');
      throw asStorageError(e);
    }
  }

  async projects(): Promise<string[]> {
    try {
      const names: string[] = [];
      for await (const name of (await this.#root.getDirectoryHandle(PROJECTS)).keys()) names.push(name);
      return names;
    } catch (e) {
      if (isNamed(e, 'NotFoundError')) return [];
      throw asStorageError(e);
    }
  }

  async removeFolder(home: string, all: boolean): Promise<boolean> {
    const path = home.split('/');
    const name = path.pop()!;
    try {
      let folder = this.#root;
      for (const step of path) folder = await folder.getDirectoryHandle(step);
      await folder.removeEntry(name, { recursive: all });
      return true;
    } catch (e) {
      if (isNamed(e, 'NotFoundError')) return true;
      if (isNamed(e, 'InvalidModificationError') || isNamed(e, 'NoModificationAllowedError')) return false;
      throw asStorageError(e);
    }
  }

  locked<T>(name: string, work: () => Promise<T>): Promise<T> {
    // A browser without Web Locks has one tab at a time to lose.
    if (!('locks' in navigator)) return work();
    return navigator.locks.request(name, work) as Promise<T>;
  }

  async free(): Promise<number | null> {
    const { quota, usage } = await navigator.storage.estimate();
    return quota === undefined || usage === undefined ? null : Math.max(0, quota - usage);
  }
}
