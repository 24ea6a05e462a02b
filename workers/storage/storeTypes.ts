/**
 * The store's edges (design: base, segments, frames). A store holds named files as blocks and knows no SQL
 * and no engine. All calls but opening are synchronous: engines in wasm can wait for nothing.
 */

/** Bytes that never change and can be read at any position: a dropped File, a base in OPFS. */
export interface Base {
  readonly size: number;
  /** Fills `into` from `at`; gives how many bytes there were. Throws a StorageError. */
  read(at: number, into: Uint8Array): number;
  close(): void;
}

/** What a frame tells of its commit. */
export interface FrameNote {
  /** What the commit did, in words or SQL, shortened. */
  label?: string;
}

export interface Store {
  /** Number of the last commit; 0 before the first. */
  readonly lastFrame: number;
  /** Names of the files, with their sizes, as the open transaction sees them. */
  files(): { name: string; size: number }[];
  has(name: string): boolean;
  /** Bytes; -1 when there is no such file. */
  size(name: string): number;
  /** Fills `into` from `at`; gives how many bytes there were before the file's end (the rest is zeroed). */
  read(name: string, at: number, into: Uint8Array): number;
  /** Writes into the open transaction; the file grows as needed, and is made when missing. */
  write(name: string, at: number, bytes: Uint8Array): void;
  truncate(name: string, size: number): void;
  remove(name: string): void;
  rename(from: string, to: string): void;
  /** True while something is written that no commit holds. */
  readonly dirty: boolean;
  /**
   * Seals all that was written since the last commit as one frame, flushed before this returns.
   * Nothing written: no frame. Throws a StorageError (`full` true when there was no room); then the frame
   * is not there, and what was written stays open: roll back, or try again.
   * @returns the frame's number
   */
  commit(note?: FrameNote): number;
  /** Forgets all that was written since the last commit. */
  rollback(): void;
  /** Bytes that this project takes in storage. */
  stored(): { bytes: number; files: number };
  close(): void;
}

export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly full: boolean;
  constructor(message: string, full = false) {
    super(message);
    this.full = full;
  }
}
