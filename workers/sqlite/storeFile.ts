import type { CommitNote } from '../host/commitLabel';
import type { Store } from '../storage/storeTypes';
import type { MainFile } from './databaseFiles';

/** Name of the database within its project's store. */
export const STORE_FILE = 'main.db';

/** The database as a file of the store. */
export class StoreFile implements MainFile {
  readonly #store: Store;

  readonly #note: () => CommitNote;

  /** @param note what is kept with the commit that is made now */
  constructor(store: Store, note: () => CommitNote = () => ({})) {
    this.#store = store;
    this.#note = note;
  }

  size(): number {
    return Math.max(0, this.#store.size(STORE_FILE));
  }

  read(at: number, into: Uint8Array): number {
    return this.#store.has(STORE_FILE) ? this.#store.read(STORE_FILE, at, into) : 0;
  }

  write(at: number, bytes: Uint8Array): void {
    this.#store.write(STORE_FILE, at, bytes);
  }

  truncate(size: number): void {
    if (this.size() !== size) this.#store.truncate(STORE_FILE, size);
  }

  commit(): void {
    this.#store.commit(this.#note());
  }

  rollback(): void {
    this.#store.rollback();
  }
}
