import type { ExportFormat, ExportOptions } from '$workers/engine';

export interface FormatWords {
  id: ExportFormat;
  label: string;
  ending: string;
  mime: string;
  /** What it keeps, in a sentence. */
  note: string;
  /** Can be put on the clipboard. */
  text: boolean;
}

/** What rows can be written as, in the order of the lists. */
export const exportFormats: readonly FormatWords[] = [
  { id: 'csv', label: 'CSV', ending: 'csv', mime: 'text/csv', text: true, note: 'Every value exact; NULL and empty text stay apart.' },
  { id: 'tsv', label: 'TSV', ending: 'tsv', mime: 'text/tab-separated-values', text: true, note: 'Every value exact; NULL and empty text stay apart.' },
  { id: 'json', label: 'JSON', ending: 'json', mime: 'application/json', text: true, note: 'An array of objects; numbers keep all their digits.' },
  { id: 'ndjson', label: 'NDJSON', ending: 'ndjson', mime: 'application/x-ndjson', text: true, note: 'An object a line; numbers keep all their digits.' },
  { id: 'sql', label: 'SQL inserts', ending: 'sql', mime: 'application/sql', text: true, note: 'INSERT statements of this database’s own dialect, every value exact.' },
  { id: 'markdown', label: 'Markdown', ending: 'md', mime: 'text/markdown', text: true, note: 'A table for people to read: NULL is empty, line ends become <br>.' },
  { id: 'html', label: 'HTML', ending: 'html', mime: 'text/html', text: true, note: 'A page with one table, for people to read.' },
  {
    id: 'xlsx',
    label: 'Excel (.xlsx)',
    ending: 'xlsx',
    mime: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    text: false,
    note: 'Numbers beyond 15 digits and dates go as text, for Excel would change them. NULL is an empty cell.'
  },
  {
    id: 'parquet',
    label: 'Parquet',
    ending: 'parquet',
    mime: 'application/vnd.apache.parquet',
    text: false,
    note: 'Integers, doubles, booleans and bytes as such; everything else as exact text.'
  }
];

export const formatOf = (id: ExportFormat): FormatWords => exportFormats.find((f) => f.id === id) ?? exportFormats[0]!;

export const defaultOptions: ExportOptions = {
  header: true,
  delimiter: ',',
  nullText: '',
  lineEnd: '\n',
  bom: false,
  blobs: 'hex',
  rowsPerInsert: 500
};
