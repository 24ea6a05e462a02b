import type { OpenedStore } from '../storage/storeTypes';
import type { Progress } from '../wire/opening';
import { folderAt } from './poolFiles';

/**
 * Projects of earlier versions keep their data directory in a pool of OPFS files beside where the store's lie.
 * It is copied into the store as one commit, and deleted only when that stands: cut short at any instant, one of the
 * two is whole.
 */

const projectFolder = (projectId: string): string => `projects/${projectId}`;
const POOL = 'pgdata';
/** Written beside the pool when a database had been brought in whole. */
const MARK = 'postgres.json';
const FORMAT = 1;
/** The same within the pool, where nobody sweeps it away: a moving has begun. */
const WHOLE = 'whole';

const PIECE = 1 << 20;

/** True when the project's database lies whole in a pool. Throws EngineErrorData where that is of a newer format. */
export async function hasPool(projectId: string): Promise<boolean> {
  let pool: FileSystemDirectoryHandle;
  let home: FileSystemDirectoryHandle;
  try {
    home = await folderAt(projectFolder(projectId), false);
    pool = await home.getDirectoryHandle(POOL);
  } catch (e) {
    if (e instanceof DOMException && e.name === 'NotFoundError') return false;
    throw e;
  }
  if (await textOf(pool, WHOLE) !== null) return true;
  const mark = await textOf(home, MARK);
  if (mark === null) return false;
  if ((JSON.parse(mark) as { format?: number }).format !== FORMAT) {
    throw {
      code: 'format-version',
      message: 'This database was stored by a newer version of Rowhouse.',
      hint: 'Reload the page to get that version.'
    };
  }
  // The store sweeps its folder: from now on the pool itself says that it is whole.
  await pool.getFileHandle(WHOLE, { create: true });
  return true;
}

async function textOf(folder: FileSystemDirectoryHandle, name: string): Promise<string | null> {
  try {
    return await (await (await folder.getFileHandle(name)).getFile()).text();
  } catch (e) {
    if (e instanceof DOMException && e.name === 'NotFoundError') return null;
    throw e;
  }
}

/** Copies all files of the pool into an empty store and commits them. */
export async function movePool(projectId: string, store: OpenedStore, onProgress: (progress: Progress) => void): Promise<void> {
  const { PoolFolder } = await import('./poolFolder');
  const pool = new PoolFolder(`${projectFolder(projectId)}/${POOL}`);
  await pool.openFiles();
  try {
    const files = [...pool.files()].filter(({ name }) => name !== 'postmaster.pid' && !/^base\/pgsql_tmp\/./.test(name));
    const total = files.reduce((sum, file) => sum + file.size, 0);
    let done = 0;
    const buffer = new Uint8Array(PIECE);
    for (const file of files) {
      if (file.size === 0) store.create(file.name);
      for (let at = 0; at < file.size; at += PIECE) {
        const piece = buffer.subarray(0, Math.min(PIECE, file.size - at));
        file.read(at, piece);
        store.write(file.name, at, piece);
        done += piece.length;
        onProgress({ label: 'Moving the database to its new place', done, total, unit: 'bytes' });
      }
    }
    store.commit({ label: 'Moved from the storage of an earlier version' });
  } catch (e) {
    store.rollback();
    throw e;
  } finally {
    await pool.closeFs();
  }
}

/** Deletes a pool that was moved. What cannot be deleted now is tried again at the next opening. */
export async function removePool(projectId: string): Promise<void> {
  const home = await folderAt(projectFolder(projectId), false);
  for (const name of [POOL, MARK]) {
    try {
      await home.removeEntry(name, { recursive: true });
    } catch (e) {
      if (!(e instanceof DOMException && e.name === 'NotFoundError')) console.warn('What was moved could not be deleted yet.', e);
    }
  }
}
