import type { CommitNote } from '../host/commitLabel';
import { openStore } from '../storage/openStore';
import { projectSize, removeProject } from '../storage/projectFolder';
import { StorageError, type OpenedStore, type SaveProgress, type StoreSource } from '../storage/storeTypes';
import type { EngineErrorData } from '../wire/errors';
import { whyReadOnly as whyLooks, type EngineCode, type OpenRequest, type OpenSource, type Progress } from '../wire/opening';
import type { Notice } from '../wire/results';
import { mendedPageSize } from './pageSizes';
import { readHeader, START_BYTES, startOf, whatItIs, type DatabaseHeader } from './databaseHeader';
import { damageOf } from './damage';
import { startPragmas } from './keptPragmas';
import { betterBuild } from './betterBuild';
import { compiledCode, hasModule, loadBuild, workingBuild } from './builds';
import { scriptModules } from './scriptModules';
import { lackingModule, missingModules } from './modules';
import { virtualTables } from './schemaObjects';
import { SqliteConnection } from './sqliteConnection';
import type { Build, SqliteModule } from './sqliteModule';
import { salvageableError } from './salvage/salvageFile';
import { selfTest } from './selfTest';
import { STORE_FILE, StoreFile } from './storeFile';
import { takeLog } from './takeLog';

/** A database, opened and ready. */
export interface OpenedDatabase {
  connection: SqliteConnection;
  file: StoreFile;
  store: OpenedStore;
  readOnly: string | null;
  damaged: boolean;
  notices: Notice[];
  /** Nothing was stored for this project before. */
  isNew: boolean;
  code: EngineCode;
}

const MESSAGES: Partial<Record<StorageError['reason'], EngineErrorData>> = {
  missing: {
    code: 'storage',
    message: 'Nothing is stored for this project in this browser.',
    hint: 'Drop the file once more.'
  },
  'needs-file': {
    code: 'needs-file',
    message: 'Its file had not been copied whole into this browser when it was closed.',
    hint: 'Give the same file once more; what was committed since is kept.'
  },
  'other-file': {
    code: 'other-file',
    message: 'This is another file than the one that the project began from.',
    hint: 'Open it as a new project.'
  },
  version: { code: 'format-version', message: 'This project was stored by a newer Rowhouse.', hint: 'Reload the page to get the newest one.' },
  busy: { code: 'storage', message: 'This project’s storage is still held elsewhere.', hint: 'Close its other tabs, then try again.' }
};

function openingError(e: unknown, source: OpenSource): unknown {
  const packed = source.kind === 'file' && source.packed;
  if (packed && e instanceof StorageError && e.reason === 'damaged') {
    return {
      code: 'damaged',
      message: 'This packed file is cut off or damaged: it cannot be unpacked.',
      hint: 'Get the file again from where it came from.'
    };
  }
  if (!(e instanceof StorageError)) return e;
  const known = MESSAGES[e.reason];
  if (known) return known;
  return { code: e.full ? 'storage-full' : e.reason === 'damaged' ? 'damaged' : 'storage', message: e.message };
}

function storeSource(source: OpenSource): StoreSource {
  switch (source.kind) {
    case 'archive':
    case 'data-directory':
      throw { code: 'unsupported', message: 'SQLite opens nothing that Postgres has written.' };
    case 'stored':
      return { kind: 'stored' };
    case 'file':
      // An empty file holds no base to begin from.
      if (source.file.size === 0) return { kind: 'new' };
      return { kind: 'file', name: STORE_FILE, file: source.file, packed: source.packed };
    default:
      return { kind: 'new' };
  }
}

/** Looks at the first bytes; throws EngineErrorData when they are not those of a database that can be opened. */
function checkStart(start: Uint8Array, size: number): Notice[] {
  if (size === 0) {
    return [
      { severity: 'NOTICE', message: 'This file is empty, which SQLite takes for a database without tables.' }
    ];
  }
  const header = readHeader(start);
  if (!header) throw whatItIs(start, size);
  if (header.pageSize === 0) {
    throw {
      code: 'damaged',
      message: 'This SQLite database is damaged: its header names a page size that cannot be.',
      hint: 'Get the file again from where it came from.'
    };
  }
  if (header.readVersion > 2) {
    throw {
      code: 'unsupported',
      message: `This database was written by a newer SQLite: its file format has version ${header.readVersion}, known are 1 and 2.`,
      hint: 'In the program that made it, write it out as SQL or with VACUUM INTO, and open that.'
    };
  }
  if (header.readVersion === 2) {
    return [
      {
        severity: 'NOTICE',
        message: 'This database was in WAL mode: its newest changes may lie in a -wal file that was not opened with it.',
        hint: 'To be sure that all is there, close it in the program that uses it and open the file again.'
      }
    ];
  }
  return [];
}

const pageSizeOf = (file: StoreFile): number => readHeader(startOf(file))?.pageSize ?? 0;

/**
 * Opens the database of a request over its store. On failure nothing stays open.
 * @param request what to open; `sample` and `dump` begin as an empty database
 * @param note what is kept with the commit that is made now
 * @param onCopy each step of a copy that goes on behind the opening, and its end
 */
export async function openDatabase(
  request: OpenRequest,
  onProgress: (progress: Progress) => void,
  onCopy: (progress: SaveProgress) => void,
  note?: () => CommitNote,
  always?: Build
): Promise<OpenedDatabase> {
  const { source } = request;
  let blockSize: number | undefined;
  if (source.kind === 'file' && !source.packed) {
    const start = new Uint8Array(await source.file.slice(0, START_BYTES).arrayBuffer());
    try {
      checkStart(start, source.file.size);
    } catch (e) {
      throw await salvageableError(e, source);
    }
    blockSize = Math.max(4096, readHeader(start)?.pageSize ?? 0);
  }
  const known = source.kind === 'stored' || (await projectSize(request.projectId)).files > 0;
  const loading = loadBuild('sql.js', request.code);
  // Its failure is told below, where there is a store to close.
  loading.catch(() => undefined);
  let store: OpenedStore | null = null;
  let connection: SqliteConnection | null = null;
  try {
    store = await openStore({
      projectId: request.projectId,
      opening: request.opening,
      access: request.access,
      asOf: request.asOf,
      source: storeSource(source),
      blockSize,
      onProgress: (done, total) => onProgress({ label: 'Unpacking', done, total, unit: 'bytes' }),
      onCopy
    });
    const file = new StoreFile(store, note);
    const wrong = readHeader(startOf(file))?.pageSize;
    // One whose header names no page size that can be is not taken in; those that once were are still shown.
    file.pageSize = (wrong !== 0 || source.kind === 'stored' ? mendedPageSize(file) : 0) || null;
    const mended =
      file.pageSize === null ? null : `Its header names ${wrong ? `pages of ${wrong} bytes` : 'a page size that cannot be'}; they are read as pages of ${file.pageSize} bytes, as which they come out.`;
    const log = source.kind === 'file' && store.lastFrame === 0 ? source.log : undefined;
    const taken = log && [await takeLog(store, log, pageSizeOf(file))];
    const size = file.size();
    const start = startOf(file);
    const fresh = source.kind === 'empty' || source.kind === 'sample' || source.kind === 'dump';
    const found = fresh && size === 0 ? [] : checkStart(start, size);
    // Of a log beside it is told once, when the file comes in.
    const notices = taken ?? (source.kind === 'file' || size === 0 ? found : []);
    const header = readHeader(start);
    const sqljs = await loading;
    let module = selfTest(sqljs).length === 0 ? sqljs : ((await workingBuild('official', request.code)) ?? sqljs);
    let readOnly = whyReadOnly(request, header, module);
    connection = new SqliteConnection(module);
    connection.open(file, readOnly !== null);
    const wanted = source.kind === 'dump' ? await scriptModules(source.file, source.packed) : undefined;
    const better = always === undefined ? await betterBuild(connection, header, request.code, wanted) : await loadBuild(always);
    if (better) {
      module = better;
      connection.moveTo(module);
      connection.open(file, readOnly !== null);
    }
    const damage = damageOf(connection, header, size, store.lastFrame === 0 || taken !== undefined, mended);
    if (damage) {
      // What is damaged is only looked at: a write could make it worse.
      connection.close();
      connection = new SqliteConnection(module);
      connection.open(file, true);
      if (damage.schema) connection.query('PRAGMA writable_schema=on');
      readOnly = 'It is damaged: to change it could lose more.';
      notices.push(damage.notice);
    }
    startPragmas(connection);
    // A dump may write the schema's own table, as that of a virtual table does. What is damaged is read in that mode.
    if (source.kind !== 'dump' && !damage?.schema) connection.defend();
    for (const [name, needed] of missingModules(virtualTables(connection), (m) => hasModule(module.build, m))) {
      notices.push({ severity: 'NOTICE', message: lackingModule(name, needed) });
    }
    return { connection, file, store, readOnly, damaged: damage !== null, notices, isNew: !known, code: await compiledCode(request.code) };
  } catch (e) {
    connection?.close();
    store?.close();
    // What was being brought in leaves nothing behind; what was there before stays, whatever happened.
    if (!known) await leaveNothing(request.projectId);
    const error = openingError(e, source);
    throw source.kind === 'file' ? await salvageableError(error, source) : error;
  }
}

/** Removes what a failed opening has put into storage. */
export async function leaveNothing(projectId: string): Promise<void> {
  try {
    await removeProject(projectId);
  } catch (e) {
    // The error of the opening is the one to tell; the page removes projects that it does not know.
    console.warn('What a failed opening left could not be removed.', e);
  }
}

/** In words, why nothing can be written; null when it can. Throws EngineErrorData where nothing can be read either. */
function whyReadOnly(request: OpenRequest, header: DatabaseHeader | null, module: SqliteModule): string | null {
  const broken = selfTest(module);
  if (broken.some((failure) => failure.reading)) {
    throw {
      code: 'unsupported',
      message: 'SQLite does not work in this browser as Rowhouse needs it.',
      detail: broken.map((failure) => failure.check).join(', ')
    };
  }
  if (broken.length > 0) return 'SQLite does not tell its commits in this browser, so nothing could be kept safely.';
  const looks = whyLooks(request);
  if (looks !== null) return looks;
  // A new database is written, whatever its project is to be.
  if (request.readOnly && (request.source.kind === 'stored' || request.source.kind === 'file')) return 'The project is read-only.';
  if (header && header.writeVersion > 2) {
    return `It was written by a newer SQLite (file format ${header.writeVersion}), which this one may only read.`;
  }
  return null;
}
