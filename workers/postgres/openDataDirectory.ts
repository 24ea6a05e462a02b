import { openScratchFile } from '../host/scratch';
import { openStore } from '../storage/openStore';
import { originRoot } from '../storage/opfsRoot';
import { projectSize, removeProject } from '../storage/projectFolder';
import { StorageError, type OpenedStore, type StoreSource } from '../storage/storeTypes';
import type { EngineErrorData } from '../wire/errors';
import { whyReadOnly as whyLooks, type OpenRequest, type Progress } from '../wire/opening';
import { files, hash } from 'virtual:pgbase';
import { fetchArtifacts, fetchBase, type Artifacts } from './artifacts';
import { baseFilesOf, bytesOfBase } from './baseFiles';
import { bringDirectory, directoryFiles } from './bringDirectory';
import type { DataDirectory } from './dataDirectory';
import { openInIdb } from './idbDirectory';
import { hasPool, movePool, removePool } from './movePool';
import { ScratchFiles } from './scratchFiles';
import { ScratchSpace } from './scratchSpace';
import { startPostgres, type Limits } from './startPostgres';
import { StoreFilesystem } from './storeFilesystem';

/** A page of Postgres. */
const BLOCK = 8192;
/** Temporary files may take so much, and no more than half of what is free. */
const MOST_TEMPORARY = 1 << 30;

/**
 * Opens the data directory of a project and starts Postgres on it.
 * @param fresh begin from an empty database, whatever was there before
 */
export async function openDataDirectory(
  request: OpenRequest,
  fresh: boolean,
  onProgress: (progress: Progress) => void
): Promise<DataDirectory> {
  if (!(await hasOpfs()) && request.source.kind === 'data-directory') throw needsOpfs;
  if (!(await hasOpfs())) return openInIdb(request.projectId, fresh, request.code);
  const { projectId } = request;
  if (fresh && (await projectSize(projectId)).files > 0) await removeProject(projectId);
  // All at once: each asks another process, or the network.
  const opening = openFiles(request, fresh, onProgress);
  const scratch = openScratchFile(`${request.opening}.postgres`);
  try {
    const readOnly = whyReadOnly(request);
    const [artifacts, store, file, limits] = await Promise.all([fetchArtifacts(request.code), opening, scratch, limitsOf(readOnly !== null)]);
    return await openOver({ artifacts, store, space: new ScratchSpace(file), limits, readOnly });
  } catch (e) {
    const [store, file] = await Promise.allSettled([opening, scratch]);
    if (store.status === 'fulfilled') store.value.close();
    if (file.status === 'fulfilled') file.value?.close();
    throw e;
  }
}

const needsOpfs: EngineErrorData = {
  code: 'unsupported',
  message: 'This browser window has no private file system, which a data directory needs.',
  hint: 'Open it in an ordinary window, or dump it with pg_dump and open the dump.'
};

const hasOpfs = async (): Promise<boolean> =>
  (await originRoot()) !== null && 'createSyncAccessHandle' in FileSystemFileHandle.prototype;

/** The project's store, with a database in it. */
async function openFiles(request: OpenRequest, fresh: boolean, onProgress: (progress: Progress) => void): Promise<OpenedStore> {
  const { projectId, opening, asOf } = request;
  // What is read-only is not written to by anybody.
  const access = whyReadOnly(request) === null ? 'write' : 'read';
  const pooled = !fresh && access === 'write' && (await hasPool(projectId));
  const brought = request.source.kind === 'data-directory' ? directoryFiles(request.source.parts) : null;
  const store = await openStore({ projectId, opening, access, asOf, source: sourceOf(fresh, pooled || brought !== null), blockSize: BLOCK });
  try {
    if (brought) await bringDirectory(brought, store, onProgress);
    if (pooled) {
      if (store.lastFrame === 0) await movePool(projectId, store, onProgress);
      await removePool(projectId);
    }
    if (!fresh && store.lastFrame === 0) throw new StorageError('There is no whole database.', false, 'missing');
    return store;
  } catch (e) {
    store.close();
    throw e;
  }
}

/** All databases begin from the base that the build has made, each from that of its own time. */
function sourceOf(fresh: boolean, ownFiles: boolean): StoreSource {
  if (ownFiles) return { kind: 'new' };
  if (!fresh) return { kind: 'stored' };
  return { kind: 'shared', base: { hash, files, bytes: async () => bytesOfBase(baseFilesOf(await fetchBase())) } };
}

interface Parts {
  artifacts: Artifacts;
  store: OpenedStore;
  space: ScratchSpace;
  limits: Limits;
  /** In words, why it is only looked at; null when what is written is kept. */
  readOnly: string | null;
}

/** A new database is written, whatever its project is to be. */
function whyReadOnly(request: OpenRequest): string | null {
  const { readOnly, source } = request;
  const looks = whyLooks(request);
  if (looks !== null) return looks;
  return readOnly && source.kind === 'stored' ? 'The project is read-only.' : null;
}

async function openOver(parts: Parts): Promise<DataDirectory> {
  const { artifacts, store, space, limits, readOnly } = parts;
  const { looks } = limits;
  // Postgres must write to run: where it is only looked at, what it writes goes into scratch.
  const kept = looks ? new ScratchFiles(space, store) : store;
  const fs = new StoreFilesystem(kept, new ScratchFiles(space));
  const pg = await startPostgres({ ...artifacts, fs }, limits);
  return {
    pg,
    store,
    code: { module: artifacts.pgliteWasmModule, files: artifacts.fsBundle },
    where: store.where,
    readOnly,
    isDue: () => fs.due,
    async sync(note) {
      if (looks || !fs.due) return;
      store.commit(note);
      fs.due = false;
    },
    keep: async (note) => void store.commit(note),
    walBytes: () => fs.walBytes,
    noteCheckpoint: () => void (fs.walBytes = 0),
    full: () => fs.full,
    size: () => fs.size(),
    usage: async () => store.stored(),
    async restart() {
      store.rollback();
      space.reset();
      return openOver(parts);
    },
    async close() {
      try {
        await pg.close();
        if (!looks) store.commit();
      } finally {
        store.close();
        space.close();
      }
    }
  };
}

async function limitsOf(looks: boolean): Promise<Limits> {
  const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
  const free = quota === undefined ? Infinity : quota - (usage ?? 0);
  return { looks, temporary: Math.max(1, Math.floor(Math.min(MOST_TEMPORARY, free / 2) / (1 << 20))) };
}
