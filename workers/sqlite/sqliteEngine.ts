import type { Dialect } from '../dialect/dialect';
import { sqlite } from '../dialect/sqlite';
import { CommitLabel } from '../host/commitLabel';
import type { Cursor, Driver, EachResult, MigrationGuard, ReadingOut } from '../host/driver';
import type { CommitStore } from '../host/restorePoints';
import { restoreScript } from '../restore/restoreScript';
import { RoomForDump } from '../restore/roomForDump';
import { hasModes } from '../storage/opfs';
import type { OpenedStore, SaveProgress } from '../storage/storeTypes';
import type { Catalog, RelationInfo, RelationRef, RelationSizes, RelationStructure } from '../wire/catalog';
import type { LoadRequest, RowLoader } from '../transfer/importTarget';
import type { Cell } from '../wire/cells';
import { PageWriter } from '../wire/pageWriter';
import { isErrorData, toErrorData } from '../wire/errors';
import type { OpenReport, OpenRequest, Progress, RestoreReport, SaveState, StorageReport } from '../wire/opening';
import type { SalvageReport } from '../wire/salvage';
import type { MigrateRequest } from '../wire/migration';
import type { CatalogObjects, ObjectReading, ObjectRef } from '../wire/objects';
import type { TableReading } from '../wire/tableDefinition';
import type { BrowsePage, BrowseRequest, Plan, RowCount, RowSet } from '../wire/results';
import { checkTable } from './checkTable';
import { saveFile } from './copyFile';
import { countRows } from './countRows';
import { roughRows } from './roughRows';
import { firstTokens } from './firstTokens';
import { readCatalog } from './introspect';
import { danglingRows, hasTriggers } from './relationFacts';
import { relationSizes } from './relationSizes';
import { RelationCache } from './relationCache';
import { runEach } from './runEach';
import { keepPragmas, startPragmas } from './keptPragmas';
import { beginBeside } from './besideReader';
import { betterBuild } from './betterBuild';
import { lacksOfficialTable, moduleOfOther } from './builds';
import { readHeader, startOf } from './databaseHeader';
import { guardMigration } from './migrationGuard';
import { leaveNothing, openDatabase } from './openDatabase';
import { planOf } from './plan';
import { RowPositions } from './rowPositions';
import { fillSample } from './sample';
import { ScriptDriver } from './scriptDriver';
import { salvage } from './salvage/salvage';
import { salvageFile } from './salvage/salvageFile';
import { textOf } from './schemaObjects';
import type { SqliteConnection } from './sqliteConnection';
import type { Build } from './sqliteModule';
import { storageError } from './sqliteErrors';
import { writeScript } from './script';
import { SqliteLoader } from './sqliteLoader';
import { switchBuild } from './switchBuild';
import { StatementCursor } from './statementCursor';
import { STORE_FILE, type StoreFile } from './storeFile';
import { readObject, readObjects } from './objects';
import { readStructure } from './structure';
import { readTable } from './tableReading';

interface Open {
  connection: SqliteConnection;
  file: StoreFile;
  store: OpenedStore;
  positions: RowPositions;
  relations: RelationCache;
}

/** Statements that leave all rows as they are. WITH may begin either kind. */
const READING = new Set(['SELECT', 'VALUES', 'EXPLAIN', '']);

const saveStateOf = ({ error, ...progress }: SaveProgress): SaveState => ({
  ...progress,
  error: error ? toErrorData(storageError(error)) : undefined
});

/** SQLite over the store: sql.js, or the official build where the database needs it. */
export class SqliteDriver implements Driver {
  readonly dialect: Dialect = sqlite;
  /** The build that serves every database; chosen by what each needs when left out. */
  readonly #always: Build | undefined;
  #open: Open | null = null;
  readOnly: string | null = null;
  /** The last statement may have set a pragma. */
  #pragma = false;
  readonly #label = new CommitLabel();
  /** Grows with every statement that may write. */
  #epoch = 0;

  constructor(always?: Build) {
    this.#always = always;
  }

  get #database(): Open {
    if (!this.#open) throw { code: 'not-open', message: 'This database is not open.' };
    return this.#open;
  }

  async open(
    request: OpenRequest,
    onProgress: (progress: Progress) => void,
    onSave: (save: SaveState) => void
  ): Promise<Omit<OpenReport, 'save'>> {
    if (request.source.kind === 'salvage') {
      const { script, report: salvaged } = await salvageFile(request.source, onProgress);
      const report = await this.open({ ...request, source: { kind: 'dump', file: script, packed: false } }, onProgress, onSave);
      return { ...report, restore: { ...report.restore!, salvaged } };
    }
    const onCopy = (save: SaveProgress): void => onSave(saveStateOf(save));
    const opened = await openDatabase(request, onProgress, onCopy, () => this.#label.take(), this.#always);
    const { connection, file, store, readOnly, damaged, notices, isNew, code } = opened;
    this.#open = { connection, file, store, positions: new RowPositions(connection, this.dialect), relations: new RelationCache(connection, this.dialect) };
    this.readOnly = readOnly;
    let restore: RestoreReport | undefined;
    try {
      // A database without a page would leave nothing in storage to come back to.
      if (request.source.kind === 'sample' && store.lastFrame === 0) fillSample(connection, onProgress);
      else if (request.source.kind === 'empty' && store.lastFrame === 0) connection.query('PRAGMA user_version=0');
      if (request.source.kind === 'dump') {
        const { file: script, packed } = request.source;
        const room = new RoomForDump(script.size, () => store.stored().bytes);
        restore = await restoreScript(script, packed, new ScriptDriver(this), room.watching(onProgress)).catch((e: unknown) => {
          throw room.error(e);
        });
        // What a dump wrote into the schema's own table is read; and it turns foreign keys off for itself.
        connection.query('PRAGMA writable_schema=reset');
        startPragmas(connection);
        connection.defend();
      }
    } catch (e) {
      await this.close();
      if (isNew) await leaveNothing(request.projectId);
      throw e;
    }
    const version = textOf(connection.query('SELECT sqlite_version()')[0]?.[0]);
    return {
      engine: 'sqlite',
      version: `SQLite ${version}`,
      storage: store.where,
      readOnly,
      notices,
      ...(damaged ? { damaged } : {}),
      bytes: Math.max(0, store.size(STORE_FILE)),
      restore,
      code
    };
  }

  begin(sql: string, params: readonly Cell[]): Cursor | Promise<Cursor> {
    const { connection, file } = this.#database;
    const { build } = connection.module;
    const module = this.readOnly === null ? moduleOfOther(build, sql) : null;
    if (module !== null) return this.#switchFor(module).then(() => this.#begin(sql, params));
    try {
      return this.#begin(sql, params);
    } catch (e) {
      if (!isErrorData(e) || !lacksOfficialTable(build, e.message)) throw e;
      return beginBeside(connection, file, this.dialect, sql, params);
    }
  }

  /** Before a transaction of the script may begin: within one no other build can take over. */
  async prepareScript(statements: readonly string[]): Promise<void> {
    const { connection } = this.#database;
    if (this.readOnly !== null || connection.inTransaction) return;
    const module = statements.map((sql) => moduleOfOther(connection.module.build, sql)).find((m) => m !== null);
    if (module) await this.#switchFor(module);
  }

  /** Goes on with the other build of SQLite over the same file. Throws EngineErrorData where that would lose something. */
  async #switchFor(module: string): Promise<void> {
    const { connection, file, positions, relations } = this.#database;
    await switchBuild(connection, file, module, () => {
      positions.forget();
      relations.forget();
      this.#epoch++;
    });
  }

  #begin(sql: string, params: readonly Cell[]): Cursor {
    const { connection, positions } = this.#database;
    this.#pragma = /\bpragma\b/i.test(sql);
    this.#label.add(sql);
    const first = firstTokens(sql, 1)[0];
    if (!READING.has(first?.text ?? '')) {
      this.#epoch++;
      positions.forget();
    }
    return new StatementCursor(connection, this.dialect, sql, params);
  }

  loader(request: LoadRequest): RowLoader {
    const { connection, positions } = this.#database;
    this.#epoch++;
    positions.forget();
    return new SqliteLoader(connection, this.dialect, request, () => this.settle());
  }

  async browse(request: BrowseRequest, longest: number): Promise<BrowsePage | undefined> {
    const { positions, relations } = this.#database;
    return positions.browse(request, relations.get(request), longest);
  }

  count(request: RowSet): AsyncGenerator<void, RowCount, void> {
    const { connection, positions, relations } = this.#database;
    return countRows({ connection, positions, relations, dialect: this.dialect, epoch: () => this.#epoch }, request);
  }

  roughRows(ref: RelationRef): Generator<void, RowCount | null, void> {
    return roughRows(this.#database.connection, ref);
  }

  settle(): void {
    const { connection } = this.#database;
    if (connection.broken) return;
    if (this.#pragma) {
      this.#pragma = false;
      keepPragmas(connection);
    }
    const { files } = connection.module;
    // Let SQLite come back from a failed write now, not at the next statement.
    if (files.failed && !connection.inTransaction) connection.query('SELECT count(*) FROM sqlite_schema');
    // What was said of a statement that came to nothing is not said of the next one's commit.
    if (!connection.inTransaction) this.#label.take();
    const beneath = files.takeError();
    if (beneath) throw storageError(beneath);
  }

  labelCommit(label: string | null, token?: string): void {
    this.#label.name(label, token);
  }

  commitStore(): CommitStore | null {
    return this.#open?.store ?? null;
  }

  /** For the present state of a database, the build that serves it best. */
  async #chooseBuild(): Promise<void> {
    const { connection, file } = this.#database;
    const { build, files } = connection.module;
    if (this.#always) return;
    const better = await betterBuild(connection, readHeader(startOf(file)), undefined);
    if (!better || better.build === build) return;
    connection.moveTo(better);
    connection.open(file, files.readOnly);
  }

  /** SQLite is closed meanwhile: it holds pages in memory that would no longer be those of its file. */
  async goBack(number: number): Promise<number> {
    const { connection, file, store, positions, relations } = this.#database;
    if (connection.inTransaction) throw { code: 'refused', message: 'A transaction is open.', hint: 'Commit it or roll it back first.' };
    const { readOnly } = connection.module.files;
    positions.forget();
    this.#epoch++;
    connection.close();
    try {
      return store.goBack(number);
    } finally {
      connection.open(file, readOnly);
      await this.#chooseBuild();
      startPragmas(connection);
      connection.defend();
      relations.forget();
    }
  }

  inTransaction(): boolean {
    return this.#open?.connection.inTransaction ?? false;
  }

  async catalog(): Promise<Catalog> {
    return readCatalog(this.#database.connection, this.dialect);
  }

  async relation(ref: RelationRef): Promise<RelationInfo | undefined> {
    return this.#database.relations.get(ref);
  }

  runEach(sql: string, sets: readonly (readonly Cell[])[]): EachResult {
    const { connection, positions } = this.#database;
    this.#epoch++;
    positions.forget();
    return runEach(connection, sql, sets);
  }

  hasTriggers(ref: RelationRef): boolean {
    return hasTriggers(this.#database.connection, ref);
  }

  async danglingRows(ref: RelationRef): Promise<Record<string, Cell>[]> {
    return danglingRows(this.#database.connection, ref);
  }

  async structure(ref: RelationRef): Promise<RelationStructure> {
    return readStructure(this.#database.connection, this.dialect, ref);
  }

  async objects(): Promise<CatalogObjects> {
    return readObjects(this.#database.connection);
  }

  async object(ref: ObjectRef): Promise<ObjectReading> {
    return readObject(this.#database.connection, ref);
  }

  sizes(ref: RelationRef, large: boolean, onProgress: (progress: Progress) => void, pause: () => Promise<void>): Promise<RelationSizes | null> {
    const { connection, file } = this.#database;
    return relationSizes(connection, file, ref, { large, onProgress, pause });
  }

  async definition(ref: RelationRef): Promise<TableReading> {
    return readTable(this.#database.connection, ref);
  }

  guardMigration(request: MigrateRequest): MigrationGuard {
    return guardMigration(this.#database.connection, request);
  }

  async explain(sql: string, analyze: boolean): Promise<Plan> {
    const { connection } = this.#database;
    const rows = connection.query(`EXPLAIN QUERY PLAN ${sql}`);
    if (!analyze) return planOf(rows);
    const outer = connection.inTransaction;
    connection.query(outer ? 'SAVEPOINT rowhouse_explain' : 'BEGIN');
    const started = performance.now();
    try {
      const cursor = await this.begin(sql, []);
      try {
        const writer = new PageWriter(cursor.columns.length);
        while (await cursor.next(writer, 1000)) writer.take();
      } finally {
        await cursor.close();
      }
      return planOf(rows, performance.now() - started);
    } finally {
      if (connection.inTransaction) {
        connection.query(outer ? 'ROLLBACK TO rowhouse_explain' : 'ROLLBACK');
        if (outer) connection.query('RELEASE rowhouse_explain');
      }
      this.settle();
    }
  }

  saveScript(onChunk: (chunk: Uint8Array) => Promise<void>, onProgress: (progress: Progress) => void, pause: () => Promise<void>): Promise<void> {
    return writeScript(this.#database.connection, this.dialect, onChunk, onProgress, pause);
  }

  async checkTable(ref: RelationRef | null): Promise<string[]> {
    return checkTable(this.#database.connection, this.dialect, ref?.relation ?? null);
  }

  salvage(io: ReadingOut): Promise<SalvageReport> {
    return salvage(this.#database.file, io);
  }

  saveCopy(onChunk: (chunk: Uint8Array) => Promise<void>, onProgress: (progress: Progress) => void): Promise<void> {
    const { connection, store } = this.#database;
    return saveFile(connection, store, onChunk, onProgress);
  }

  saveState(): SaveState {
    return this.#open ? saveStateOf(this.#open.store.saveState()) : { saved: false, done: 0, total: 0 };
  }

  async storage(): Promise<StorageReport> {
    const { store } = this.#database;
    return { ...store.stored(), where: store.where, exclusive: store.where === 'opfs' && !hasModes() };
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    if (!open) return;
    try {
      open.positions.forget();
      open.connection.close();
    } finally {
      open.store.close();
    }
  }
}
