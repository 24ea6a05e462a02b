import type { Dialect } from '../dialect/dialect';
import type { ExportFormat, ExportOptions } from '../wire/exports';
import type { ResultColumn } from '../wire/results';
import type { Cell } from '../wire/cells';
import { csvEncoder } from './csvEncoder';
import { htmlEncoder } from './htmlEncoder';
import { jsonEncoder } from './jsonEncoder';
import { markdownEncoder } from './markdownEncoder';
import { parquetEncoder } from './parquetEncoder';
import type { OutBuffer } from './outBuffer';
import { sqlEncoder } from './sqlEncoder';
import { xlsxEncoder } from './xlsxEncoder';

/** What an encoder is told of the rows that it writes. */
export interface EncoderInput {
  columns: readonly ResultColumn[];
  options: ExportOptions;
  dialect: Dialect;
  name: { schema: string | null; relation: string };
  /** Values that must be given before the rows' own: `OVERRIDING SYSTEM VALUE` of identity columns. */
  insertClause?: string;
  out: OutBuffer;
}

/** Writes rows of one format into `out`; whole values only. */
export interface RowEncoder {
  row(cells: readonly Cell[]): void;
  end(): void;
}

/** Writes the beginning; then rows may follow. */
export function encoderFor(format: ExportFormat, input: EncoderInput): RowEncoder {
  switch (format) {
    case 'csv':
      return csvEncoder(input);
    case 'tsv':
      return csvEncoder({ ...input, options: { ...input.options, delimiter: '\t' } });
    case 'json':
      return jsonEncoder(input, false);
    case 'ndjson':
      return jsonEncoder(input, true);
    case 'sql':
      return sqlEncoder(input);
    case 'markdown':
      return markdownEncoder(input);
    case 'html':
      return htmlEncoder(input);
    case 'xlsx':
      return xlsxEncoder(input);
    case 'parquet':
      return parquetEncoder(input);
  }
}
