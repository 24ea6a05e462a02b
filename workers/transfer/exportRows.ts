import type { Dialect } from '../dialect/dialect';
import { OutBuffer } from '../formats/outBuffer';
import { encoderFor } from '../formats/rowEncoder';
import { isBrokenText } from '../wire/cells';
import type { ExportReport, ExportRequest } from '../wire/exports';
import type { Progress } from '../wire/opening';
import type { PackedPage } from '../wire/pageFormat';
import { unpackPage } from '../wire/pageReader';
import type { ResultColumn } from '../wire/results';

/** Bytes handed over at once. */
const CHUNK = 1024 * 1024;
/** How often the page is told how far it is, in ms. */
const TELL_MS = 100;

/** Rows as they are read, whole values; from an engine's cursor, or from a window. */
export interface RowSource {
  readonly columns: readonly ResultColumn[];
  /** The next rows; null when there are no more. */
  next(): Promise<PackedPage | null>;
}

export interface ExportWork {
  dialect: Dialect;
  /** Columns that a table fills by itself (generated): an INSERT must leave them out. */
  filled?: ReadonlySet<string>;
  /** What an INSERT says before VALUES. */
  insertClause?: string;
  onChunk: (chunk: Uint8Array) => Promise<void>;
  onProgress: (progress: Progress) => void;
  /** Lets the worker take what has arrived; throws when the work was cancelled. */
  pause: () => Promise<void>;
}

/**
 * Writes rows in a format, in chunks; each is awaited, so a slow disk slows the reading, and memory stays flat.
 * Throws EngineErrorData, `cancelled` among them; what was written until then is of no use.
 */
export async function exportRows(source: RowSource, request: ExportRequest, work: ExportWork): Promise<ExportReport> {
  const started = performance.now();
  const { range, format, options, name, expected } = request;
  const out = new OutBuffer();
  const kept = (range?.columns ?? [...source.columns.keys()])
    .flatMap((at) => (source.columns[at] ? [{ column: source.columns[at], at }] : []))
    .filter(({ column }) => format !== 'sql' || !work.filled?.has(column.name));
  const columns = kept.map(({ column }) => column);
  const encoder = encoderFor(format, { columns, options, dialect: work.dialect, name, insertClause: work.insertClause, out });
  const all = kept.length === source.columns.length && kept.every(({ at }, i) => at === i);
  let rows = 0;
  let bytes = 0;
  let broken = 0;
  let told = 0;
  const send = async (): Promise<void> => {
    const chunk = out.take();
    bytes += chunk.length;
    if (chunk.length > 0) await work.onChunk(chunk);
  };
  for (let page = await source.next(); page; page = await source.next()) {
    for (const cells of unpackPage(page)) {
      const row = all ? cells : kept.map(({ at }) => cells[at] ?? null);
      for (const cell of row) if (typeof cell === 'object' && cell !== null && isBrokenText(cell)) broken++;
      encoder.row(row);
    }
    rows += page.rows;
    if (out.size >= CHUNK) await send();
    if (performance.now() - told > TELL_MS) {
      told = performance.now();
      work.onProgress({ label: 'Exporting', done: rows, total: expected, unit: 'rows' });
    }
    await work.pause();
  }
  encoder.end();
  await send();
  const notices =
    broken > 0 && format !== 'sql'
      ? [`${broken.toLocaleString('en')} values are not valid UTF-8: their broken places were replaced.`]
      : [];
  return { rows, bytes, ms: performance.now() - started, notices };
}
