import type { ChooseOfArchive } from '../wire/archive';
import type { RelationRef, RelationSizes } from '../wire/catalog';
import type { CompareReport, CompareSide } from '../wire/compares';
import type { CopyReport, ReceiveRequest, RelationSurvey, SendRequest } from '../wire/copies';
import type { ExportReport, ExportRequest } from '../wire/exports';
import type { FileReport, ImportFile, ImportReport, ImportRequest, ReadOptions } from '../wire/imports';
import { LONG_CELL_BYTES, type Cell } from '../wire/cells';
import type { ChoicePage, ColumnStats, ChoiceRequest, ReferencingRows } from '../wire/changes';
import type { PackedCommit, PackedReport } from '../wire/packedCommit';
import type { PackedPage } from '../wire/pageFormat';
import type { EngineErrorData } from '../wire/errors';
import type { MigrateRequest } from '../wire/migration';
import type { ObjectRef } from '../wire/objects';
import type { OpenReport, OpenRequest, Progress, SaveState } from '../wire/opening';
import type { CommitPage, RestoreBound } from '../wire/restorePoints';
import type { BrowsePage, BrowseRequest, Danger, RowCount, RowSet, RunEvent, RunReport, RunRequest } from '../wire/results';
import { holdAliveLock } from './aliveLock';
import { columnStats } from './columnStats';
import { commitChanges } from './commit';
import { dangersOf } from './dangers';
import type { Driver } from './driver';
import type { NumberedEngine } from './expose';
import { migrate } from './migrate';
import { pauses } from './pauses';
import { foreignKeyChoices, referencingRows } from './foreignKeys';
import { callCancelled, CallQueue } from './queue';
import { blamed, browseRelation, countRelation, relationCell } from './relationRows';
import { branchOff, goBackTo, withCommits } from './restorePointCalls';
import { CommitRows, commitPage, type CommitStore } from './restorePoints';
import type { SalvageReport } from '../wire/salvage';
import { rowCounts } from './rowCounts';
import { runScript } from './runScript';
import { openScratch } from './scratch';
import { seldom } from './seldom';
import { openSide, receiveInto, sendFrom, surveyOf } from './copyHost';
import { exportFrom } from './exportFrom';
import { importTargetOf } from './importTarget';
import { answerCompare, compareRows } from '../transfer/compareRows';
import { importRows } from '../transfer/importRows';
import { inspectFile } from '../transfer/inspectFile';
import { Windows } from './windows';

const noProgress = (): void => undefined;

const notAFile: EngineErrorData = { code: 'unsupported', message: 'This database is not one file, whose pages could be looked over.' };

const allOfIt: ChooseOfArchive = () => Promise.resolve({ withoutTables: [], withoutRows: [], largeObjects: true });

/** While calls wait or run, the store's own work looks again so much later. */
const BUSY_MS = 50;

/** The Engine of a worker over its driver: order, windows, scripts, browsing and counting, the same for every engine. */
export class EngineHost implements NumberedEngine {
  readonly #driver: Driver;
  readonly #queue: CallQueue;
  #windows: Windows | null = null;
  readonly #rows = new CommitRows();
  #opening = '';
  /** Hears of commits that no call has made. */
  #onCommit: (number: number) => void = noProgress;
  #branches = 0;

  constructor(driver: Driver) {
    this.#driver = driver;
    this.#queue = new CallQueue(async () => {
      if (!this.#windows) return;
      const before = this.lastCommit;
      await driver.idle?.();
      if (this.lastCommit !== undefined && this.lastCommit !== before) this.#onCommit(this.lastCommit);
      void this.#tidy();
    });
  }

  under<T>(number: number, call: () => T): T {
    return this.#queue.under(number, call);
  }

  get lastCommit(): number | undefined {
    return this.#windows ? this.#driver.commitStore()?.lastFrame : undefined;
  }

  #opened(): Windows {
    if (!this.#windows) throw { code: 'not-open', message: 'This database is not open yet.' };
    return this.#windows;
  }

  /** Throws where nothing can be written. */
  #writable(): void {
    this.#opened();
    const { readOnly } = this.#driver;
    if (readOnly !== null) throw { code: 'read-only', message: 'Nothing can be changed in this database.', detail: readOnly };
  }

  open(
    request: OpenRequest,
    onProgress: (progress: Progress) => void = noProgress,
    onSave: (save: SaveState) => void = noProgress,
    choose: ChooseOfArchive = allOfIt,
    onCommit: (number: number) => void = noProgress
  ): Promise<OpenReport> {
    return this.#queue.run(async () => {
      holdAliveLock(request.connectionId, request.generation);
      const scratch = openScratch(request.opening);
      try {
        const report = await this.#driver.open(request, onProgress, seldom(onSave), choose);
        this.#windows = new Windows(await scratch, request.generation);
        this.#opening = request.opening;
        this.#rows.begin(this.#driver.commitStore());
        this.#onCommit = onCommit;
        return { ...report, save: this.#driver.saveState(), commit: this.lastCommit };
      } catch (e) {
        (await scratch).close();
        throw e;
      }
    });
  }

  ping(): Promise<true> {
    return Promise.resolve(true);
  }

  catalog() {
    return this.#queue.run(() => (this.#opened(), this.#driver.catalog()));
  }

  structure(ref: RelationRef) {
    return this.#queue.run(() => (this.#opened(), this.#driver.structure(ref)));
  }

  objects() {
    return this.#queue.run(() => (this.#opened(), this.#driver.objects()));
  }

  object(ref: ObjectRef) {
    return this.#queue.run(() => (this.#opened(), this.#driver.object(ref)));
  }

  sizes(ref: RelationRef, large = false, onProgress: (progress: Progress) => void = noProgress): Promise<RelationSizes | null> {
    return this.#stoppable(async (driver, pause) => (await driver.sizes?.(ref, large, onProgress, pause)) ?? null);
  }

  definition(ref: RelationRef) {
    return this.#queue.run(() => (this.#opened(), this.#driver.definition(ref)));
  }

  migrate(request: MigrateRequest) {
    return this.#queue.run(() => (this.#writable(), migrate(this.#driver, request)));
  }

  run(request: RunRequest, onEvent: (event: RunEvent) => void = noProgress): Promise<RunReport> {
    return this.#queue.run((stop) =>
      runScript(this.#driver, this.#opened(), request, onEvent, stop, ({ changed }) =>
        this.#rows.after(this.#driver.commitStore(), changed, this.#driver.inTransaction())
      )
    );
  }

  // Windows are read at once, not in the queue: a result can be looked at while it is still being read.
  async fetch(resultId: number, from: number, count: number): Promise<PackedPage> {
    return this.#opened().fetch(resultId, from, count, LONG_CELL_BYTES);
  }

  async wholeCell(resultId: number, row: number, column: number): Promise<Cell> {
    return this.#opened().cell(resultId, row, column);
  }

  async release(resultId: number): Promise<void> {
    this.#windows?.release(resultId);
  }

  async browse(request: BrowseRequest): Promise<BrowsePage> {
    const page = await this.#queue.run(() => {
      this.#opened();
      return browseRelation(this.#driver, request);
    });
    const sampling = this.#driver.sample?.(request);
    // It is of no account where it fails: far pages are found without it.
    if (sampling) this.#queue.inBackground(sampling).catch(() => undefined);
    return page;
  }

  browseCell(request: BrowseRequest, row: number, column: number): Promise<Cell> {
    return this.#queue.run(() => (this.#opened(), relationCell(this.#driver, request, row, column)));
  }

  async count(request: RowSet): Promise<RowCount> {
    const slices = this.#driver.count?.(request);
    if (!slices) {
      return this.#queue.run(() => (this.#opened(), blamed(this.#driver, request, () => countRelation(this.#driver, request))));
    }
    try {
      return await this.#queue.inBackground(slices);
    } catch (e) {
      return this.#queue.run(() => blamed(this.#driver, request, () => Promise.reject(e)));
    }
  }

  rowCounts(refs: RelationRef[]): Promise<(RowCount | null)[]> {
    return this.#queue.inBackground(rowCounts(this.#driver, refs));
  }

  commitChanges(request: PackedCommit, onProgress: (progress: Progress) => void = noProgress): Promise<PackedReport> {
    return this.#queue.run(async (stop) => {
      this.#writable();
      const report = await commitChanges(this.#driver, request, onProgress, stop);
      const rows = report.outcome === 'committed' ? request.of.length : 0;
      this.#rows.after(this.#driver.commitStore(), rows, this.#driver.inTransaction());
      return report;
    });
  }

  foreignKeyChoices(request: ChoiceRequest): Promise<ChoicePage> {
    return this.#queue.run(() => (this.#opened(), foreignKeyChoices(this.#driver, request)));
  }

  referencingRows(ref: RelationRef, row: Record<string, Cell>): Promise<ReferencingRows[]> {
    return this.#queue.run(() => (this.#opened(), referencingRows(this.#driver, ref, row)));
  }

  columnStats(request: RowSet, column: string): Promise<ColumnStats> {
    return this.#queue.run(() => {
      this.#opened();
      return blamed(this.#driver, request, () => columnStats(this.#driver, request, column));
    });
  }

  dangers(sql: string): Promise<Danger[]> {
    return this.#queue.run(() => (this.#opened(), dangersOf(this.#driver, sql)));
  }

  /** The store's own work, in steps between calls: it waits for none of ours, and no call waits for more than one step. */
  async #tidy(): Promise<void> {
    try {
      await this.#driver.commitStore()?.tidy(async () => {
        do await new Promise((resolve) => setTimeout(resolve, this.#queue.pending > 0 ? BUSY_MS : 0));
        while (this.#queue.pending > 0);
        return this.#windows !== null;
      });
    } catch (e) {
      // Nothing is lost by it: the next idle moment tries again.
      console.warn('The store could not be folded.', e);
    }
  }

  /** Runs what needs the store's commits. */
  #withCommits<T>(work: (store: CommitStore) => T | Promise<T>): Promise<T> {
    return this.#queue.run(() => (this.#opened(), withCommits(this.#driver, work)));
  }

  commits(from: number, count: number): Promise<CommitPage> {
    return this.#withCommits((store) => commitPage(store, from, count, this.#driver.firstWhole));
  }

  label(number: number, text: string | null): Promise<void> {
    return this.#withCommits((store) => store.name(number, text));
  }

  goBack(number: number): Promise<number> {
    return this.#withCommits(async (store) => {
      const commit = await goBackTo(this.#driver, number);
      this.#rows.begin(store);
      return commit;
    });
  }

  branch(projectId: string, asOf?: number): Promise<void> {
    const opening = `${this.#opening}-branch${++this.#branches}`;
    return this.#withCommits((store) => branchOff(this.#driver, store, projectId, opening, asOf));
  }

  bound(): Promise<RestoreBound> {
    return this.#withCommits((store) => store.bound);
  }

  setBound(bound: RestoreBound): Promise<void> {
    return this.#withCommits((store) => void (store.bound = bound));
  }

  explain(sql: string, analyze: boolean) {
    return this.#queue.run(() => (this.#opened(), this.#driver.explain(sql, analyze)));
  }

  saveCopy(onChunk: (chunk: Uint8Array) => Promise<void>, onProgress: (progress: Progress) => void = noProgress) {
    return this.#queue.run((stop) => {
      this.#opened();
      const giving = (chunk: Uint8Array): Promise<void> => {
        if (stop.asked) throw callCancelled();
        return onChunk(chunk);
      };
      return this.#driver.saveCopy(giving, onProgress);
    });
  }

  exportRows(
    request: ExportRequest,
    onChunk: (chunk: Uint8Array) => Promise<void>,
    onProgress: (progress: Progress) => void = noProgress
  ): Promise<ExportReport> {
    return this.#queue.run((stop) =>
      exportFrom(this.#driver, this.#opened(), request, { onChunk, onProgress, pause: pauses(stop) })
    );
  }

  inspectFile(
    file: ImportFile,
    options: ReadOptions | null,
    headOnly: boolean,
    onProgress: (progress: Progress) => void = noProgress
  ): Promise<FileReport> {
    // It touches no database: other calls go on meanwhile.
    return inspectFile(file, options, { headOnly, onProgress, pause: pauses({ asked: false }) });
  }

  /** A call of its own in the queue that can be stopped. */
  #stoppable<T>(work: (driver: Driver, pause: () => Promise<void>) => Promise<T>): Promise<T> {
    return this.#queue.run((stop) => {
      this.#opened();
      return work(this.#driver, pauses(stop));
    });
  }

  saveScript(onChunk: (chunk: Uint8Array) => Promise<void>, onProgress: (progress: Progress) => void = noProgress, schema?: string): Promise<void> {
    return this.#stoppable((driver, pause) => driver.saveScript(onChunk, onProgress, pause, schema));
  }

  checkTable(ref: RelationRef | null): Promise<string[]> {
    return this.#stoppable((driver) => driver.checkTable?.(ref) ?? Promise.reject(notAFile));
  }

  salvage(onChunk: (chunk: Uint8Array) => Promise<void>, onProgress: (progress: Progress) => void = noProgress): Promise<SalvageReport> {
    return this.#stoppable((driver, pause) => driver.salvage?.({ onChunk, onProgress, pause }) ?? Promise.reject(notAFile));
  }

  surveyRelation(ref: RelationRef): Promise<RelationSurvey> {
    return this.#stoppable((driver, pause) => surveyOf(driver, ref, pause));
  }

  sendRows(request: SendRequest, port: MessagePort): Promise<void> {
    return this.#stoppable((driver, pause) => sendFrom(driver, port, request, pause));
  }

  receiveRows(request: ReceiveRequest, port: MessagePort, onProgress: (progress: Progress) => void = noProgress): Promise<CopyReport> {
    return this.#stoppable((driver, pause) => receiveInto(driver, port, request, onProgress, pause));
  }

  compareRows(side: CompareSide, port: MessagePort): Promise<CompareReport> {
    return this.#stoppable((driver, pause) => compareRows(port, side, driver.dialect.engine, (of) => openSide(driver, this.#windows, of), pause));
  }

  answerCompare(side: CompareSide, port: MessagePort): Promise<void> {
    return this.#stoppable((driver, pause) => answerCompare(port, side, (of) => openSide(driver, this.#windows, of), pause));
  }

  importRows(request: ImportRequest, onProgress: (progress: Progress) => void = noProgress): Promise<ImportReport> {
    return this.#queue.run((stop) => {
      this.#writable();
      return importRows(importTargetOf(this.#driver), request, { onProgress, pause: pauses(stop) });
    });
  }

  async saveState() {
    return this.#driver.saveState();
  }

  storage() {
    return this.#queue.run(async () => (this.#opened(), this.#driver.storage()));
  }

  async cancel(call?: number): Promise<void> {
    this.#queue.cancel(call);
  }

  close(): Promise<void> {
    return this.#queue.run(async () => {
      this.#windows?.close();
      this.#windows = null;
      await this.#driver.close();
    });
  }
}
