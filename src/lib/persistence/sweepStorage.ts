import { database } from './database';
import { foundDatabase, removeProjectStorage, storedProjects, type FoundDatabase } from './projectStorage';

/** Names of the locks of projects begin so (see connections/projectLock). */
const PREFIX = 'project:';

/** Projects that some page has open now: each holds a Web Lock. */
export async function projectsInUse(): Promise<ReadonlySet<string>> {
  if (!('locks' in navigator)) return new Set();
  const { held = [] } = await navigator.locks.query();
  return new Set(held.flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [])));
}

/**
 * Deletes what was left by projects that never became whole (a page closed while a file was being copied) or were removed:
 * folders, tabs and handles of files without a project, unless a page is bringing that project in right now. What there is is listed before
 * it is asked who holds what: a project that begins meanwhile is not in the list.
 * @returns whole databases of which there is no record, though nobody removed them: the records were lost
 */
export async function sweepStorage(): Promise<FoundDatabase[]> {
  const folders = await storedProjects();
  const tabs = await database.tabs.toArray();
  const handles = await database.fileHandles.toCollection().primaryKeys();
  const inUse = await projectsInUse();
  const known = new Set<string>(await database.projects.toCollection().primaryKeys());
  const sweepable = new Set<string>(await database.sweepable.toCollection().primaryKeys());
  const gone = (projectId: string): boolean => !known.has(projectId) && !inUse.has(projectId);
  const found: FoundDatabase[] = [];
  for (const projectId of folders.filter(gone)) {
    await alone(projectId, async () => {
      const lost = sweepable.has(projectId) ? null : await foundDatabase(projectId);
      if (lost) found.push(lost);
      else await removeProjectStorage(projectId);
    }).catch((e: unknown) => console.error(`What is stored of ${projectId} could not be looked at, or removed.`, e));
  }
  const swept = (projectId: string): boolean => gone(projectId) && !found.some((lost) => lost.projectId === projectId);
  await database.tabs.bulkDelete(tabs.filter((tab) => swept(tab.projectId)).map((tab) => tab.id));
  await database.fileHandles.bulkDelete(handles.filter(swept));
  // One that is in use may just be going.
  const inUseNow = await projectsInUse();
  await database.sweepable.bulkDelete([...sweepable].filter((projectId) => (known.has(projectId) && !inUseNow.has(projectId)) || (swept(projectId) && !folders.includes(projectId))));
  return found;
}

/** Does something to a project that nobody knows while nobody can open it; nothing where somebody does, or knows it by now. */
async function alone(projectId: string, work: () => Promise<void>): Promise<void> {
  const unknown = async (): Promise<boolean> => (await database.projects.get(projectId)) === undefined;
  if (!('locks' in navigator)) return (await unknown()) ? work() : undefined;
  await navigator.locks.request(PREFIX + projectId, { ifAvailable: true }, async (lock) => {
    if (lock && (await unknown())) await work();
  });
}
