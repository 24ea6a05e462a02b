/** A file of an archive: the archive itself, or one of those in its directory. */
export interface ArchivePart {
  name: string;
  file: Blob;
  /** The container that it came in has packed it. False when absent. */
  packed?: boolean;
}

/** A table of an archive, as it can be chosen before it is restored. */
export interface ArchiveTable {
  /** What `ArchiveChoice` names it by. */
  id: number;
  schema: string;
  name: string;
  kind: string;
  /** Whether rows stand in the archive. */
  hasRows: boolean;
  /** Other tables that it stands on, however far: it is left out with any of them. */
  needs: number[];
}

/** What an archive of pg_dump, or a plain dump that was looked through, holds. */
export interface ArchiveContents {
  /** Of the database that was dumped. */
  database: string;
  /** Of the server, as it says it. */
  serverVersion: string;
  tables: ArchiveTable[];
  /** Everything else, counted by what it is: `FUNCTION`, `INDEX`… */
  others: { kind: string; count: number }[];
  largeObjects: boolean;
  /** It is a plain dump, whose dependencies were told by the names in it. */
  isScript?: true;
  /** Of a file of pg_dumpall: the databases in it, one of which can be chosen; it says nothing of their tables. */
  databases?: { name: string; tables: number }[];
}

/** Asks what of an archive, or which database of a file of pg_dumpall, is wanted, before any of it is restored; null: nothing, and the opening is cancelled. */
export type ChooseOfArchive = (contents: ArchiveContents) => Promise<ArchiveChoice | null>;

/** What is left out when an archive is restored; what depends on a table that is left out goes with it. */
export interface ArchiveChoice {
  /** Tables that are not made. */
  withoutTables: number[];
  /** Tables that are made, but stay empty. */
  withoutRows: number[];
  largeObjects: boolean;
  /** Of a file of pg_dumpall; absent: the first that holds anything. */
  database?: string;
}
