import { removeProject } from '$workers/storage/projectFolder';

/** Folder of all projects in the origin's private file system; each has one of its own, named by its id. */
const PROJECTS = 'projects';

/** Deletes a project's bytes. A worker that was ended while busy holds its files for two seconds more: tried until it lets go. */
export const removeProjectStorage = (projectId: string): Promise<void> => removeProject(projectId);

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
