import * as Comlink from 'comlink';
import type {
  BrowsePage,
  BrowseRequest,
  Catalog,
  CatalogObjects,
  Cell,
  ChoicePage,
  ChoiceRequest,
  ColumnStats,
  CommitPage,
  CompareReport,
  CompareSide,
  CopyReport,
  Danger,
  ExportReport,
  ExportRequest,
  FileReport,
  ImportFile,
  ImportReport,
  ImportRequest,
  MigrateReport,
  MigrateRequest,
  ObjectReading,
  ObjectRef,
  PackedCommit,
  PackedPage,
  PackedReport,
  Plan,
  Progress,
  ReadOptions,
  ReceiveRequest,
  ReferencingRows,
  RelationRef,
  RelationSizes,
  RelationStructure,
  RelationSurvey,
  RestoreBound,
  RowCount,
  RowSet,
  RunEvent,
  RunReport,
  RunRequest,
  SalvageReport,
  SendRequest,
  StorageReport,
  TableReading
} from '$workers/engine';
import type { ProjectId } from '$lib/base/id';
import type { CallOptions } from './calls';
import type { Connection } from './connection';

/** Requests hold parts of the stores; a `$state` proxy cannot be cloned. */
const plain = <T>(value: T): T => $state.snapshot(value) as T;

/**
 * The engine of one connection as the page calls it: plain data in, EngineError out, a signal in every call.
 * An aborted call settles at once, and its worker is asked to leave it; `cancelCall` stops one in any case.
 */
export class EngineClient {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  catalog(options?: CallOptions): Promise<Catalog> {
    return this.#connection.call('catalog', [], options) as Promise<Catalog>;
  }

  structure(ref: RelationRef, options?: CallOptions): Promise<RelationStructure> {
    return this.#connection.call('structure', [plain(ref)], options) as Promise<RelationStructure>;
  }

  sizes(ref: RelationRef, options?: CallOptions): Promise<RelationSizes | null> {
    return this.#connection.call('sizes', [plain(ref)], options) as Promise<RelationSizes | null>;
  }

  /** The same, through a large file as well. */
  sizesOfLarge(ref: RelationRef, onProgress: (progress: Progress) => void, options?: CallOptions): Promise<RelationSizes | null> {
    return this.#connection.call('sizes', [plain(ref), true, Comlink.proxy(onProgress)], options) as Promise<RelationSizes | null>;
  }

  objects(options?: CallOptions): Promise<CatalogObjects> {
    return this.#connection.call('objects', [], options) as Promise<CatalogObjects>;
  }

  object(ref: ObjectRef, options?: CallOptions): Promise<ObjectReading> {
    return this.#connection.call('object', [plain(ref)], options) as Promise<ObjectReading>;
  }

  definition(ref: RelationRef, options?: CallOptions): Promise<TableReading> {
    return this.#connection.call('definition', [plain(ref)], options) as Promise<TableReading>;
  }

  migrate(request: MigrateRequest, options?: CallOptions): Promise<MigrateReport> {
    return this.#connection.call('migrate', [plain(request)], options) as Promise<MigrateReport>;
  }

  run(request: RunRequest, onEvent?: (event: RunEvent) => void, options?: CallOptions): Promise<RunReport> {
    const args: unknown[] = [plain(request)];
    if (onEvent) args.push(Comlink.proxy(onEvent));
    return this.#connection.call('run', args, options) as Promise<RunReport>;
  }

  fetch(resultId: number, from: number, count: number, options?: CallOptions): Promise<PackedPage> {
    return this.#connection.call('fetch', [resultId, from, count], options) as Promise<PackedPage>;
  }

  wholeCell(resultId: number, row: number, column: number, options?: CallOptions): Promise<Cell> {
    return this.#connection.call('wholeCell', [resultId, row, column], options) as Promise<Cell>;
  }

  release(resultId: number): Promise<void> {
    return this.#connection.call('release', [resultId]) as Promise<void>;
  }

  browse(request: BrowseRequest, options?: CallOptions): Promise<BrowsePage> {
    return this.#connection.call('browse', [plain(request)], options) as Promise<BrowsePage>;
  }

  browseCell(request: BrowseRequest, row: number, column: number, options?: CallOptions): Promise<Cell> {
    return this.#connection.call('browseCell', [plain(request), row, column], options) as Promise<Cell>;
  }

  count(request: RowSet, options?: CallOptions): Promise<RowCount> {
    return this.#connection.call('count', [plain(request)], options) as Promise<RowCount>;
  }

  rowCounts(refs: readonly RelationRef[], options?: CallOptions): Promise<(RowCount | null)[]> {
    return this.#connection.call('rowCounts', [plain(refs)], options) as Promise<(RowCount | null)[]>;
  }

  commitChanges(
    request: PackedCommit,
    onProgress?: (progress: Progress) => void,
    options?: CallOptions
  ): Promise<PackedReport> {
    // What is staged is raw state, replaced and never changed: no proxy is among what was packed.
    const args: unknown[] = [request];
    if (onProgress) args.push(Comlink.proxy(onProgress));
    return this.#connection.call('commitChanges', args, options) as Promise<PackedReport>;
  }

  foreignKeyChoices(request: ChoiceRequest, options?: CallOptions): Promise<ChoicePage> {
    return this.#connection.call('foreignKeyChoices', [plain(request)], options) as Promise<ChoicePage>;
  }

  referencingRows(ref: RelationRef, row: Record<string, Cell>, options?: CallOptions): Promise<ReferencingRows[]> {
    return this.#connection.call('referencingRows', [plain(ref), plain(row)], options) as Promise<ReferencingRows[]>;
  }

  columnStats(
    request: RowSet,
    column: string,
    options?: CallOptions
  ): Promise<ColumnStats> {
    return this.#connection.call('columnStats', [plain(request), column], options) as Promise<ColumnStats>;
  }

  dangers(sql: string, options?: CallOptions): Promise<Danger[]> {
    return this.#connection.call('dangers', [sql], options) as Promise<Danger[]>;
  }

  explain(sql: string, analyze: boolean, options?: CallOptions): Promise<Plan> {
    return this.#connection.call('explain', [sql, analyze], options) as Promise<Plan>;
  }

  saveCopy(
    onChunk: (chunk: Uint8Array) => Promise<void>,
    onProgress: (progress: Progress) => void,
    options?: CallOptions
  ): Promise<void> {
    return this.#connection.call('saveCopy', [Comlink.proxy(onChunk), Comlink.proxy(onProgress)], options) as Promise<void>;
  }

  exportRows(
    request: ExportRequest,
    onChunk: (chunk: Uint8Array) => Promise<void>,
    onProgress: (progress: Progress) => void,
    options?: CallOptions
  ): Promise<ExportReport> {
    const args = [plain(request), Comlink.proxy(onChunk), Comlink.proxy(onProgress)];
    return this.#connection.call('exportRows', args, options) as Promise<ExportReport>;
  }

  compareRows(side: CompareSide, port: MessagePort, options?: CallOptions): Promise<CompareReport> {
    return this.#connection.call('compareRows', [plain(side), Comlink.transfer(port, [port])], options) as Promise<CompareReport>;
  }

  answerCompare(side: CompareSide, port: MessagePort, options?: CallOptions): Promise<void> {
    return this.#connection.call('answerCompare', [plain(side), Comlink.transfer(port, [port])], options) as Promise<void>;
  }

  saveScript(onChunk: (chunk: Uint8Array) => Promise<void>, onProgress: (progress: Progress) => void, options?: CallOptions, schema?: string): Promise<void> {
    return this.#connection.call('saveScript', [Comlink.proxy(onChunk), Comlink.proxy(onProgress), schema], options) as Promise<void>;
  }

  checkTable(ref: RelationRef | null, options?: CallOptions): Promise<string[]> {
    return this.#connection.call('checkTable', [plain(ref)], options) as Promise<string[]>;
  }

  salvage(onChunk: (chunk: Uint8Array) => Promise<void>, onProgress: (progress: Progress) => void, options?: CallOptions): Promise<SalvageReport> {
    return this.#connection.call('salvage', [Comlink.proxy(onChunk), Comlink.proxy(onProgress)], options) as Promise<SalvageReport>;
  }

  surveyRelation(ref: RelationRef, options?: CallOptions): Promise<RelationSurvey> {
    return this.#connection.call('surveyRelation', [plain(ref)], options) as Promise<RelationSurvey>;
  }

  sendRows(request: SendRequest, port: MessagePort, options?: CallOptions): Promise<void> {
    return this.#connection.call('sendRows', [plain(request), Comlink.transfer(port, [port])], options) as Promise<void>;
  }

  receiveRows(
    request: ReceiveRequest,
    port: MessagePort,
    onProgress: (progress: Progress) => void,
    options?: CallOptions
  ): Promise<CopyReport> {
    const args = [plain(request), Comlink.transfer(port, [port]), Comlink.proxy(onProgress)];
    return this.#connection.call('receiveRows', args, options) as Promise<CopyReport>;
  }

  inspectFile(
    file: ImportFile,
    readOptions: ReadOptions | null,
    headOnly: boolean,
    onProgress: (progress: Progress) => void,
    options?: CallOptions
  ): Promise<FileReport> {
    return this.#connection.call('inspectFile', [file, plain(readOptions), headOnly, Comlink.proxy(onProgress)], options) as Promise<FileReport>;
  }

  importRows(request: ImportRequest, onProgress: (progress: Progress) => void, options?: CallOptions): Promise<ImportReport> {
    // A File is no state, and a snapshot of it would be none either.
    const { files, ...rest } = request;
    const sent = { ...plain(rest), files: files.map(({ file, ...part }) => ({ ...plain(part), file })) };
    return this.#connection.call('importRows', [sent, Comlink.proxy(onProgress)], options) as Promise<ImportReport>;
  }

  commits(from: number, count: number, options?: CallOptions): Promise<CommitPage> {
    return this.#connection.call('commits', [from, count], options) as Promise<CommitPage>;
  }

  label(number: number, text: string | null): Promise<void> {
    return this.#connection.call('label', [number, text]) as Promise<void>;
  }

  goBack(number: number): Promise<number> {
    return this.#connection.call('goBack', [number]) as Promise<number>;
  }

  branch(projectId: ProjectId, asOf?: number): Promise<void> {
    return this.#connection.call('branch', [projectId, asOf]) as Promise<void>;
  }

  bound(options?: CallOptions): Promise<RestoreBound> {
    return this.#connection.call('bound', [], options) as Promise<RestoreBound>;
  }

  setBound(bound: RestoreBound): Promise<void> {
    return this.#connection.call('setBound', [plain(bound)]) as Promise<void>;
  }

  storage(options?: CallOptions): Promise<StorageReport> {
    return this.#connection.call('storage', [], options) as Promise<StorageReport>;
  }
}
