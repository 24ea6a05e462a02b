/**
 * The store's edges (design: base, segments, frames). A store holds named files as blocks and knows no SQL
 * and no engine. All calls but opening are synchronous: engines in wasm can wait for nothing.
 */

import type { Bound } from './marks';

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
  /** By what the page that asked for it knows it again. */
  token?: string;
  /** Rows that it changed, as far as that was known when it was written. */
  rows?: number;
  /** What became known of the commit before it after that was written. */
  before?: { rows: number };
}

/** One commit, as the list of them shows it. */
export interface FrameInfo extends Omit<FrameNote, 'before'> {
  number: number;
  /** What the user calls it. */
  name?: string;
  /** Milliseconds since 1970. */
  time: number;
  /** What it takes of its segment, all that was spilled for it included. */
  bytes: number;
}

/**
 * Thousands of files are fine: each call costs the same however many there are, a commit costs what it changed.
 */
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
  /** Makes an empty file in the open transaction; one of that name stays as it is. */
  create(name: string): void;
  /**
   * Writes into the open transaction; the file grows as needed, and is made when missing. A block of which
   * little changed since one of the last commits is stored as that change alone, however it was written.
   */
  write(name: string, at: number, bytes: Uint8Array): void;
  /** Makes a file shorter or longer; what it grows by are zeros, and take no room. */
  truncate(name: string, size: number): void;
  remove(name: string): void;
  /** A file that had the new name is removed. */
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

/** A base that several projects begin from. It lies in `shared/` as long as one of them needs it. */
export interface SharedBase {
  /** Hash of its files and bytes, as BaseHash gives it. */
  hash: string;
  /** The store's files, in the order of their bytes. */
  files: { name: string; size: number }[];
  /** The bytes of all files, one after the other. Asked for only where the base is not there yet. */
  bytes(): ReadableStream<Uint8Array> | Promise<ReadableStream<Uint8Array>>;
}

/** Where a store's first bytes come from. */
export type StoreSource =
  /** What the project has in storage; fails with reason `missing` when there is nothing. */
  | { kind: 'stored' }
  /** No file yet. Where the project has something in storage already, that is opened. */
  | { kind: 'new' }
  /**
   * A new project that begins with the files of a shared base, which is made when it is not there.
   * Where the project has something in storage already, that is opened, on the base that it began from.
   */
  | { kind: 'shared'; base: SharedBase }
  /**
   * A dropped file, as the store's file `name`: a small one is copied into storage at once, a large one is read
   * by need and copied in the background.
   * Where the project has something in storage already it must be from the same file, and is opened.
   */
  | { kind: 'file'; name: string; file: Blob; packed: boolean };

export interface StoreOptions {
  projectId: string;
  /** Unique, ordered name of this opening, given by the page. */
  opening: string;
  /** `read`: as of the last commit, beside whoever writes; nothing in storage changes. */
  access: 'write' | 'read';
  source: StoreSource;
  /** Bytes of a block, a power of two from 512 to 65536 (default 4096). Counts only when the project is new. */
  blockSize?: number;
  /** With `access` read: as of this commit instead of the last one (0: as it began). */
  asOf?: number;
  /**
   * With `access` read: what is written stays in memory, `commit` keeps it there, and all is forgotten at the
   * end. For an engine that cannot even read without writing.
   */
  overlay?: boolean;
  /** While a packed file is unpacked: bytes read of it, and how many there are. */
  onProgress?: (done: number, total: number) => void;
  /** Each step of the copy of a dropped file, and its end (see `saveState`). */
  onCopy?: (progress: SaveProgress) => void;
}

/** How far the background copy of a dropped file is, in bytes. */
export interface SaveProgress {
  /** The project outlives the page: its base lies whole in storage. */
  saved: boolean;
  done: number;
  total: number;
  /** Why the copy ended; the store goes on over the dropped file. */
  error?: StorageError;
}

/** An opened store. */
export interface OpenedStore extends Store {
  /** `memory`: this browser has no storage for it; all is gone with the worker. */
  readonly where: 'opfs' | 'memory';
  saveState(): SaveProgress;
  /** Settles when the background copy has ended, well or badly (see `saveState`). */
  readonly settled: Promise<void>;
  /** The commits that one can go back to, oldest first. Reads the tables of all segments the first time. */
  frames(): FrameInfo[];
  /** The first state that one can go back to: that of this commit, 0 for the one that the project began with. */
  readonly firstFrame: number;
  /** Says how many rows the last commit changed, where that was not known when it was written. */
  tell(rows: number): void;
  /** Names a commit, or with null takes its name away; a named one is never folded away. Throws `missing` for none, `busy` in a large transaction. */
  name(number: number, text: string | null): void;
  /** How far back commits are kept. */
  bound: Bound;
  /**
   * Makes all files as they were after a commit, as one commit more, which can be gone back from in turn.
   * Nothing may be uncommitted. Throws a StorageError; then nothing has changed.
   * @returns the new commit's number
   */
  goBack(number: number): number;
  /**
   * Makes another project that begins as this one was after a commit (default: the last), without copying.
   * @param opening unique name, as for an opening
   */
  branch(projectId: string, opening: string, asOf?: number): Promise<void>;
  /**
   * What is better done when nothing else is to do: takes commits that are outside the bound into a new base,
   * when they outgrow a quarter of it. Every commit meanwhile is as quick as ever.
   * @param pause called between two steps of some ms; false ends it
   * @returns whether something was folded
   */
  tidy(pause: () => Promise<boolean>): Promise<boolean>;
}

export type StorageReason =
  /** No room. */
  | 'full'
  /** Nothing is stored for the project. */
  | 'missing'
  /** The dropped file had not been copied whole: it must be dropped again. */
  | 'needs-file'
  /** A file was handed over that is not the one the project began from. */
  | 'other-file'
  /** Another opening has taken over: this worker may write no more. */
  | 'fenced'
  /** What is stored is not what was written. */
  | 'damaged'
  /** Written by a newer Rowhouse. */
  | 'version'
  /** Held by someone else. */
  | 'busy'
  /** A write to a store that was opened for reading. */
  | 'read-only'
  /** The browser failed to read or write. */
  | 'io';

export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly full: boolean;
  readonly reason: StorageReason;
  /** With `full`: bytes that there was no room for. */
  readonly needed: number | undefined;
  constructor(message: string, full = false, reason: StorageReason = full ? 'full' : 'io', needed?: number) {
    super(message);
    this.full = full;
    this.reason = reason;
    this.needed = needed;
  }
}
