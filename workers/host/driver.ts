import type { Dialect } from '../dialect/dialect';
import type { ChooseOfArchive } from '../wire/archive';
import type { Catalog, RelationInfo, RelationRef, RelationSizes, RelationStructure } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import type { SalvageReport } from '../wire/salvage';
import type { MigrateRequest } from '../wire/migration';
import type { CatalogObjects, ObjectReading, ObjectRef } from '../wire/objects';
import type { TableReading } from '../wire/tableDefinition';
import type { CommitStore } from './restorePoints';
import type { EngineErrorData } from '../wire/errors';
import type { LoadRequest, RowLoader } from '../transfer/importTarget';
import type { PageWriter } from '../wire/pageWriter';
import type { OpenReport, OpenRequest, Progress, SaveState, StorageReport } from '../wire/opening';
import type { BrowsePage, BrowseRequest, Notice, Plan, ResultColumn, RowCount, RowSet } from '../wire/results';

/** A statement under way. Its rows are read in slices, so that the worker can answer between two of them. */
export interface Cursor {
  /** Empty when the statement returns no rows. */
  readonly columns: ResultColumn[];
  /**
   * Writes up to `most` rows; false when there are no more. For a statement without rows the first call
   * runs it and gives false. Throws EngineErrorData, `position` relative to the statement.
   */
  next(writer: PageWriter, most: number): boolean | Promise<boolean>;
  /** After the end: rows inserted, updated, deleted; null when that means nothing for this command. */
  changed(): number | null;
  /** What the engine said meanwhile. */
  notices(): Notice[];
  /** Always called, in the end or before it. */
  close(): void | Promise<void>;
}

/** Where something that is written goes, how it is told of, and where it may be stopped. */
export interface ReadingOut {
  onChunk(chunk: Uint8Array): Promise<void>;
  onProgress(progress: Progress): void;
  /** Throws when it was cancelled. */
  pause(): Promise<void>;
}

/** Watches over one migration. */
export interface MigrationGuard {
  /** Before the commit. Throws EngineErrorData for what must not be committed. */
  check(): void;
  /** Always called, outside the transaction, maybe twice. */
  end(): void;
}

/** What running one statement for several sets of values gave. */
export interface EachResult {
  /** Names of the columns that came back; none where the statement returns no rows. */
  columns: string[];
  /** For each set that ran, how many rows were changed, or came back. */
  touched: number[];
  /** For each set that ran, the rows that came back, values whole; empty where the statement returns none. */
  rows: Cell[][][];
  /** Of the set behind those that ran. */
  error?: EngineErrorData;
}

/** What an engine must offer; the host (queue, windows, scripts, browsing, counting) is the same for all. */
export interface Driver {
  readonly dialect: Dialect;
  /** @param onSave each step of a copy of a dropped file that goes on behind the opening, and its end */
  open(
    request: OpenRequest,
    onProgress: (progress: Progress) => void,
    onSave: (save: SaveState) => void,
    choose: ChooseOfArchive
  ): Promise<Omit<OpenReport, 'save'>>;
  /**
   * Begins one statement. Throws EngineErrorData, `position` relative to `sql` in UTF-16 units.
   * @param data rows that stand behind a `COPY … FROM stdin` in its script
   */
  begin(sql: string, params: readonly Cell[], data?: string): Cursor | Promise<Cursor>;
  /** Before a script begins: what its statements need that cannot be had within a transaction. */
  prepareScript?(statements: readonly string[]): Promise<void>;
  /** Rows into a table within the open transaction, as fast as the engine takes them. */
  loader(request: LoadRequest): RowLoader | Promise<RowLoader>;
  /**
   * After each statement of the user, whether it failed or not: what the engine needs to stay as it
   * should be (SQLite's pragmas) and for what was committed to be on disk.
   */
  settle(): void | Promise<void>;
  /** What is better done while nothing is asked for: some moments after the last call. Another call waits for it. */
  idle?(): void | Promise<void>;
  inTransaction(): boolean;
  /** In words, why nothing can be written; null when it can. */
  readonly readOnly: string | null;
  catalog(): Promise<Catalog>;
  /** One relation as the catalog has it, as of now; undefined when there is none. */
  relation(ref: RelationRef): Promise<RelationInfo | undefined>;
  /**
   * Runs one statement for each set of values, prepared once, within the transaction that is open,
   * until one fails. Does not settle.
   */
  runEach(sql: string, sets: readonly (readonly Cell[])[]): EachResult | Promise<EachResult>;
  /** True when triggers run upon changes of this relation, which may change its rows further. */
  hasTriggers(ref: RelationRef): boolean;
  /** Rows of a relation, at most some, whose foreign keys point to nothing: what the COMMIT of this transaction refuses. */
  danglingRows?(ref: RelationRef): Promise<Record<string, Cell>[]>;
  /** What the store is to call the next commit, and the token that it is to keep with it. */
  labelCommit?(label: string | null, token?: string): void;
  /** The first commit with a whole database; left out where there is one before any commit. */
  readonly firstWhole?: number;
  /** Where the commits are; null where the database lies elsewhere, or is not open. */
  commitStore(): CommitStore | null;
  /**
   * Makes the database what it was after a commit (0: as it began), by one commit more, and goes on with that.
   * Throws what the store throws; then it is as it was.
   * @returns the new commit's number
   */
  goBack(number: number): Promise<number>;
  structure(ref: RelationRef): Promise<RelationStructure>;
  objects(): Promise<CatalogObjects>;
  object(ref: ObjectRef): Promise<ObjectReading>;
  /** Bytes of one relation, where `objects` does not tell them; of a `large` file only when asked to. */
  sizes?(ref: RelationRef, large: boolean, onProgress: (progress: Progress) => void, pause: () => Promise<void>): Promise<RelationSizes | null>;
  definition(ref: RelationRef): Promise<TableReading>;
  /** Called before the transaction of a migration begins. */
  guardMigration?(request: MigrateRequest): MigrationGuard;
  /**
   * Rows by position. An engine may do better than `dialect.browse` (keys sampled while counting);
   * undefined leaves it to the host.
   */
  browse?(request: BrowseRequest, longest: number): Promise<BrowsePage | undefined>;
  /** A count in slices: yields between them; undefined leaves it to one `dialect.count`. */
  count?(request: RowSet): AsyncGenerator<void, RowCount, void> | undefined;
  /** Rows of a table as far as they come cheaply, in slices; null where they do not. */
  roughRows(ref: RelationRef): AsyncGenerator<void, RowCount | null, void> | Generator<void, RowCount | null, void>;
  /** After a page was read: what makes far ones of the same rows quick, done in slices while nothing is asked for. */
  sample?(request: BrowseRequest): AsyncGenerator<void, void, void>;
  explain(sql: string, analyze: boolean): Promise<Plan>;
  /** The whole database, or one schema of it (Postgres), as SQL of its own dialect. */
  saveScript(onChunk: (chunk: Uint8Array) => Promise<void>, onProgress: (progress: Progress) => void, pause: () => Promise<void>, schema?: string): Promise<void>;
  /** What is wrong with a table of a file, or with null what belongs to none; absent where there is no such check. */
  checkTable?(ref: RelationRef | null): Promise<string[]>;
  /** Reads the file page by page, past the engine, and writes SQL; absent where there is no file of one's own. */
  salvage?(io: ReadingOut): Promise<SalvageReport>;
  saveCopy(onChunk: (chunk: Uint8Array) => Promise<void>, onProgress: (progress: Progress) => void): Promise<void>;
  saveState(): SaveState;
  storage(): Promise<StorageReport>;
  close(): Promise<void>;
}
