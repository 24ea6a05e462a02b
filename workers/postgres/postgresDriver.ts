import { postgres } from '../dialect/postgres';
import { CommitLabel } from '../host/commitLabel';
import type { Cursor, Driver, EachResult } from '../host/driver';
import { chosenDump } from '../restore/chosenDump';
import type { DumpSource } from '../restore/dumpSource';
import type { CommitStore } from '../host/restorePoints';
import { restoreDump } from '../restore/restoreDump';
import { RoomForDump } from '../restore/roomForDump';
import { hasModes } from '../storage/opfs';
import { removeProject } from '../storage/projectFolder';
import { StorageError } from '../storage/storeTypes';
import type { ChooseOfArchive } from '../wire/archive';
import type { LoadRequest, RowLoader } from '../transfer/importTarget';
import type { Catalog, RelationInfo, RelationRef, RelationStructure } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import { PageWriter } from '../wire/pageWriter';
import type { OpenReport, OpenRequest, OpenSource, Progress, RestoreReport, SaveState, StorageReport } from '../wire/opening';
import type { CatalogObjects, ObjectReading, ObjectRef } from '../wire/objects';
import type { TableReading } from '../wire/tableDefinition';
import type { BrowsePage, BrowseRequest, Plan, RowCount, RowSet } from '../wire/results';
import { Backend } from './backend';
import { CopyCursor } from './copyCursor';
import { RowPlaces } from './counting';
import type { DataDirectory } from './dataDirectory';
import { writeDump } from './dump';
import { ExtensionFiles, extensionsIn } from './extensions';
import { readCatalog } from './introspect';
import { openDataDirectory } from './openDataDirectory';
import { openingError, settlingError } from './openingErrors';
import { LateCommits } from './lateCommits';
import { explainStatement } from './plan';
import { PostgresLoader } from './postgresLoader';
import { PortalCursor } from './portals';
import { ReadOnlyCursor, refuseSteering, withinReadOnly } from './readOnly';
import { lostError, noRoom } from './postgresErrors';
import { RestoreTarget } from './restoreTarget';
import { runEach } from './runEach';
import { sampleStatements } from './sample';
import { Session } from './session';
import { objectDdl } from './objectDdl';
import { objectDependants } from './objectDependants';
import { findObject, readObjects } from './objects';
import { readStructure } from './structure';
import { readTable } from './tableReading';

/** Bytes of write-ahead log after which a checkpoint is due: in single-user mode Postgres makes none by itself. */
const CHECKPOINT_BYTES = 24 * 1024 * 1024;
/** The same for a worker that nothing is asked of. */
const IDLE_CHECKPOINT_BYTES = 512 * 1024;

/** How long keys are looked for at a time, in ms: a page that is asked for meanwhile waits for it. */
const SAMPLE_MS = 4;
/** What the first commit is called. */
const BEGINNINGS: Partial<Record<OpenSource['kind'], string>> = {
  dump: 'Restored from a dump',
  archive: 'Restored from an archive',
  sample: 'Made as a sample',
  empty: 'Made empty'
};

interface Opened {
  directory: DataDirectory;
  session: Session;
  extensions: ExtensionFiles;
  places: RowPlaces;
  late: LateCommits;
}

/** PGlite as the driver of a connection. */
export class PostgresDriver implements Driver {
  readonly dialect = postgres;
  #opened: Opened | null = null;
  #catalog: { epoch: number; catalog: Catalog } | null = null;
  readonly firstWhole = 1;
  readonly #label = new CommitLabel();

  /** In words, why nothing that is written would last; null when it does. */
  get readOnly(): string | null {
    return this.#opened?.directory.readOnly ?? null;
  }

  get #open(): Opened {
    if (!this.#opened) throw { code: 'not-open', message: 'This database is not open yet.' };
    return this.#opened;
  }

  async open(
    request: OpenRequest,
    onProgress: (progress: Progress) => void,
    _onSave: (save: SaveState) => void,
    choose: ChooseOfArchive
  ): Promise<Omit<OpenReport, 'save'>> {
    const { projectId, source } = request;
    if (source.kind === 'file' || source.kind === 'salvage') {
      throw { code: 'unsupported', message: 'Postgres opens dumps, not files of a database.' };
    }
    const fresh = source.kind !== 'stored';
    // Asked before anything is made: who changes their mind leaves nothing behind.
    const dump = await chosenDump(source, choose, onProgress);
    onProgress({ label: 'Starting Postgres', done: 0, total: null, unit: 'statements' });
    try {
      const directory = await openDataDirectory(request, fresh, onProgress);
      // Made elsewhere, it may use extensions; and PGlite's libraries that convert encodings end in a trap.
      const brought = source.kind === 'data-directory';
      const opened = await this.#over(directory, fresh && !brought);
      if (brought) opened.session.exec('UPDATE pg_catalog.pg_conversion SET condefault = false WHERE condefault');
      const report: Omit<OpenReport, 'save'> = {
        engine: 'postgres',
        version: opened.session.ask('SHOW server_version')[0]![0]!.replace(/^/, 'PostgreSQL '),
        storage: directory.where,
        readOnly: directory.readOnly,
        notices: [],
        bytes: 0,
        code: directory.code
      };
      if (source.kind === 'sample') await this.#makeSample(onProgress);
      if (dump) report.restore = await this.#restore(dump, onProgress);
      if (source.kind === 'sample' || dump || brought) opened.session.exec('CHECKPOINT');
      const label = BEGINNINGS[source.kind];
      if (fresh) await directory.keep(label === undefined ? {} : { label });
      report.bytes = directory.size();
      return report;
    } catch (e) {
      await this.close().catch(() => undefined); // it did not come up: what matters is why
      // What cannot be deleted now goes with the project; why it failed matters more.
      if (fresh) await removeProject(projectId).catch(() => undefined);
      throw openingError(e);
    }
  }

  async #over(directory: DataDirectory, fresh: boolean): Promise<Opened> {
    const session = new Session(
      new Backend(directory.pg, (thrown) => {
        const full = directory.full();
        return full ? noRoom(full.message) : lostError(thrown);
      })
    );
    const extensions = new ExtensionFiles(directory.pg);
    this.#opened = { directory, session, extensions, places: new RowPlaces(session), late: new LateCommits(session) };
    if (!fresh) await extensions.load(namesInUse(session));
    return this.#opened;
  }

  async #makeSample(onProgress: (progress: Progress) => void): Promise<void> {
    const { session } = this.#open;
    for (const [done, sql] of sampleStatements.entries()) {
      onProgress({ label: 'Making the sample', done, total: sampleStatements.length, unit: 'statements' });
      session.exec(sql);
    }
    session.exec('ANALYZE');
  }

  async #restore(dump: DumpSource, onProgress: (progress: Progress) => void): Promise<RestoreReport> {
    const { session, directory, extensions } = this.#open;
    const target = new RestoreTarget(session, directory, extensions, CHECKPOINT_BYTES);
    const room = new RoomForDump(dump.total, async () => (await directory.usage()).bytes);
    const report = await restoreDump(dump, target, room.watching(onProgress)).catch((e: unknown) => {
      throw room.error(e);
    });
    if (session.backend.status !== 'I') session.exec('ROLLBACK');
    session.exec('DISCARD ALL');
    onProgress({ label: 'Gathering statistics', done: 0, total: null, unit: 'statements' });
    session.exec('ANALYZE');
    return { ...report, choosable: true };
  }

  begin(sql: string, params: readonly Cell[], data?: string): Cursor | Promise<Cursor> {
    const { session, extensions } = this.#open;
    this.#label.add(sql);
    const cursor = (): Cursor => (data === undefined ? new PortalCursor(session, sql, params) : new CopyCursor(session, sql, data));
    if (this.readOnly !== null) {
      refuseSteering(sql);
      return new ReadOnlyCursor(session, cursor);
    }
    const names = extensionsIn(sql);
    return names.length === 0 ? cursor() : extensions.load(names).then(cursor);
  }

  loader(request: LoadRequest): RowLoader {
    const { session, directory } = this.#open;
    return new PostgresLoader(session, request, () => {
      if (directory.walBytes() <= CHECKPOINT_BYTES) return;
      if (session.backend.status === 'T') session.exec('CHECKPOINT');
      directory.noteCheckpoint();
    });
  }

  async settle(): Promise<void> {
    const { directory, session, late } = this.#open;
    const full = directory.full();
    if (full) {
      // What it has of this statement, and of a transaction around it, could never be kept.
      await this.#reviveNow(full);
      throw settlingError(full);
    }
    try {
      if (session.backend.lost) return;
      if (session.backend.status === 'T') late.note();
      // What a transaction has done so far is of no use to anybody before its end.
      if (session.backend.status === 'I' && this.readOnly === null) {
        if (directory.walBytes() > CHECKPOINT_BYTES) {
          session.exec('CHECKPOINT');
          directory.noteCheckpoint();
        }
        late.settle(directory.isDue());
        await directory.sync(this.#label.take());
      }
    } catch (e) {
      // Postgres knows of more than could be kept.
      if (e instanceof StorageError && e.full) await this.#reviveNow(e);
      throw settlingError(e);
    }
    if (session.backend.lost) await this.#reviveNow();
  }

  /** The same while a statement is settled. Where it fails too, for there is no room, that is the reason; the next statement tries again. */
  async #reviveNow(reason?: unknown): Promise<void> {
    try {
      await this.#revive();
    } catch (e) {
      throw settlingError(reason ?? e);
    }
  }

  /** A checkpoint, so that the next opening has no log to replay. */
  async idle(): Promise<void> {
    const { directory, session } = this.#open;
    if (this.readOnly !== null || session.backend.lost || session.backend.status !== 'I' || directory.walBytes() < IDLE_CHECKPOINT_BYTES) return;
    session.exec('CHECKPOINT');
    directory.noteCheckpoint();
    await this.settle();
  }

  labelCommit(label: string | null, token?: string): void {
    this.#label.name(label, token);
  }

  commitStore(): CommitStore | null {
    return this.#opened?.directory.store ?? null;
  }

  async goBack(number: number): Promise<number> {
    const { directory, session } = this.#open;
    if (!directory.store) throw { code: 'unsupported', message: 'This database is not kept where commits are.' };
    // What Postgres holds in memory alone is part of the state that one may come back to.
    if (!session.backend.lost) await directory.keep();
    const commit = directory.store.goBack(number);
    await this.#revive();
    return commit;
  }

  /** Postgres anew, on what was last committed. */
  async #revive(): Promise<void> {
    const { directory } = this.#open;
    this.#catalog = null;
    await this.#over(await directory.restart(), false);
  }

  inTransaction(): boolean {
    return this.#opened !== null && this.#opened.session.backend.status !== 'I';
  }

  async catalog(): Promise<Catalog> {
    const { session } = this.#open;
    // In a transaction that has failed nothing can be asked; it is what it was before.
    if (session.backend.status === 'E' && this.#catalog) return this.#catalog.catalog;
    const epoch = session.catalogEpoch;
    const catalog = readCatalog(session);
    this.#catalog = { epoch, catalog };
    return catalog;
  }

  /** A relation as of the last look at the catalog, which is taken anew when something may have changed it. */
  async relation(ref: RelationRef): Promise<RelationInfo | undefined> {
    if (this.#catalog?.epoch !== this.#open.session.catalogEpoch) await this.catalog();
    const schema = this.#catalog!.catalog.schemas.find((s) => s.name === ref.schema);
    return schema?.relations.find((r) => r.relation === ref.relation);
  }

  runEach(sql: string, sets: readonly (readonly Cell[])[]): EachResult {
    return runEach(this.#open.session, sql, sets);
  }

  hasTriggers(ref: RelationRef): boolean {
    const [row] = this.#open.session.ask(
      `SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname = $2 AND NOT t.tgisinternal)`,
      [ref.schema, ref.relation]
    );
    return row?.[0] === 't';
  }

  async structure(ref: RelationRef): Promise<RelationStructure> {
    const { session } = this.#open;
    return session.aside(() => readStructure(session, ref));
  }

  async objects(): Promise<CatalogObjects> {
    const { session } = this.#open;
    return session.aside(() => readObjects(session));
  }

  async object(ref: ObjectRef): Promise<ObjectReading> {
    const { session } = this.#open;
    return session.aside(() => {
      const found = findObject(session, ref);
      if (!found) throw { code: '42704', message: `${ref.kind} ${ref.schema}.${ref.name} does not exist` };
      return { info: found.info, ddl: objectDdl(session, found), dependants: objectDependants(session, found) };
    });
  }

  async definition(ref: RelationRef): Promise<TableReading> {
    const { session } = this.#open;
    return session.aside(() => readTable(session, ref));
  }

  async browse(request: BrowseRequest, longest: number): Promise<BrowsePage> {
    const started = performance.now();
    const { session, places } = this.#open;
    const relation = await this.relation(request);
    return session.aside(() => {
      const ordered = places.inOrder(request, relation);
      const { sql, params } = places.far(ordered, relation) ?? this.dialect.browse(ordered, relation);
      const place = relation && this.dialect.placeOf(relation);
      const cursor = new PortalCursor(session, place ? sql.replace('SELECT *', `SELECT *, ${place}`) : sql, params);
      try {
        const columns = place ? cursor.columns.slice(0, -1) : cursor.columns;
        const writer = new PageWriter(columns.length, longest);
        const rowIds: string[] = [];
        cursor.next(writer, 0, place ? (text) => rowIds.push(text) : undefined);
        const page = writer.take();
        const end = page.rows < request.count;
        return { columns, page, from: request.from, ...(place ? { rowIds: rowIds.join(' ') } : {}), end, ms: performance.now() - started };
      } finally {
        cursor.close();
      }
    });
  }

  async *count(request: RowSet): AsyncGenerator<void, RowCount, void> {
    const { places } = this.#open;
    return yield* places.count(request, await this.relation(request));
  }

  *roughRows(ref: RelationRef): Generator<void, RowCount | null, void> {
    yield;
    return this.#open.places.smallCount(ref);
  }

  async *sample(request: BrowseRequest): AsyncGenerator<void, void, void> {
    const relation = await this.relation(request);
    const slices = this.#open.session.backend.status === 'I' ? this.#open.places.sample(request, relation) : undefined;
    if (!slices) return;
    for (let sliceEnd = performance.now() + SAMPLE_MS; !slices.next().done; ) {
      if (performance.now() < sliceEnd) continue;
      yield;
      // Within a transaction of the user nothing is asked that nobody waits for.
      if (this.#opened?.session.backend.status !== 'I') return void slices.return();
      sliceEnd = performance.now() + SAMPLE_MS;
    }
  }

  async explain(sql: string, analyze: boolean): Promise<Plan> {
    const { session } = this.#open;
    const explain = (): Plan => explainStatement(session, sql, analyze);
    const plan = this.readOnly === null ? explain() : withinReadOnly(session, explain);
    await this.settle();
    return plan;
  }

  saveScript(
    onChunk: (chunk: Uint8Array) => Promise<void>,
    onProgress: (progress: Progress) => void,
    _pause: () => Promise<void>,
    schema?: string
  ): Promise<void> {
    return writeDump(this.#open.session, onChunk, onProgress, schema);
  }

  saveCopy(onChunk: (chunk: Uint8Array) => Promise<void>, onProgress: (progress: Progress) => void): Promise<void> {
    return writeDump(this.#open.session, onChunk, onProgress);
  }

  saveState(): SaveState {
    return { saved: true, done: 0, total: 0 };
  }

  async storage(): Promise<StorageReport> {
    const { directory } = this.#open;
    const { where } = directory;
    return { ...(await directory.usage()), where, exclusive: where === 'opfs' && !hasModes() };
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    if (opened && !opened.session.backend.lost) await opened.directory.close();
  }
}

/** Extensions of the database, and libraries that functions of its own name (those of Postgres itself are always there). */
function namesInUse(session: Session): string[] {
  const rows = session.ask(`
    SELECT extname FROM pg_catalog.pg_extension
    UNION SELECT pg_catalog.regexp_replace(probin, '^.*/', '') FROM pg_catalog.pg_proc WHERE oid >= 16384 AND probin IS NOT NULL`);
  return rows.map(([name]) => name!);
}
