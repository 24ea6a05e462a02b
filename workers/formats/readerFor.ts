import { csvReader } from './csvReader';
import { jsonReader } from './jsonReader';
import { parquetReader } from './parquetReader';
import type { ReaderInput, RowReader } from './rowReader';
import { xlsxReader } from './xlsxReader';

/** Reads a file as its options say. */
export function readerFor(input: ReaderInput): RowReader {
  switch (input.options.format) {
    case 'csv':
      return csvReader(input);
    case 'json':
    case 'ndjson':
      return jsonReader(input);
    case 'xlsx':
      return xlsxReader(input);
    case 'parquet':
      return parquetReader(input);
  }
}
