import type { ArchivePart } from './archive';
import type { EngineErrorData } from './errors';
import type { EngineKind, Notice } from './results';
import type { SalvageReport } from './salvage';

/** Where a connection's bytes come from. */
export type OpenSource =
  /** What the project has stored. */
  | { kind: 'stored' }
  /** A new, empty database. */
  | { kind: 'empty' }
  /** The built-in sample, generated in the worker. */
  | { kind: 'sample' }
  /** A dropped SQLite file (`packed`: by gzip, zstd or LZ4, which its bytes tell): read by need, copied into the browser's storage in the background. */
  | { kind: 'file'; file: Blob; packed: boolean; log?: LogFile }
  /** A damaged SQLite file that cannot be opened: a new database of what its pages still hold. */
  | { kind: 'salvage'; file: Blob; packed: boolean }
  /** A dump to restore; `chosen`: only what is chosen of it, which is asked as of an archive (Postgres). */
  | { kind: 'dump'; file: Blob; packed: boolean; chosen?: true }
  /** An archive of pg_dump, in one file (also packed, or tarred) or as the files of its directory. */
  | { kind: 'archive'; parts: ArchivePart[] }
  /** The files of a data directory of PGlite, named by their paths. */
  | { kind: 'data-directory'; parts: ArchivePart[] };

/** What lay beside a dropped SQLite file: its write-ahead log or its rollback journal, told apart by their bytes. */
export interface LogFile {
  name: string;
  file: Blob;
  packed: boolean;
}

/**
 * Compiled code of an engine, and what it reads at its start. A worker that has opened hands it to the page, and the
 * page to the next worker of that engine: what was fetched, compiled and optimized once is not again.
 */
export interface EngineCode {
  module: WebAssembly.Module;
  files?: Blob;
  /** More code, which only some databases need, by name. */
  others?: Record<string, WebAssembly.Module>;
}

export interface OpenRequest {
  connectionId: string;
  projectId: string;
  /** Number of this worker within its connection, from 1; its Web Lock is `alive:<connectionId>:<generation>`. */
  generation: number;
  /** Unique, ordered name of this opening: names the new segment of the store. */
  opening: string;
  source: OpenSource;
  /** `read` looks at what was last committed and writes nothing (a second browser tab). */
  access: 'write' | 'read';
  /** With `access` read: as it was after this commit (0: as it began) instead of the last. */
  asOf?: number;
  /** The project is read-only by its owner's wish: nothing that is written lasts, whatever is run. False when absent. */
  readOnly?: boolean;
  /** From an earlier worker of this engine. */
  code?: EngineCode;
}

/** Long work as it goes on. */
export interface Progress {
  /** What is being done, in words. */
  label: string;
  done: number;
  /** Null while unknown. */
  total: number | null;
  unit: 'bytes' | 'rows' | 'statements' | 'pages';
}

/** A statement of a dump that could not run. */
export interface RefusedStatement {
  /** From 1. */
  line: number;
  text: string;
  error: EngineErrorData;
}

export interface RestoreReport {
  statements: number;
  /** Owners, grants and such, left out on purpose. */
  skipped: number;
  /** The first of them, in order; each with its text, cut when it is very long. */
  refused: RefusedStatement[];
  /** How many more could not run than `refused` lists; absent means none. */
  refusedMore?: number;
  /** Rows loaded. */
  rows: number;
  /** It was made by pg_dump (or is a script for Postgres), of which parts can be chosen. */
  choosable?: true;
  /** In words, what a damaged database that it was read out of had lost; absent for any other. */
  lost?: string[];
  /** Of a source `salvage`: what was read of it, and what was lost. */
  salvaged?: SalvageReport;
  /** In words, when the dump ends before it should (an unterminated COPY or quote). */
  truncated?: string;
  ms: number;
}

export interface OpenReport {
  engine: EngineKind;
  /** As the engine says it: "SQLite 3.54.0", "PostgreSQL 18.0". */
  version: string;
  /** Where the bytes live. */
  storage: 'opfs' | 'idb' | 'memory';
  /** In words, why nothing can be written; null when it can. */
  readOnly: string | null;
  /** It was found damaged at its opening. */
  damaged?: true;
  /** What the user should know: damage, a missing -wal, relations that need a module. */
  notices: Notice[];
  /** Size of the database in bytes. */
  bytes: number;
  /** Whether its bytes are whole in storage; where they are not yet, `onSave` of `open` tells how that goes on. */
  save: SaveState;
  restore?: RestoreReport;
  /** For the next worker of this engine. */
  code?: EngineCode;
  /** Number of the last commit that was found; absent where commits are not numbered. */
  commit?: number;
}

/** How far the copy of a dropped file is, in bytes. `saved` true: the project outlives the page. */
export interface SaveState {
  saved: boolean;
  done: number;
  total: number;
  error?: EngineErrorData;
}

export interface StorageReport {
  bytes: number;
  files: number;
  where: 'opfs' | 'idb' | 'memory';
  /** This browser shares no open files: a new worker waits until the one before has let go. */
  exclusive?: boolean;
}

/** In words, why an opening that only looks writes nothing; null for one that writes. */
export function whyReadOnly({ access, asOf }: Pick<OpenRequest, 'access' | 'asOf'>): string | null {
  if (access === 'write') return null;
  if (asOf === undefined) return 'It is open for writing elsewhere: this is what was last committed.';
  return asOf === 0 ? 'This is how it began.' : `This is how it was after commit ${asOf}.`;
}
