/**
 * A project's folder in OPFS from outside its store: size and removal. Plain directory calls, so that the
 * page and every worker can use it.
 */
const PROJECTS = 'projects';
/** A worker that was terminated keeps its handles for 2 s. */
const WAIT_MS = 6000;
const STEP_MS = 100;

async function projectsFolder(): Promise<FileSystemDirectoryHandle | null> {
  try {
    return await (await navigator.storage.getDirectory()).getDirectoryHandle(PROJECTS);
  } catch {
    return null; // no OPFS in this window, or nothing was ever stored
  }
}

const isNamed = (e: unknown, name: string): boolean => e instanceof DOMException && e.name === name;

/**
 * Removes all that a project has in storage; without a folder there is nothing to do. Waits up to 6 s for
 * a worker that dies; rejects when somebody still holds a file of it then. What could be removed is gone even so.
 */
export async function removeProject(projectId: string): Promise<void> {
  const projects = await projectsFolder();
  const until = Date.now() + WAIT_MS;
  while (projects) {
    try {
      await projects.removeEntry(projectId, { recursive: true });
      return;
    } catch (e) {
      if (isNamed(e, 'NotFoundError')) return;
      if (!isNamed(e, 'NoModificationAllowedError') || Date.now() > until) throw e;
    }
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}

/** Bytes and files of a project in storage; zeros without any. */
export async function projectSize(projectId: string): Promise<{ bytes: number; files: number }> {
  const size = { bytes: 0, files: 0 };
  const projects = await projectsFolder();
  try {
    const folder = await projects?.getDirectoryHandle(projectId);
    for await (const entry of folder?.values() ?? []) {
      if (entry.kind !== 'file') continue;
      size.bytes += (await entry.getFile()).size;
      size.files++;
    }
  } catch (e) {
    // Never stored, or removed meanwhile.
    if (!isNamed(e, 'NotFoundError')) throw e;
  }
  return size;
}
