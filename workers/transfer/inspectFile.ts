import { toldOfFile } from '../formats/byteStream';
import { ColumnKinds } from '../formats/inferKinds';
import { readDate, readNumber } from '../formats/readValue';
import { readerFor } from '../formats/readerFor';
import type { SourceValue } from '../formats/rowReader';
import { sniffRows } from '../formats/sniffRows';
import { hexText } from '../formats/valueText';
import type { FileReport, ImportFile, ReadOptions, ValueKind } from '../wire/imports';
import type { Progress } from '../wire/opening';

/** Rows that are shown. */
const SHOWN = 100;
const MOST_FAULTS = 100;
const TELL_MS = 100;

export interface InspectWork {
  /** Look at the beginning only: for what is shown at once. */
  headOnly: boolean;
  onProgress: (progress: Progress) => void;
  pause: () => Promise<void>;
}

const shown = (value: SourceValue): string | null => (value instanceof Uint8Array ? hexText(value) : value);

/** A value as it will arrive in a column of its kind. */
function arriving(value: string | null, kind: ValueKind, { dates, decimal }: ReadOptions): string | null {
  if (value === null) return null;
  if (kind === 'date') return readDate(value, dates) ?? value;
  const isNumber = kind === 'integer' || kind === 'numeric' || kind === 'real';
  return isNumber && decimal === ',' ? (readNumber(value, decimal) ?? value) : value;
}

/**
 * Reads a file, all of it or its beginning: its columns, what their values are, its first rows, what is wrong with it.
 * Without options it recognises them. Throws EngineErrorData where it cannot be read at all.
 */
export async function inspectFile(input: ImportFile, given: ReadOptions | null, work: InspectWork): Promise<FileReport> {
  try {
    return await inspectAs(input, given, work);
  } catch (e) {
    throw toldOfFile(e);
  }
}

async function inspectAs(input: ImportFile, given: ReadOptions | null, work: InspectWork): Promise<FileReport> {
  const options = given ?? (await sniffRows(input));
  try {
    return await inspect(input, options, work);
  } catch (e) {
    // Its beginning was UTF-8 and what follows is not: then none of it is.
    const isLateSurprise = given === null && (e as { code?: string }).code === 'encoding' && options.encoding === 'utf-8';
    if (!isLateSurprise) throw e;
    return inspect(input, { ...options, encoding: 'windows-1252' }, work);
  }
}

async function inspect(input: ImportFile, options: ReadOptions, { headOnly, onProgress, pause }: InspectWork): Promise<FileReport> {
  const reader = readerFor({ ...input, options });
  const kinds: ColumnKinds[] = [];
  const report: FileReport = { options, columns: [], rows: [], count: 0, faults: [], faultCount: 0 };
  let told = performance.now();
  let count = 0;
  let isWhole = true;
  for await (const batch of reader.batches()) {
    for (const row of batch.rows) {
      while (kinds.length < row.length) {
        const column = new ColumnKinds(options);
        column.nulls = count;
        kinds.push(column);
      }
      for (let i = 0; i < kinds.length; i++) kinds[i]!.look(row[i] ?? null);
      if (report.rows.length < SHOWN) report.rows.push(row.map(shown));
      count++;
    }
    report.faultCount += batch.faults.length;
    for (const { line, message } of batch.faults) if (report.faults.length < MOST_FAULTS) report.faults.push({ line, message });
    if (headOnly && count >= SHOWN) {
      isWhole = false;
      break;
    }
    if (performance.now() - told > TELL_MS) {
      told = performance.now();
      onProgress({ label: `Looking at ${input.name}`, done: batch.done, total: input.file.size, unit: 'bytes' });
    }
    await pause();
  }
  const names = reader.names();
  report.columns = names.map((name, i) => {
    const column = kinds[i] ?? new ColumnKinds(options);
    return { name, kind: column.kind(reader.declared(i)), nulls: column.nulls, fitsReal: column.fitsReal, wholes: reader.declared(i) !== 'real' && column.wholes, slashDates: column.slashDates };
  });
  report.rows = report.rows.map((row) => report.columns.map(({ kind }, i) => arriving(row[i] ?? null, kind, options)));
  report.count = isWhole ? count : null;
  if (reader.sheets) report.sheets = reader.sheets;
  return report;
}
