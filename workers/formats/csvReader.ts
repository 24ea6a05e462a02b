import { byteStream, textOf } from './byteStream';
import { CsvParser } from './csvParser';
import { MOST_RECORD, type ReaderInput, type RowBatch, type RowReader, type SourceValue } from './rowReader';
import { uniqueNames } from './uniqueNames';

/** Pieces of text are cut to this length, so that a batch stays small however large the chunks of the file are. */
const PIECE = 256 * 1024;

const isBlank = (fields: readonly SourceValue[]): boolean => fields.length === 1 && (fields[0] === null || fields[0] === '');

/** A file of delimited text. */
export function csvReader({ file, options }: ReaderInput): RowReader {
  const { delimiter, nullTexts, header, ragged, quote } = options;
  let names: string[] | null = null;

  async function* batches(): AsyncGenerator<RowBatch> {
    const stream = byteStream(file, options.gzip);
    const parser = new CsvParser(delimiter, nullTexts, quote);
    let batch: RowBatch = { rows: [], lines: [], faults: [], done: 0 };
    const take = (record: { line: number; fields: SourceValue[]; from: number; to: number }, text: string): void => {
      const { fields, line } = record;
      if (!names) {
        if (isBlank(fields)) return;
        names = header ? uniqueNames(fields.map((f) => (typeof f === 'string' ? f.trim() : '')), (n) => n.toLowerCase()) : fields.map((_, i) => `column_${i + 1}`);
        if (header) return;
      }
      const width = names.length;
      // An empty line is no row, but of one column it is a row with NULL.
      if (width > 1 && isBlank(fields)) return;
      if (fields.length !== width) {
        if (ragged === 'fault') {
          const message = `${fields.length} ${fields.length === 1 ? 'field' : 'fields'} where the head has ${width}.`;
          batch.faults.push({ line, message, raw: text.slice(record.from, record.to) });
          return;
        }
        while (fields.length < width) fields.push(null);
        fields.length = width;
      }
      batch.rows.push(fields);
      batch.lines.push(line);
    };
    const push = (text: string, final: boolean): void => {
      parser.push(text, final, take);
      if (parser.held > MOST_RECORD) {
        throw {
          code: 'refused',
          message: `What begins on line ${parser.line} is longer than 64 MB, more than a row may have.`,
          hint: 'Choose another delimiter, or mend the quote or the line ends there.'
        };
      }
    };
    for await (const text of textOf(stream, options.encoding)) {
      for (let at = 0; at < text.length; at += PIECE) {
        push(text.slice(at, at + PIECE), false);
        if (batch.rows.length === 0 && batch.faults.length === 0) continue;
        batch.done = stream.done;
        yield batch;
        batch = { rows: [], lines: [], faults: [], done: 0 };
      }
    }
    push('', true);
    batch.done = stream.done;
    yield batch;
  }

  return { names: () => names ?? [], declared: () => 'text', batches };
}
