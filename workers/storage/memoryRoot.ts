import type { Folder } from './folder';
import { MemoryFolder } from './memoryFolder';
import { SHARED_HOME, type StoreRoot } from './storeRoot';
import { StorageError } from './storeTypes';

/** A root in memory: where a browser has no OPFS, and in tests. */
export class MemoryRoot implements StoreRoot {
  readonly where: 'opfs' | 'memory';
  sharesHandles = true;
  readonly #folders = new Map<string, Folder>();
  readonly #locks = new Map<string, Promise<unknown>>();

  /** `where` is what it passes for. */
  constructor(where: 'opfs' | 'memory' = 'memory') {
    this.where = where;
  }

  /** Takes this folder for a home. */
  put(home: string, folder: Folder): void {
    this.#folders.set(home, folder);
  }

  async folder(home: string, make: boolean): Promise<Folder> {
    const known = this.#folders.get(home);
    if (known) return known;
    if (!make) throw new StorageError('Nothing is stored for this project.', false, 'missing');
    const folder = new MemoryFolder();
    this.#folders.set(home, folder);
    return folder;
  }

  async projects(): Promise<string[]> {
    return [...this.#folders.keys()].filter((home) => home !== SHARED_HOME).map((home) => home.slice(home.indexOf('/') + 1));
  }

  async removeFolder(home: string, all: boolean): Promise<boolean> {
    const folder = this.#folders.get(home);
    for (const name of folder ? await folder.list() : []) if (!all || !(await folder!.remove(name))) return false;
    this.#folders.delete(home);
    return true;
  }

  locked<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#locks.get(name) ?? Promise.resolve();
    const done = before.then(work, work);
    this.#locks.set(name, done);
    return done;
  }

  async free(): Promise<number | null> {
    return null;
  }
}
