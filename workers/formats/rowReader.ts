import type { ImportFile, ReadOptions, RowFault } from '../wire/imports';

/** A value as a file gives it: text of any kind, bytes, NULL. */
export type SourceValue = string | Uint8Array | null;

/** Some rows of a file, in order. */
export interface RowBatch {
  rows: SourceValue[][];
  /** Line (of a sheet: row) of each, from 1. */
  lines: number[];
  /** Records that are no rows of this table, with their text. */
  faults: (RowFault & { raw: string })[];
  /** Bytes of the file that have been read so far. */
  done: number;
}

/** What the values of a column are by the file's own word; `text` where all are text. */
export type DeclaredKind = 'text' | 'number' | 'integer' | 'boolean' | 'json' | 'string' | 'real' | 'numeric' | 'date' | 'timestamp' | 'timestamptz' | 'time' | 'binary' | 'uuid';

/** A file under way. */
export interface RowReader {
  /** Names of the columns; complete once the first batch has come (JSON: once the last one has). */
  names(): string[];
  /** What the file says of a column: `text` says nothing, and its values are looked at. */
  declared(at: number): DeclaredKind;
  batches(): AsyncGenerator<RowBatch>;
  sheets?: string[];
}

export interface ReaderInput extends ImportFile {
  options: ReadOptions;
  /** JSON: the columns, when they are known already; others are left out. */
  columns?: readonly string[];
}

/** Bytes of the longest record that is taken. */
export const MOST_RECORD = 64 * 1024 * 1024;
