import type { CommitNote } from '../host/commitLabel';
import type { Store } from '../storage/storeTypes';
import type { MainFile } from './databaseFiles';

/** Name of the database within its project's store. */
export const STORE_FILE = 'main.db';

/** The database as a file of the store. */
export class StoreFile implements MainFile {
  /** What its header is to say in place of a page size that cannot be; such a file is only read. Null: what it says. */
  pageSize: number | null = null;
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
    const got = this.#store.has(STORE_FILE) ? this.#store.read(STORE_FILE, at, into) : 0;
    if (this.pageSize !== null) putPageSize(this.pageSize, at, into.subarray(0, got));
    return got;
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

/** Bytes 16 and 17 of the file, where they are among those read at a place. 65536 is written as 1. */
function putPageSize(pageSize: number, at: number, into: Uint8Array): void {
  const bytes = pageSize === 65_536 ? [0, 1] : [pageSize >> 8, pageSize & 0xff];
  for (const [i, byte] of bytes.entries()) if (16 + i >= at && 16 + i < at + into.length) into[16 + i - at] = byte;
}
