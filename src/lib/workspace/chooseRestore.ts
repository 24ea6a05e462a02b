import type { OpenSource } from '$workers/engine';
import { projectStore } from '$lib/projects/projectStore.svelte';
import type { Project } from '$lib/projects/project';
import { askedAbout } from './askedAbout.svelte';
import { askFiles } from './chosenFolder';
import { cancelOpening, openNewProject } from './lifecycle';
import { lookInto, lookIntoFolder } from './lookInto';
import { notifications } from './notify.svelte';
import { openFailures } from './openFailures.svelte';
import { isRestored, sourceOf } from './openDropped';
import { restoreSourceOf } from './restoreSources';
import { hereNow, refuse, show } from './showOpened';

/**
 * Asks what of a project's dump or archive is wanted and restores that into a new project. One that is still loading
 * makes way once it is chosen, and leaves its name; where the file is no longer at hand it is asked for again. Does nothing
 * while it is being asked already.
 */
export async function chooseRestore(from: Project): Promise<void> {
  if (askedAbout.has(from.id)) return;
  openFailures.clear();
  const isStillHere = hereNow();
  const source = restoreSourceOf(from.id) ?? (await askAgain(from));
  if (!source || askedAbout.has(from.id)) return;
  askedAbout.add(from.id);
  const { name, engine, fileName, bytes } = from;
  const chosen: OpenSource = source.kind === 'dump' ? { ...source, chosen: true } : source;
  try {
    const project = await openNewProject({ name, engine, fileName, bytes }, chosen, {
      choosable: chosen,
      whenChosen: () => {
        // One that makes way is not asked about again.
        if (projectStore.isHalfMade(from.id)) void cancelOpening(from.id);
        else askedAbout.delete(from.id);
      }
    });
    if (!projectStore.projects.some((p) => p.name === name)) projectStore.updateProject(project.id, { name });
    if (isStillHere()) await show(project);
  } catch (e) {
    refuse(fileName ?? name, e);
  } finally {
    askedAbout.delete(from.id);
  }
}

/** The file that a project was made of, chosen anew; undefined when none is, or another kind of file, which is said. */
async function askAgain({ name, fileName, settings }: Project): Promise<OpenSource | undefined> {
  const kind = settings.fromFolder ? 'folder' : 'file';
  notifications.show({
    title: `Choose ${kind === 'folder' ? 'the folder ' : ''}${fileName ?? name} again`,
    text: `Rowhouse keeps what was restored, not the ${kind} that it came in.`
  });
  const files = await askFiles(kind);
  if (files.length === 0) return undefined;
  const [dropped] = kind === 'folder' ? [await lookIntoFolder(files)] : await lookInto(files);
  if (!dropped) return undefined;
  const { sniffed } = dropped;
  const found = sniffed.kind === 'several' ? sniffed.found : [sniffed];
  const restored = found.flatMap((one) => (one.kind !== 'refused' && isRestored(one) ? [one] : []));
  if (restored.length === 1) return sourceOf(restored[0]!);
  openFailures.add({
    fileName: dropped.name,
    message: restored.length > 1 ? `${dropped.name} holds ${restored.length} dumps.` : `${dropped.name} is no dump or archive of Postgres.`,
    hint: `Choose the ${kind} that ${name} was made of${restored.length > 1 ? ', by itself' : ''}.`
  });
  return undefined;
}
