import { database } from './database';

/** Folder of all projects in the origin's private file system; each has one of its own, named by its id. */
const PROJECTS = 'projects';

/** Where there is no such file system, Postgres keeps a project in an IndexedDB database of this name (PGlite's `idb://`). */
const IDB = '/pglite/rowhouse-';

/** Deletes a project's bytes. A worker that was ended while busy holds its files for two seconds more: tried until it lets go. */
export async function removeProjectStorage(projectId: string): Promise<void> {
  // What knows the store is fetched when there is something to delete.
  const { removeProject } = await import('$workers/storage/projectFolder');
  await removeProject(projectId);
  if ((await idbProjects()).includes(projectId)) await deleteDatabase(IDB + projectId);
  await database.sweepable.delete(projectId);
}

/** A database that lies in storage whole, told without opening it. */
export interface FoundDatabase {
  projectId: string;
  engine: 'sqlite' | 'postgres';
  /** Epoch ms of its newest opening, or of now where that cannot be told. */
  time: number;
  bytes: number;
  /** The file that it began from has to be given again. */
  needsFile: boolean;
}

/** The file of a SQLite database, in the list of those that a project's store began with. */
const SQLITE_FILE = 'main.db';
/** Blocks of a Postgres database that began without such a list. */
const POSTGRES_BLOCK = 8192;
/** Folder of a Postgres database as earlier versions kept it. */
const POOL = 'pgdata';

/** What a project without a record has in storage; null where no database is whole in it. Rejects where that cannot be told. */
export async function foundDatabase(projectId: string): Promise<FoundDatabase | null> {
  const { foundProject } = await import('$workers/storage/foundProject');
  const earlier = { projectId, engine: 'postgres' as const, time: Date.now(), bytes: 0, needsFile: false };
  if ((await idbProjects()).includes(projectId) || (await hasPool(projectId))) return earlier;
  const found = await foundProject(projectId);
  if (!found) return null;
  const { files, blockSize, time, bytes, needsFile } = found;
  const isSqlite = files ? files.includes(SQLITE_FILE) : blockSize !== POSTGRES_BLOCK;
  return { projectId, engine: isSqlite ? 'sqlite' : 'postgres', time, bytes, needsFile };
}

async function hasPool(projectId: string): Promise<boolean> {
  try {
    const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle(PROJECTS);
    await (await projects.getDirectoryHandle(projectId)).getDirectoryHandle(POOL);
    return true;
  } catch (e) {
    if (e instanceof DOMException && e.name === 'NotFoundError') return false;
    throw e;
  }
}

/** Bytes that each project has in the private file system, by its id; what several share is under null. */
export async function storedSizes(): Promise<Map<string | null, number>> {
  const { projectSize } = await import('$workers/storage/projectFolder');
  const sizes = new Map<string | null, number>();
  for (const projectId of await projectFolders()) sizes.set(projectId, (await projectSize(projectId)).bytes);
  const root = await navigator.storage?.getDirectory?.().catch(() => null); // a window without files of its own
  const shared = await root?.getDirectoryHandle('shared').catch(() => null); // there is none yet
  let bytes = 0;
  for await (const entry of shared?.values() ?? []) if (entry.kind === 'file') bytes += (await entry.getFile()).size;
  if (bytes > 0) sizes.set(null, bytes);
  return sizes;
}

/** Deletes a database of IndexedDB. */
export function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error ?? new Error(`${name} could not be deleted.`));
  });
}

/** Ids of the projects that lie in IndexedDB. */
async function idbProjects(): Promise<string[]> {
  const all = (await globalThis.indexedDB?.databases?.()) ?? [];
  return all.flatMap(({ name }) => (name?.startsWith(IDB) ? [name.slice(IDB.length)] : []));
}

/** Ids of the projects that have something stored, whether the app knows them or not. */
export async function storedProjects(): Promise<string[]> {
  return [...new Set([...(await projectFolders()), ...(await idbProjects())])];
}

async function projectFolders(): Promise<string[]> {
  if (!navigator.storage?.getDirectory) return [];
  try {
    const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle(PROJECTS);
    const names: string[] = [];
    for await (const name of projects.keys()) names.push(name);
    return names;
  } catch (e) {
    // Nothing was ever stored, or this window has no such file system.
    if (e instanceof DOMException && (e.name === 'NotFoundError' || e.name === 'SecurityError')) return [];
    throw e;
  }
}
