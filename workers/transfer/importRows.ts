import { createTableSql } from '../dialect/createTable';
import { toldOfFile } from '../formats/byteStream';
import { readerFor } from '../formats/readerFor';
import type { SourceValue } from '../formats/rowReader';
import type { Cell } from '../wire/cells';
import { toErrorData, type EngineErrorData } from '../wire/errors';
import { BATCH_ROWS, type ImportPart, type ImportReport, type ImportRequest, type RowFault } from '../wire/imports';
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
 * Reads files into a table within one transaction. A fault ends it and leaves everything as it was, or is set
 * aside; a dry run keeps nothing and lists every fault. Throws `cancelled` and what the engine says of the whole;
 * the table is as it was then. In batches what was committed stays, and the report says why there is no more.
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
  } catch (thrown) {
    const e = await takenBack(target, toldOfFile(thrown));
    const ms = performance.now() - started;
    const committed = run.committed(ms);
    if (committed) return { ...committed, error: toErrorData(e) };
    if (!(e instanceof Fault)) throw e;
    return { ...run.report(false, ms), error: e.data };
  }
}

/**
 * Takes back what is open, and gives the reason why. An engine that ran out of room says so only when it is asked for
 * something else: that is the reason then, whatever was thrown before.
 */
async function takenBack(target: ImportTarget, thrown: unknown): Promise<unknown> {
  try {
    await target.exec(target.inTransaction() ? 'ROLLBACK' : 'SELECT 1');
    return thrown;
  } catch (settled) {
    return toErrorData(thrown).code === 'storage-full' ? thrown : settled;
  }
}

class ImportRun {
  readonly #target: ImportTarget;
  readonly #request: ImportRequest;
  readonly #work: ImportWork;
  readonly #aside: AsideFile;
  readonly #total: number;
  #part: ImportPart;
  #convert: ConvertValue[] = [];
  #loader: RowLoader | null = null;
  #written = 0;
  #skipped = 0;
  #faults: RowFault[] = [];
  #faultCount = 0;
  #piece = PIECE;
  #told = 0;
  /** Bytes of the files before this one. */
  #before = 0;
  /** Rows and faults since the last commit. */
  #open = 0;
  #line = 0;
  #committed: ImportReport | null = null;

  constructor(target: ImportTarget, request: ImportRequest, work: ImportWork) {
    this.#target = target;
    this.#request = request;
    this.#work = work;
    this.#part = request.files[0]!;
    this.#aside = new AsideFile(this.#part.options, this.#part.columns);
    this.#total = request.files.reduce((sum, { file }) => sum + file.size, 0);
  }

  report(kept: boolean, ms: number): ImportReport {
    return {
      written: this.#written,
      skipped: this.#skipped,
      faults: this.#faults,
      faultCount: this.#faultCount,
      aside: this.#setsAside ? this.#aside.blob() : null,
      kept,
      ms
    };
  }

  /** What the batches so far came to; null where nothing is committed. */
  committed(ms: number): ImportReport | null {
    return this.#committed && { ...this.#committed, ms };
  }

  get #setsAside(): boolean {
    return this.#request.badRows !== 'all';
  }

  async all(): Promise<void> {
    const { create, target, files } = this.#request;
    if (create) {
      await this.#target.exec(createTableSql(this.#target.dialect, target, this.#part.mapping.map(({ column, type }) => ({ name: column, type }))));
    }
    try {
      this.#loader = await this.#load();
      for (const part of files) {
        this.#part = part;
        this.#convert = part.mapping.map((m) => converterFor(m, part.options, this.#target.dialect.engine));
        await this.#file(part);
        this.#before += part.file.size;
      }
      await this.#loader.finish();
    } finally {
      await this.#loader?.close();
    }
  }

  async #load(): Promise<RowLoader> {
    const { target, conflict, keys, files } = this.#request;
    const columns = files[0]!.mapping.map(({ column, type, family }) => ({ name: column, type, family }));
    return this.#target.loader({ target, columns, conflict, keys });
  }

  async #file(part: ImportPart): Promise<void> {
    const isJson = part.options.format === 'json' || part.options.format === 'ndjson';
    const reader = readerFor({ ...part, columns: isJson ? part.columns : undefined });
    for await (const batch of reader.batches()) {
      const names = reader.names();
      for (const fault of batch.faults) this.#fault(fault.line, fault.message, () => this.#aside.raw(fault.raw));
      const cells: Cell[][] = [];
      const places: number[] = [];
      for (let i = 0; i < batch.rows.length; i++) {
        const row = batch.rows[i]!;
        const converted = this.#row(row);
        if (typeof converted === 'string') this.#fault(batch.lines[i]!, converted, () => this.#aside.row(names, row, reader.declared));
        else {
          cells.push(converted);
          places.push(i);
        }
      }
      await this.#rows(cells, (at) => {
        const place = places[at]!;
        return { line: batch.lines[place]!, keep: () => this.#aside.row(names, batch.rows[place]!, reader.declared) };
      });
      this.#line = batch.lines.at(-1) ?? batch.faults.at(-1)?.line ?? this.#line;
      this.#open += batch.rows.length + batch.faults.length;
      this.#tell(batch.done);
      await this.#work.pause();
      if (this.#request.badRows === 'batches' && !this.#request.dryRun && this.#open >= BATCH_ROWS) await this.#commit();
    }
  }

  /** Ends a batch, and begins the next. */
  async #commit(): Promise<void> {
    await this.#loader!.finish();
    await this.#loader!.close();
    this.#loader = null;
    await this.#target.exec('COMMIT');
    const { files } = this.#request;
    const faults = this.#faults.slice();
    const isSame = this.#committed?.faultCount === this.#faultCount;
    const aside = isSame ? this.#committed!.aside : this.#aside.blob();
    this.#committed = { ...this.report(true, 0), faults, aside, upTo: { file: files.length > 1 ? this.#part.name : '', line: this.#line } };
    this.#open = 0;
    await this.#target.exec('BEGIN');
    this.#loader = await this.#load();
  }

  /** The cells of a row, or why it cannot be taken. */
  #row(row: readonly SourceValue[]): Cell[] | string {
    const { mapping } = this.#part;
    const cells = new Array<Cell>(mapping.length);
    let i = 0;
    try {
      for (; i < mapping.length; i++) cells[i] = this.#convert[i]!(row[mapping[i]!.from] ?? null);
      return cells;
    } catch (e) {
      if (!(e instanceof RangeError)) throw e;
      return `${mapping[i]!.column}: ${e.message}`;
    }
  }

  async #rows(rows: readonly Cell[][], origin: (at: number) => { line: number; keep: () => void }): Promise<void> {
    for (let at = 0; at < rows.length; ) {
      const piece = rows.slice(at, at + this.#piece);
      const { taken, written, error } = await this.#loader!.load(piece);
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
    const isOne = this.#request.files.length === 1;
    if (this.#faults.length < MOST_FAULTS) this.#faults.push({ line, message, ...(isOne ? {} : { file: this.#part.name }) });
    if (this.#setsAside) keep();
    else if (!this.#request.dryRun) {
      throw new Fault({ code: 'refused', message: `${isOne ? 'Line' : `${this.#part.name}, line`} ${line}: ${message}`, hint: 'Nothing was imported. Mend the file, or set bad rows aside.' });
    }
  }

  #tell(done: number): void {
    if (performance.now() - this.#told < TELL_MS) return;
    this.#told = performance.now();
    const rows = (this.#written + this.#skipped).toLocaleString('en');
    this.#work.onProgress({ label: `${rows} rows`, done: this.#before + done, total: this.#total, unit: 'bytes' });
  }
}

/** An engine's error as one line of a list. */
function wordsOf(thrown: unknown): string {
  const { message, detail } = toErrorData(thrown);
  const first = detail?.split('\n').find((line) => !line.startsWith('COPY '));
  return first ? `${message} (${first.replace(/\.$/, '')})` : message;
}
