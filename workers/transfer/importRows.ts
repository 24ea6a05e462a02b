import { createTableSql } from '../dialect/createTable';
import { readerFor } from '../formats/readerFor';
import type { SourceValue } from '../formats/rowReader';
import type { Cell } from '../wire/cells';
import { toErrorData, type EngineErrorData } from '../wire/errors';
import type { ImportReport, ImportRequest } from '../wire/imports';
import type { Progress } from '../wire/opening';
import { AsideFile } from './asideFile';
import { converterFor, type ConvertValue } from './convertValue';
import type { ImportTarget, RowLoader } from './importTarget';

const MOST_FAULTS = 1000;
/** Rows that an engine is handed at once; fewer after a fault, for those before it are loaded again. */
const PIECE = 2000;
const LEAST = 50;
const TELL_MS = 100;

export interface ImportWork {
  onProgress: (progress: Progress) => void;
  /** Lets the worker take what has arrived; throws when the work was cancelled. */
  pause: () => Promise<void>;
}

/** A fault that ends an import of all or nothing. */
class Fault extends Error {
  readonly data: EngineErrorData;
  constructor(data: EngineErrorData) {
    super(data.message);
    this.data = data;
  }
}

/**
 * Reads a file into a table within one transaction. A fault ends it and leaves everything as it was, or is set
 * aside; a dry run keeps nothing and lists every fault. Throws `cancelled` and what the engine says of the whole;
 * the table is as it was then.
 */
export async function importRows(target: ImportTarget, request: ImportRequest, work: ImportWork): Promise<ImportReport> {
  if (target.inTransaction()) {
    throw { code: 'refused', message: 'A transaction is open in this database.', hint: 'Commit it or roll it back, then import.' };
  }
  const started = performance.now();
  const run = new ImportRun(target, request, work);
  await target.exec('BEGIN');
  try {
    await run.all();
    await target.exec(request.dryRun ? 'ROLLBACK' : 'COMMIT');
    return run.report(!request.dryRun, performance.now() - started);
  } catch (e) {
    if (target.inTransaction()) await target.exec('ROLLBACK');
    if (!(e instanceof Fault)) throw e;
    return { ...run.report(false, performance.now() - started), error: e.data };
  }
}

class ImportRun {
  readonly #target: ImportTarget;
  readonly #request: ImportRequest;
  readonly #work: ImportWork;
  readonly #aside: AsideFile;
  readonly #convert: ConvertValue[];
  #written = 0;
  #skipped = 0;
  #faults: { line: number; message: string }[] = [];
  #faultCount = 0;
  #piece = PIECE;
  #told = 0;

  constructor(target: ImportTarget, request: ImportRequest, work: ImportWork) {
    this.#target = target;
    this.#request = request;
    this.#work = work;
    this.#aside = new AsideFile(request.options);
    this.#convert = request.mapping.map((m) => converterFor(m, request.options, target.dialect.engine));
  }

  report(kept: boolean, ms: number): ImportReport {
    return {
      written: this.#written,
      skipped: this.#skipped,
      faults: this.#faults,
      faultCount: this.#faultCount,
      aside: this.#request.badRows === 'set-aside' ? this.#aside.blob() : null,
      kept,
      ms
    };
  }

  async all(): Promise<void> {
    const request = this.#request;
    const { mapping, options } = request;
    if (request.create) {
      await this.#target.exec(createTableSql(this.#target.dialect, request.target, mapping.map(({ column, type }) => ({ name: column, type }))));
    }
    const columns = mapping.map(({ column, type, family }) => ({ name: column, type, family }));
    const loader = await this.#target.loader({ target: request.target, columns, conflict: request.conflict, keys: request.keys });
    try {
      const isJson = options.format === 'json' || options.format === 'ndjson';
      const reader = readerFor({ ...request, columns: isJson ? request.columns : undefined });
      for await (const batch of reader.batches()) {
        const names = reader.names();
        for (const fault of batch.faults) this.#fault(fault.line, fault.message, () => this.#aside.raw(names, fault.raw));
        const cells: Cell[][] = [];
        const places: number[] = [];
        for (const [i, row] of batch.rows.entries()) {
          const converted = this.#row(row);
          if (typeof converted === 'string') this.#fault(batch.lines[i]!, converted, () => this.#aside.row(names, row, reader.declared));
          else {
            cells.push(converted);
            places.push(i);
          }
        }
        await this.#load(loader, cells, (at) => {
          const place = places[at]!;
          return { line: batch.lines[place]!, keep: () => this.#aside.row(names, batch.rows[place]!, reader.declared) };
        });
        this.#tell(batch.done);
        await this.#work.pause();
      }
      await loader.finish();
    } finally {
      await loader.close();
    }
  }

  /** The cells of a row, or why it cannot be taken. */
  #row(row: readonly SourceValue[]): Cell[] | string {
    const { mapping } = this.#request;
    const cells: Cell[] = [];
    for (let i = 0; i < mapping.length; i++) {
      try {
        cells.push(this.#convert[i]!(row[mapping[i]!.from] ?? null));
      } catch (e) {
        if (!(e instanceof RangeError)) throw e;
        return `${mapping[i]!.column}: ${e.message}`;
      }
    }
    return cells;
  }

  async #load(loader: RowLoader, rows: readonly Cell[][], origin: (at: number) => { line: number; keep: () => void }): Promise<void> {
    for (let at = 0; at < rows.length; ) {
      const piece = rows.slice(at, at + this.#piece);
      const { taken, written, error } = await loader.load(piece);
      this.#written += written;
      this.#skipped += taken - written;
      at += taken;
      this.#piece = error ? LEAST : Math.min(PIECE, this.#piece * 2);
      if (error) {
        if (!this.#target.inTransaction()) throw error; // a trigger has ended the transaction: nothing is left to go on with
        const { line, keep } = origin(at);
        this.#fault(line, wordsOf(error), keep);
        at++;
      }
      await this.#work.pause();
    }
  }

  #fault(line: number, message: string, keep: () => void): void {
    this.#faultCount++;
    if (this.#faults.length < MOST_FAULTS) this.#faults.push({ line, message });
    if (this.#request.badRows === 'set-aside') keep();
    else if (!this.#request.dryRun) {
      throw new Fault({ code: 'refused', message: `Line ${line}: ${message}`, hint: 'Nothing was imported. Mend the file, or set bad rows aside.' });
    }
  }

  #tell(done: number): void {
    if (performance.now() - this.#told < TELL_MS) return;
    this.#told = performance.now();
    const rows = (this.#written + this.#skipped).toLocaleString('en');
    this.#work.onProgress({ label: `${rows} rows`, done, total: this.#request.file.size, unit: 'bytes' });
  }
}

/** An engine's error as one line of a list. */
function wordsOf(thrown: unknown): string {
  const { message, detail } = toErrorData(thrown);
  const first = detail?.split('\n').find((line) => !line.startsWith('COPY '));
  return first ? `${message} (${first.replace(/\.$/, '')})` : message;
}
