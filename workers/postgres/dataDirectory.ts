import { PGlite } from '@electric-sql/pglite';
import { fetchArtifacts, fetchBase } from './artifacts';
import { folderAt, layOut } from './poolFiles';
import { PoolFolder } from './poolFolder';
import { untar } from './tar';

/**
 * Where the data directory of a project lies, and how Postgres is started on it. All that is particular to
 * PGlite's own file systems is here and in poolFolder.ts; the store takes their place later.
 */

/** Folder of all projects in OPFS; each has one of its own, named by its id. */
const PROJECTS = 'projects';
const DATA_DIRECTORY = 'pgdata';
/** Written when a database has been brought in whole. */
const MARK = 'postgres.json';
const FORMAT = 1;

/**
 * Beyond PGlite's own: buffers of 64 MB, half of what it takes; each scan of a table begins at its beginning, so
 * that pages of rows without an order stay in one; and a bound for temporary files, which live in memory.
 */
const settings = ['shared_buffers=64MB', 'synchronize_seqscans=off', 'temp_file_limit=1GB', 'work_mem=16MB'];
const startParams = [...PGlite.defaultStartParams, ...settings.flatMap((setting) => ['-c', setting])];

export interface DataDirectory {
  readonly pg: PGlite;
  readonly where: 'opfs' | 'idb' | 'memory';
  /** What was committed is on disk when this resolves. */
  sync(): Promise<void>;
  /** Between statements of a load: what the next one needs, without a flush. @param files that it may make */
  tend(files: number): Promise<void>;
  /** Bytes that were written since the last checkpoint was noted; 0 where nobody counts. */
  written(): number;
  noteCheckpoint(): void;
  /** Says that the database has been brought in whole: from now on it opens as stored. */
  keep(): Promise<void>;
  usage(): Promise<{ bytes: number; files: number }>;
  close(): Promise<void>;
}

/**
 * Opens the data directory of a project.
 * @param fresh begin from an empty database, whatever was there before
 */
export async function openDataDirectory(projectId: string, fresh: boolean): Promise<DataDirectory> {
  if (await hasOpfs()) return openInOpfs(projectId, fresh);
  return openElsewhere(projectId, fresh);
}

async function hasOpfs(): Promise<boolean> {
  try {
    await navigator.storage.getDirectory();
    return 'createSyncAccessHandle' in FileSystemFileHandle.prototype;
  } catch {
    // A private window of some browsers: there is none.
    return false;
  }
}

async function openInOpfs(projectId: string, fresh: boolean): Promise<DataDirectory> {
  const home = `${PROJECTS}/${projectId}`;
  if (fresh) await removeDataDirectory(projectId);
  else await checkMark(home);
  const path = `${home}/${DATA_DIRECTORY}`;
  const fs = new PoolFolder(path);
  const openFiles = async (): Promise<void> => {
    if (fresh) await layOut(path, untar(await fetchBase()));
    await fs.openFiles();
  };
  const [artifacts] = await Promise.all([fetchArtifacts(), openFiles()]);
  const pg = await PGlite.create({ ...artifacts, fs, startParams, relaxedDurability: false });
  fs.started();
  return {
    pg,
    where: 'opfs',
    sync: () => fs.syncToFs(),
    tend: (files) => fs.openAhead(files),
    written: () => fs.written,
    noteCheckpoint: () => void fs.takeWritten(),
    keep: () => writeMark(home),
    usage: async () => fs.usage(),
    close: () => pg.close()
  };
}

/** Deletes the folder of a project. A worker that was ended while busy holds its files for some 2 s: waits for it. */
export async function removeDataDirectory(projectId: string): Promise<void> {
  if (!(await hasOpfs())) return;
  const projects = await folderAt(PROJECTS, true);
  for (let left = 100; ; left--) {
    try {
      await projects.removeEntry(projectId, { recursive: true });
      return;
    } catch (e) {
      if (e instanceof DOMException && e.name === 'NotFoundError') return;
      if (left === 0) throw e;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }
}

async function writeMark(home: string): Promise<void> {
  const folder = await folderAt(home, true);
  const file = await (await folder.getFileHandle(MARK, { create: true })).createSyncAccessHandle();
  file.truncate(0);
  file.write(new TextEncoder().encode(JSON.stringify({ format: FORMAT })), { at: 0 });
  file.flush();
  file.close();
}

async function checkMark(home: string): Promise<void> {
  let mark: { format?: number };
  try {
    const folder = await folderAt(home, false);
    mark = JSON.parse(await (await (await folder.getFileHandle(MARK)).getFile()).text()) as { format?: number };
  } catch {
    throw {
      code: 'damaged',
      message: 'Nothing whole is stored for this database: it was never brought in to its end, or has been removed.',
      hint: 'Open its file again.'
    };
  }
  if (mark.format !== FORMAT) {
    throw {
      code: 'format-version',
      message: 'This database was stored by a newer version of Rowhouse.',
      hint: 'Reload the page to get that version.'
    };
  }
}

/** Without OPFS: IndexedDB, and memory where that is missing as well. */
async function openElsewhere(projectId: string, fresh: boolean): Promise<DataDirectory> {
  const name = `rowhouse-${projectId}`;
  const loadDataDir = fresh ? new Blob([await fetchBase()]) : undefined;
  const artifacts = await fetchArtifacts();
  const start = (dataDir: string) => PGlite.create({ ...artifacts, dataDir, loadDataDir, startParams, relaxedDurability: false });
  let where: 'idb' | 'memory' = 'idb';
  let pg: PGlite;
  try {
    pg = await start(`idb://${name}`);
  } catch (e) {
    if (!fresh) throw e;
    where = 'memory';
    pg = await start('memory://');
  }
  return {
    pg,
    where,
    sync: () => pg.syncToFs(),
    tend: () => Promise.resolve(),
    written: () => 0,
    noteCheckpoint: () => undefined,
    keep: () => pg.syncToFs(),
    usage: async () => ({ bytes: (await navigator.storage?.estimate?.())?.usage ?? 0, files: 0 }),
    close: () => pg.close()
  };
}
