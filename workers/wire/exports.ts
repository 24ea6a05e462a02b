import type { OrderedRows } from './results';

/** What rows can be written as. */
export type ExportFormat = 'csv' | 'tsv' | 'json' | 'ndjson' | 'sql' | 'markdown' | 'html' | 'xlsx' | 'parquet';

export interface ExportOptions {
  /** CSV and TSV: names of the columns as the first line. */
  header: boolean;
  /** CSV: between two fields. */
  delimiter: string;
  /** CSV and TSV: what stands for NULL; text that is the same is quoted, so that it stays text. */
  nullText: string;
  lineEnd: '\n' | '\r\n';
  /** CSV and TSV: a byte order mark, by which Excel knows UTF-8. */
  bom: boolean;
  /** How bytes are written where a format has none: `\x00ff`, or base64. */
  blobs: 'hex' | 'base64';
  /** SQL: rows of one INSERT. */
  rowsPerInsert: number;
}

export type ExportSource =
  /** All rows of a relation under its sorts and filters. */
  | { kind: 'relation'; request: OrderedRows }
  /** The rows of an open result (see `Engine.fetch`). */
  | { kind: 'result'; resultId: number };

export interface ExportRequest {
  source: ExportSource;
  /** A part of the rows, both ends inclusive, with the columns at these places in this order; all of them when absent. */
  range?: { top: number; bottom: number; columns: number[] };
  format: ExportFormat;
  options: ExportOptions;
  /** SQL: the table of the INSERTs. HTML: the heading. Excel: the sheet. */
  name: { schema: string | null; relation: string };
  /** Rows that are expected, for the progress; null while unknown. */
  expected: number | null;
}

export interface ExportReport {
  rows: number;
  bytes: number;
  ms: number;
  /** In words, what the format could not hold as it was. */
  notices: string[];
}
