/**
 * The one boundary between the page and a connection's worker. Everything that crosses is plain,
 * structured-cloneable data; buffers are transferred; only progress callbacks are proxied.
 * Both engines implement all of it, and tests/contract runs the same cases on both.
 */
import type { ChooseOfArchive } from './wire/archive';
import type { Catalog, RelationRef, RelationSizes, RelationStructure } from './wire/catalog';
import type { Cell } from './wire/cells';
import type { ChoicePage, ChoiceRequest, ColumnStats, ReferencingRows } from './wire/changes';
import type { CompareReport, CompareSide } from './wire/compares';
import type { CopyReport, ReceiveRequest, RelationSurvey, SendRequest } from './wire/copies';
import type { ExportReport, ExportRequest } from './wire/exports';
import type { FileReport, ImportFile, ImportReport, ImportRequest, ReadOptions } from './wire/imports';
import type { PackedCommit, PackedReport } from './wire/packedCommit';
import type { PackedPage } from './wire/pageFormat';
import type { OpenReport, OpenRequest, Progress, SaveState, StorageReport } from './wire/opening';
import type { CommitPage, RestoreBound } from './wire/restorePoints';
import type { BrowsePage, BrowseRequest, Danger, Plan, RowCount, RowSet, RunEvent, RunReport, RunRequest } from './wire/results';
import type { SalvageReport } from './wire/salvage';
import type { MigrateReport, MigrateRequest } from './wire/migration';
import type { CatalogObjects, ObjectReading, ObjectRef } from './wire/objects';
import type { TableReading } from './wire/tableDefinition';

export * from './wire/archive';
export * from './wire/catalog';
export * from './wire/cells';
export * from './wire/changes';
export * from './wire/compares';
export * from './wire/copies';
export * from './wire/errors';
export * from './wire/exports';
export * from './wire/migration';
export * from './wire/imports';
export * from './wire/objects';
export * from './wire/opening';
export { packCommit, unpackReport, type PackedCommit, type PackedReport } from './wire/packedCommit';
export type { PackedPage } from './wire/pageFormat';
export { unpackPage } from './wire/pageReader';
export { packRows } from './wire/pageWriter';
export * from './wire/restorePoints';
export * from './wire/results';
export * from './wire/salvage';
export * from './wire/tableDefinition';
export type { RequestsMade } from './wire/tellRequests';

export interface Engine {
  /**
   * Opens the project's database; must be the first call. Rejects with `not-a-database`, `encrypted`,
   * `damaged`, `unsupported`, `storage` or the engine's own code; then nothing is left in storage of a
   * source that was being brought in.
   * @param onSave how the copy of a large dropped file goes on behind the opening: some times a second, and at
   * its end; never where the report says `saved`
   * @param choose asked once for a source that is an archive; without it all of it is restored
   * @param onCommit number of a commit that no call has made, but an idle moment (a checkpoint)
   */
  open(
    request: OpenRequest,
    onProgress?: (progress: Progress) => void,
    onSave?: (save: SaveState) => void,
    choose?: ChooseOfArchive,
    onCommit?: (number: number) => void
  ): Promise<OpenReport>;

  /** Answers when the worker's event loop turns. */
  ping(): Promise<true>;

  /** Everything that the database holds. */
  catalog(): Promise<Catalog>;

  /** All about one relation. Rejects when it does not exist. */
  structure(ref: RelationRef): Promise<RelationStructure>;

  /** Indexes, triggers, functions, sequences, types and extensions, with the sizes of relations. */
  objects(): Promise<CatalogObjects>;

  /** All about one of them. Rejects when it does not exist. */
  object(ref: ObjectRef): Promise<ObjectReading>;

  /**
   * Bytes that one relation takes; null where the engine tells it by `objects`, or cannot tell it.
   * @param large reads through a large file as well, page by page, which can be cancelled
   */
  sizes(ref: RelationRef, large?: boolean, onProgress?: (progress: Progress) => void): Promise<RelationSizes | null>;

  /** A table as a form can change it, and what depends on it. Rejects when it does not exist. */
  definition(ref: RelationRef): Promise<TableReading>;

  /**
   * Runs the steps of a migration as one transaction. A failing step does not reject: then nothing has changed,
   * and the report says why, with the rows that stand in the way. Rejects `refused` while a transaction is open.
   */
  migrate(request: MigrateRequest): Promise<MigrateReport>;

  /**
   * Runs a script, statement by statement, until the first failure. A failing statement does not reject:
   * it is the last outcome. Rows are read to the end into a window (see `fetch`), the first of them arrive
   * by `onEvent`. Rejects only when the connection itself fails.
   */
  run(request: RunRequest, onEvent?: (event: RunEvent) => void): Promise<RunReport>;

  /** Rows of an open window, from a position (from 0); fewer than `count` where it ends. */
  fetch(resultId: number, from: number, count: number): Promise<PackedPage>;

  /** One value of a window, whole (see LongCell). */
  wholeCell(resultId: number, row: number, column: number): Promise<Cell>;

  /** Lets a window go. Unknown ids are fine. */
  release(resultId: number): Promise<void>;

  /** Rows of a relation by position under sorts and filters. Rejects with the engine's error. */
  browse(request: BrowseRequest): Promise<BrowsePage>;

  /** One value of what `browse` shows, whole. `row` is the position, `column` the place in the columns. */
  browseCell(request: BrowseRequest, row: number, column: number): Promise<Cell>;

  /** Rows under filters; counts in slices between other calls, so that it delays none of them. */
  count(request: RowSet): Promise<RowCount>;

  /**
   * Rows of tables as far as they come cheaply, in the order asked: exact for small ones, a guess for others, null
   * where neither is cheap or it cannot be told. In slices between other calls, as `count`.
   */
  rowCounts(refs: RelationRef[]): Promise<(RowCount | null)[]>;

  /**
   * Makes all changes in one transaction, or none: parents before children, each row named by its key and the values
   * that were seen, exactly one row touched by each. A conflict or a failure does not reject: the report says so, and
   * nothing was changed. Rejects with `refused` while the user has a transaction open, which is left as it is, and
   * with `read-only`. `onProgress` counts rows.
   * @param request of packCommit; what comes back is for unpackReport
   */
  commitChanges(request: PackedCommit, onProgress?: (progress: Progress) => void): Promise<PackedReport>;

  /** Rows that a foreign key may point to. Rejects with `refused` where these columns are no foreign key. */
  foreignKeyChoices(request: ChoiceRequest): Promise<ChoicePage>;

  /**
   * Who points to a row, one answer for each foreign key that points to this relation.
   * @param row its values by column, those of the key that is pointed to among them
   */
  referencingRows(ref: RelationRef, row: Record<string, Cell>): Promise<ReferencingRows[]>;

  /** What a column holds under filters. */
  columnStats(request: RowSet, column: string): Promise<ColumnStats>;

  /**
   * What a script would do away with: UPDATE and DELETE without WHERE, TRUNCATE, DROP; with the rows that it would
   * touch. Relations that the script itself creates before are left out, and so is what cannot be run anyway.
   */
  dangers(sql: string): Promise<Danger[]>;

  /** The plan of one statement; with `analyze` it is run inside a transaction that is rolled back. */
  explain(sql: string, analyze: boolean): Promise<Plan>;

  /**
   * Writes a copy of the database, as of now, in chunks: the SQLite file, or a plain SQL dump that `psql`
   * restores. `onChunk` is awaited, so a slow disk slows the reading.
   */
  saveCopy(onChunk: (chunk: Uint8Array) => Promise<void>, onProgress?: (progress: Progress) => void): Promise<void>;

  /**
   * Writes the rows of a relation or of an open result in a format, in chunks; `onChunk` is awaited. Rejects with
   * the engine's error, or `cancelled`: what was written until then is of no use.
   */
  exportRows(
    request: ExportRequest,
    onChunk: (chunk: Uint8Array) => Promise<void>,
    onProgress?: (progress: Progress) => void
  ): Promise<ExportReport>;

  /**
   * Reads a file of rows, all of it or its beginning: columns, kinds of values, first rows, faults. Without options
   * it recognises how the file is to be read. Other calls go on meanwhile. Rejects where it cannot be read at all.
   */
  inspectFile(
    file: ImportFile,
    options: ReadOptions | null,
    headOnly: boolean,
    onProgress?: (progress: Progress) => void
  ): Promise<FileReport>;

  /**
   * Reads files into a table in one transaction, or in batches. A bad row is no rejection: the report says what happened.
   * Rejects with `cancelled` or the engine's error; then everything is as it was. Once a batch is committed it does not
   * reject: the report says how far it came, and why no further.
   */
  importRows(request: ImportRequest, onProgress?: (progress: Progress) => void): Promise<ImportReport>;

  /** Commits that one can go back to, newest first, from a position (from 0). Rejects `unsupported` where none are kept. */
  commits(from: number, count: number): Promise<CommitPage>;

  /** Labels a commit, or with null takes its label away. A labelled one is kept for good. Rejects `no-such-commit`. */
  label(number: number, text: string | null): Promise<void>;

  /**
   * Makes the database what it was after a commit (0: as it began). That is a commit of its own, whose number comes
   * back: what was is still there to go back to. Rejects `refused` while a transaction is open, `no-such-commit`;
   * then nothing has changed.
   */
  goBack(number: number): Promise<number>;

  /**
   * Makes a new project that begins as this one was after a commit (default: the last). Nothing is copied; it can
   * be opened as stored when this resolves. Rejects `no-such-commit`, `storage`; then there is no such project.
   */
  branch(projectId: string, asOf?: number): Promise<void>;

  /** How far back commits are kept. */
  bound(): Promise<RestoreBound>;

  /** Sets it; older commits are folded away when nothing else is to do. */
  setBound(bound: RestoreBound): Promise<void>;

  /**
   * Writes the database, or one schema of it (Postgres), as SQL of its own dialect, which `sqlite3` or `psql` reads
   * back, in chunks that are awaited.
   */
  saveScript(onChunk: (chunk: Uint8Array) => Promise<void>, onProgress?: (progress: Progress) => void, schema?: string): Promise<void>;

  /**
   * Looks a table of a database file over, page by page; null: what belongs to no table (free pages). What is wrong, in the
   * engine's words; none where all is well. Rejects `unsupported` where the engine has no such check.
   */
  checkTable(ref: RelationRef | null): Promise<string[]>;

  /**
   * Reads what can be read of a damaged database without its engine, page by page, and writes it as SQL that makes a
   * new one, in chunks that are awaited; the report lists what is missing. Rejects with `cancelled`, `unsupported`
   * where the engine keeps no such file, and `damaged` where nothing can be read.
   */
  salvage(onChunk: (chunk: Uint8Array) => Promise<void>, onProgress?: (progress: Progress) => void): Promise<SalvageReport>;

  /** Reads all rows of a relation and says what the values of its columns are. */
  surveyRelation(ref: RelationRef): Promise<RelationSurvey>;

  /** Sends rows of relations through a port to another connection's worker, which asks for them by `receiveRows`. */
  sendRows(request: SendRequest, port: MessagePort): Promise<void>;

  /**
   * Makes the tables of a plan and takes their rows from a port, in one transaction; counts and checksums are
   * compared before it is committed. Rejects with `cancelled` or the engine's error; then everything is as it was.
   */
  receiveRows(request: ReceiveRequest, port: MessagePort, onProgress?: (progress: Progress) => void): Promise<CopyReport>;

  /**
   * Compares the rows of a relation by key with those that another connection's worker answers through a port
   * (`answerCompare`); values are normalised, so that it works across engines.
   */
  compareRows(side: CompareSide, port: MessagePort): Promise<CompareReport>;

  /** The other side of `compareRows`. */
  answerCompare(side: CompareSide, port: MessagePort): Promise<void>;

  /** How far the background copy of a dropped file is. */
  saveState(): Promise<SaveState>;

  /** What the project takes of the browser's storage. */
  storage(): Promise<StorageReport>;

  /**
   * Asks a call to stop: it is taken out of the queue, or stops at its next chance. Where the engine is deep in a
   * statement this is not heard: then the page ends the worker.
   * @param call number under which it was made (see ExposedEngine.perform); without one, that which runs now
   */
  cancel(call?: number): Promise<void>;

  /** Flushes, closes, lets handles go. */
  close(): Promise<void>;
}
