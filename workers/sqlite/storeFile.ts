import type { Store } from '../storage/storeTypes';
import type { MainFile } from './databaseFiles';

/** Name of the database within its project's store. */
export const STORE_FILE = 'main.db';

/** The database as a file of the store. */
export class StoreFile implements MainFile {
  readonly #store: Store;

  readonly #label: () => string | undefined;

  /** @param label what the commit that is made now did */
  constructor(store: Store, label: () => string | undefined = () => undefined) {
    this.#store = store;
    this.#label = label;
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
    this.#store.commit({ label: this.#label() });
  }

  rollback(): void {
    this.#store.rollback();
  }
}
