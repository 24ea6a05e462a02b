/**
 * A project's folder in OPFS from outside its store: size and removal. Plain directory calls, so that the
 * page and every worker can use it.
 */
import { isNamed } from './opfs';
import { opfsRoot, originRoot } from './opfsRoot';
import { removeFromRoot } from './references';
import { StorageError } from './storeTypes';

const PROJECTS = 'projects';
/** A worker that was terminated keeps its handles for 2 s. */
const WAIT_MS = 6000;
const STEP_MS = 100;

async function projectsFolder(): Promise<FileSystemDirectoryHandle | null> {
  try {
    return (await (await originRoot())?.getDirectoryHandle(PROJECTS)) ?? null;
  } catch (e) {
    if (isNamed(e, 'NotFoundError')) return null; // nothing was ever stored
    throw e;
  }
}

/**
 * Removes all that a project has in storage, but for what branches of it still need; that goes with the last
 * of them. Waits up to 6 s for a worker that dies; rejects when somebody still holds a file of it then.
 */
export async function removeProject(projectId: string): Promise<void> {
  const root = await opfsRoot();
  const until = Date.now() + WAIT_MS;
  while (root && !(await removeFromRoot(root, projectId))) {
    if (Date.now() > until) {
      throw new StorageError('This project’s storage is still held elsewhere. Close its other tabs, then try again.', false, 'busy');
    }
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}

/** Bytes and files of a project in storage; zeros without any. A file that goes meanwhile counts as one of no bytes. */
export async function projectSize(projectId: string): Promise<{ bytes: number; files: number }> {
  const size = { bytes: 0, files: 0 };
  const projects = await projectsFolder();
  try {
    const folder = await projects?.getDirectoryHandle(projectId);
    for await (const entry of folder?.values() ?? []) {
      if (entry.kind !== 'file') continue;
      size.files++;
      size.bytes += await sizeOf(entry as FileSystemFileHandle);
    }
  } catch (e) {
    // Never stored, or removed meanwhile.
    if (!isNamed(e, 'NotFoundError')) throw e;
  }
  return size;
}

async function sizeOf(file: FileSystemFileHandle): Promise<number> {
  try {
    return (await file.getFile()).size;
  } catch (e) {
    if (isNamed(e, 'NotFoundError')) return 0;
    throw e;
  }
}
