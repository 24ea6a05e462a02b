import type { AsyncBuffer, FileMetaData, SchemaElement } from 'hyparquet';
import { messageOf } from '../wire/errors';
import type { DeclaredKind, ReaderInput, RowBatch, RowReader, SourceValue } from './rowReader';
import { clock, parquetKind, parquetText } from './parquetValues';
import { uniqueNames } from './uniqueNames';

/** Rows handed on at once. */
const ROWS = 2000;

interface Leaf {
  name: string;
  element: SchemaElement;
}

/** Columns of the first level; those whose values the library would round or refuse are read raw. */
function columnsOf(metadata: FileMetaData): Leaf[] {
  const leaves: Leaf[] = [];
  const walk = (at: number, depth: number): number => {
    const element = metadata.schema[at]!;
    if (depth === 1) {
      leaves.push({ name: element.name, element: { ...element } });
      if (element.converted_type === 'DECIMAL' || element.converted_type === 'INTERVAL' || element.logical_type?.type === 'DECIMAL') {
        delete element.converted_type;
        delete element.logical_type;
      }
    }
    let next = at + 1;
    for (let child = 0; child < (element.num_children ?? 0); child++) next = walk(next, depth + 1);
    return next;
  };
  walk(0, 0);
  return leaves;
}

/** A moment, in millionths of a second since 1970, as text. */
function momentText(micros: bigint): string {
  const day = 86_400_000_000n;
  let days = micros / day;
  let rest = micros % day;
  if (rest < 0n) {
    rest += day;
    days--;
  }
  return `${dayText(Number(days))} ${clock(rest)}`;
}

const dayText = (days: number): string => new Date(days * 86_400_000).toISOString().replace(/T.*$/, '');

/** Dates and times as text; the library's own are Dates, which hold milliseconds. */
const parsers = {
  timestampFromMilliseconds: (millis: bigint) => momentText(millis * 1000n),
  timestampFromMicroseconds: (micros: bigint) => momentText(micros),
  // Neither engine holds billionths: what they say is cut.
  timestampFromNanoseconds: (nanos: bigint) => momentText(nanos / 1000n),
  dateFromDays: (days: number) => dayText(days),
  jsonFromBytes: (bytes: Uint8Array) => bytes && new TextDecoder().decode(bytes),
  geometryFromBytes: (bytes: Uint8Array) => bytes,
  geographyFromBytes: (bytes: Uint8Array) => bytes
};

/** A Parquet file, a row group at a time. */
export function parquetReader({ file }: ReaderInput): RowReader {
  let leaves: Leaf[] = [];
  let names: string[] = [];

  async function* batches(): AsyncGenerator<RowBatch> {
    // They are large, and few files need them.
    const [{ parquetMetadataAsync, parquetRead }, { compressors }] = await Promise.all([import('hyparquet'), import('hyparquet-compressors')]);
    const buffer: AsyncBuffer = { byteLength: file.size, slice: (from, to) => file.slice(from, to).arrayBuffer() };
    const refuse = (e: unknown): never => {
      throw {
        code: 'refused',
        message: 'This Parquet file cannot be read.',
        detail: messageOf(e),
        hint: 'It may be damaged, or use what is not known here. Write it again, or as CSV.'
      };
    };
    const metadata = await parquetMetadataAsync(buffer, { parsers, geoparquet: false }).catch(refuse);
    leaves = columnsOf(metadata);
    names = uniqueNames(leaves.map((leaf) => leaf.name), (n) => n.toLowerCase());
    let start = 0;
    for (const group of metadata.row_groups) {
      const end = start + Number(group.num_rows);
      let rows: unknown[][] = [];
      await parquetRead({
        file: buffer, metadata, compressors, parsers, utf8: false, geoparquet: false, rowStart: start, rowEnd: end, rowFormat: 'array',
        onComplete: (all: unknown[][]) => (rows = all)
      }).catch(refuse);
      for (let at = 0; at < rows.length; at += ROWS) {
        const piece = rows.slice(at, at + ROWS);
        yield {
          rows: piece.map((row) => leaves.map((leaf, i): SourceValue => parquetText(row[i], leaf.element))),
          lines: piece.map((_, i) => start + at + i + 1),
          faults: [],
          done: Math.floor((file.size * (start + at + piece.length)) / Math.max(1, Number(metadata.num_rows)))
        };
      }
      start = end;
    }
    yield { rows: [], lines: [], faults: [], done: file.size };
  }

  return { names: () => names, declared: (at): DeclaredKind => parquetKind(leaves[at]!.element), batches };
}
