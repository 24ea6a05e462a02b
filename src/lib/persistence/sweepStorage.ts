import { database } from './database';
import { storedProjects, removeProjectStorage } from './projectStorage';

/** Projects that some page has open now: each holds a Web Lock. */
export async function projectsInUse(): Promise<ReadonlySet<string>> {
  if (!('locks' in navigator)) return new Set();
  const { held = [] } = await navigator.locks.query();
  const prefix = 'project:';
  return new Set(held.flatMap(({ name }) => (name?.startsWith(prefix) ? [name.slice(prefix.length)] : [])));
}

/**
 * Deletes what was left by projects that never became whole (a page closed while a file was being copied): folders,
 * tabs and handles of files without a project, unless a page is bringing that project in right now. What there is is listed before
 * it is asked who holds what: a project that begins meanwhile is not in the list.
 */
export async function sweepStorage(): Promise<void> {
  const folders = await storedProjects();
  const tabs = await database.tabs.toArray();
  const handles = await database.fileHandles.toCollection().primaryKeys();
  const inUse = await projectsInUse();
  const kept = new Set<string>(await database.projects.toCollection().primaryKeys());
  const gone = (projectId: string): boolean => !kept.has(projectId) && !inUse.has(projectId);
  await database.tabs.bulkDelete(tabs.filter((tab) => gone(tab.projectId)).map((tab) => tab.id));
  await database.fileHandles.bulkDelete(handles.filter(gone));
  for (const projectId of folders) if (gone(projectId)) await removeProjectStorage(projectId);
}
