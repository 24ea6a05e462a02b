import { delay } from '$lib/base/backoff';

/** Folder of all projects in the origin's private file system; each has one of its own, named by its id. */
const PROJECTS = 'projects';

/** Deletes a project's bytes. A worker that was ended while busy holds its files for two seconds more: tried until it lets go. */
export async function removeProjectStorage(projectId: string): Promise<void> {
  if (!navigator.storage?.getDirectory) return;
  const root = await navigator.storage.getDirectory();
  for (let attempt = 0; ; attempt++) {
    try {
      const folder = await root.getDirectoryHandle(PROJECTS);
      await folder.removeEntry(projectId, { recursive: true });
      return;
    } catch (e) {
      if (e instanceof DOMException && e.name === 'NotFoundError') return;
      if (attempt >= 12) throw e;
      await delay(300);
    }
  }
}

/** Ids of the projects that have a folder. */
export async function projectFolders(): Promise<string[]> {
  if (!navigator.storage?.getDirectory) return [];
  try {
    const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle(PROJECTS);
    const names: string[] = [];
    for await (const name of projects.keys()) names.push(name);
    return names;
  } catch (e) {
    if (e instanceof DOMException && e.name === 'NotFoundError') return [];
    throw e;
  }
}
