import type { ArchivePart, LogFile } from '$workers/engine';

/** A database, or what makes one. */
export interface Opened {
  /**
   * A database file; a plain dump of Postgres; an archive of pg_dump; a data directory of PGlite; a script of SQL for
   * SQLite, as its `.dump` writes it.
   */
  kind: 'sqlite' | 'postgres-dump' | 'postgres-archive' | 'postgres-directory' | 'sqlite-script';
  /** The bytes: of the file itself, or of one within it where it is a container. */
  file: Blob;
  /** By gzip, zstd or LZ4. */
  packed: boolean;
  /** What it is called, within the container where it came in one. */
  name: string;
  /** Of a database: what lay beside it. */
  log?: LogFile;
  /** Of an archive of several files, and of a data directory. */
  parts?: ArchivePart[];
  /** In words, what of its container was not looked at. */
  passedOver?: string;
}

/** One sentence that says what it is, and what to do. */
export interface Refused {
  kind: 'refused';
  message: string;
  hint: string;
  /** What could be made of it all the same. */
  offer?: 'empty-database';
  /** It may hold rows, to be imported. */
  rows?: File;
  /** It is of use beside its database. */
  log?: LogFile;
}

/** A container with more than one database. */
export interface Several {
  kind: 'several';
  found: Opened[];
  passedOver?: string;
}

/** What a dropped file is, told by its bytes, never by its name. */
export type Sniffed = Opened | Several | Refused;

export const refuse = (name: string, what: string, hint: string): Refused => ({ kind: 'refused', message: `${name} ${what}`, hint });
