import type { PGlite } from '@electric-sql/pglite';
import type { CommitNote } from '../host/commitLabel';
import type { EngineCode } from '../wire/opening';
import type { OpenedStore, StorageError } from '../storage/storeTypes';

/** The data directory of a project, and Postgres running on it. */
export interface DataDirectory {
  readonly pg: PGlite;
  /** What it was started from. */
  readonly code: EngineCode;
  /** Where its commits are; null where it lies elsewhere. */
  readonly store: OpenedStore | null;
  readonly where: 'opfs' | 'idb' | 'memory';
  /** In words, why nothing that is written will be kept; null when it will. */
  readonly readOnly: string | null;
  /** Something was written since the last `sync` that must be kept. */
  isDue(): boolean;
  /** What was committed is on disk when this resolves, as one commit of the store with this note. Throws a StorageError; then Postgres knows of more than is on disk. */
  sync(note?: CommitNote): Promise<void>;
  /** The first commit: from now on the database opens as stored. */
  keep(note?: CommitNote): Promise<void>;
  /** Bytes of write-ahead log since the last checkpoint was noted; 0 where nobody counts. */
  walBytes(): number;
  noteCheckpoint(): void;
  /** What there was no room for since Postgres was started, if anything. */
  full(): StorageError | null;
  /** Bytes of the database's files. */
  size(): number;
  usage(): Promise<{ bytes: number; files: number }>;
  /** Starts Postgres anew on what was last committed, after it was lost, or after a `sync` that failed. */
  restart(): Promise<DataDirectory>;
  close(): Promise<void>;
}
