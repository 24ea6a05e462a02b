import type { RelationRef, TypeFamily } from './catalog';
import type { EngineErrorData } from './errors';

/** What files of rows are read as. */
export type ImportFormat = 'csv' | 'json' | 'ndjson' | 'xlsx' | 'parquet';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** How a file is to be read; recognised first, then corrected by whoever knows better. */
export interface ReadOptions {
  format: ImportFormat;
  gzip: boolean;
  encoding: TextEncoding;
  /** CSV: between two fields. */
  delimiter: string;
  /** CSV: what stands around a field that holds a delimiter; `"` when absent, empty where quotes mean nothing. */
  quote?: '"' | "'" | '';
  /** CSV and Excel: the first row names the columns. */
  header: boolean;
  /** Unquoted texts that are NULL; the empty text is one of them when empty fields are. */
  nullTexts: string[];
  /** What stands before the fraction of a number. */
  decimal: '.' | ',';
  /** How a date with slashes is read: `text` leaves it as it stands. */
  dates: 'text' | 'day-first' | 'month-first';
  /** Excel: which sheet. */
  sheet?: string;
  /** CSV: rows with fewer or more fields than the head are faults, or are filled up and cut. */
  ragged: 'fault' | 'pad';
}

/** What a column's values are, found in all of them; never narrower than the data. */
export type ValueKind =
  | 'text' | 'integer' | 'numeric' | 'real' | 'boolean' | 'date' | 'timestamp' | 'timestamptz' | 'time' | 'json' | 'uuid' | 'binary';

export interface SourceColumn {
  name: string;
  kind: ValueKind;
  /** Values that are NULL. */
  nulls: number;
  /** Numbers: every value is the same as a double. */
  fitsReal: boolean;
  /** Numbers: some have no fraction, and no exponent. */
  wholes: boolean;
  /** Dates with slashes, which can be read in two ways: ask. */
  slashDates: boolean;
}

export interface ImportFile {
  file: Blob;
  name: string;
}

/** A row that cannot be imported, and why. */
export interface RowFault {
  /** Line of the file (or row of a sheet), from 1. */
  line: number;
  message: string;
  /** The file's name, where there are several. */
  file?: string;
}

export interface FileReport {
  options: ReadOptions;
  columns: SourceColumn[];
  /** The first rows as they will arrive: text, null for NULL; bytes in hexadecimal. */
  rows: (string | null)[][];
  /** Rows of the file that could be read; null while only its beginning has been. */
  count: number | null;
  /** The first rows that are no rows of this table. */
  faults: RowFault[];
  faultCount: number;
  sheets?: string[];
}

export interface ImportMapping {
  /** Place of the column in the file. */
  from: number;
  /** Column of the table. */
  column: string;
  type: string;
  family: TypeFamily;
}

/** A file of an import, how it is read, and which of its columns goes where. */
export interface ImportPart extends ImportFile {
  options: ReadOptions;
  /** The columns of the file, as the report gave them. */
  columns: string[];
  /** As many as those of the other files, in the same order. */
  mapping: ImportMapping[];
}

export interface ImportRequest {
  /** One after another, all within the same transaction. */
  files: ImportPart[];
  target: RelationRef;
  /** Make the table first, of the mapped columns and their types. */
  create: boolean;
  /** What to do with a row whose key is there already. */
  conflict: 'fail' | 'skip' | 'update';
  /** Columns of the key, for `update`. */
  keys: string[];
  /**
   * `all`: one bad row and nothing goes in. `set-aside`: bad rows are left out and written into a file. `batches`: the
   * same, and every {@link BATCH_ROWS} rows or so are committed: what is in stays in, whatever comes after.
   */
  badRows: 'all' | 'set-aside' | 'batches';
  /** Do everything but keep it. */
  dryRun: boolean;
}

/** Rows after which a batch is committed. */
export const BATCH_ROWS = 10_000;

export interface ImportReport {
  /** Rows written: inserted or updated. */
  written: number;
  /** Rows left as they were because of their key. */
  skipped: number;
  /** The first bad rows. */
  faults: RowFault[];
  faultCount: number;
  /** Bad rows as a file that can be mended and tried again; null without any. */
  aside: Blob | null;
  /** True when the rows are in the table. */
  kept: boolean;
  /** Why not, or with `kept` why no more of them are. */
  error?: EngineErrorData;
  /** With both: the last line that was taken in, or set aside. */
  upTo?: { file: string; line: number };
  ms: number;
}
