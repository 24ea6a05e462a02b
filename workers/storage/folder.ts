/**
 * What the store needs of a place for its files. OPFS is one (opfs.ts), memory another (memoryFolder.ts);
 * tests bring one that fails on demand.
 */

/** An open file, synchronous like FileSystemSyncAccessHandle. All positions and sizes are bytes. */
export interface SyncFile {
  /** Fills `into` from `at`; gives how many bytes there were. */
  read(into: Uint8Array, at: number): number;
  /** Writes all of `bytes` at `at`. Throws a StorageError, `full` when there is no room. */
  write(bytes: Uint8Array, at: number): void;
  truncate(size: number): void;
  /** Returns when what was written will survive a power cut, as far as the browser can tell. */
  flush(): void;
  size(): number;
  close(): void;
}

/**
 * How a file is opened.
 * - `read`: shared with others that read; for bytes that never change.
 * - `shared`: read and written beside others; the page's lock, the fence and exact ends keep order.
 * - `own`: nobody else may have it open, and nobody can delete it meanwhile.
 */
export type FileMode = 'read' | 'shared' | 'own';

export interface Folder {
  list(): Promise<string[]>;
  /** Makes the file when it is missing and `make` is true. Throws a StorageError (`missing`, `busy`, `full`). */
  open(name: string, mode: FileMode, make?: boolean): Promise<SyncFile>;
  /** A whole file, without a handle on it. Throws a StorageError (`missing`). */
  bytes(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** False when somebody holds it; true when it is gone. */
  remove(name: string): Promise<boolean>;
}
