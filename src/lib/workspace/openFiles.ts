import { preloadCode } from '$app/navigation';
import { openFailures } from './openFailures.svelte';
import { hereNow } from './showOpened';

/**
 * Opens files side by side, each as a project of its own; what cannot be opened is said, with what to do.
 * Resolves when all are open or refused.
 */
export async function openFiles(files: readonly File[]): Promise<void> {
  openFailures.clear();
  const isStillHere = hereNow();
  // While the workers are busy: what shows a project would be fetched and set up when they answer, in one long task.
  preloadCode('/p/soon').catch(() => undefined); // it is fetched again when it is needed, and says then what is wrong
  // What it takes to tell files apart and to open them is fetched with the first of them.
  const [{ lookInto }, { openDropped }] = await Promise.all([import('./lookInto'), import('./openDropped')]);
  await openDropped(await lookInto(files), isStillHere);
}

/** Opens what lies in a folder, dropped or chosen, as if it were a container. */
export async function openFolder(folder: FileSystemDirectoryEntry | readonly File[]): Promise<void> {
  openFailures.clear();
  const isStillHere = hereNow();
  const [{ lookIntoFolder }, { openDropped }] = await Promise.all([import('./lookInto'), import('./openDropped')]);
  await openDropped([await lookIntoFolder(folder)], isStillHere);
}
