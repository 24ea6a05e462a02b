import type { EngineKind, OpenSource } from '$workers/engine';
import { asEngineError } from '$lib/connections/connectionErrors';
import { nameOfFile, type Project } from '$lib/projects/project';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { dialogs } from './dialogs.svelte';
import { connect, openNewProject } from './lifecycle';
import type { Dropped } from './lookInto';
import { openFailures, type OpenFailure } from './openFailures.svelte';
import { openMade } from './openMade';
import { hereNow, refuse, show } from './showOpened';
import type { Opened, Refused } from './sniffed';
import { diskFileOf, keepHandleOf } from './takenFiles';

/** A container with more databases than this is opened only when that is wanted. */
const MANY = 12;

/**
 * Opens what was told apart, each as a project of its own, and shows the last; what cannot be opened is said, with what to do.
 * @param isStillHere whether nobody has gone on to something else meanwhile
 */
export async function openDropped(dropped: readonly Dropped[], isStillHere: () => boolean): Promise<void> {
  const single = dropped.flatMap(({ name, bytes, sniffed, isFolder }) => {
    const openOne = async (one: Opened | Refused, size: number): Promise<Project | null> => {
      const project = await openFile(name, size, one);
      // It is asked for as one where it is needed again.
      if (project && isFolder) projectStore.setSettings(project.id, { fromFolder: true });
      return project;
    };
    if (sniffed.kind !== 'refused' && sniffed.passedOver) {
      openFailures.add({ fileName: name, message: `Not all of ${name} was opened.`, hint: sniffed.passedOver, isPart: true });
    }
    if (sniffed.kind !== 'several') return [openOne(sniffed, bytes)];
    const { found } = sniffed;
    const open = (): Promise<Project | null>[] => found.map((one) => openOne(one, one.file.size));
    if (found.length <= MANY) return open();
    const names = found.slice(0, 3).map((one) => one.name).join(', ');
    const label = `Open all ${found.length}`;
    openFailures.add({
      fileName: name,
      message: `${name} is a container of ${found.length} databases (${names}, …).`,
      hint: 'Unpack it and drop those that you want, or open all.',
      offer: { label, run: () => void Promise.all(open()) }
    });
    return [];
  });
  const last = (await Promise.all(single)).findLast((p) => p !== null);
  if (last && isStillHere()) await show(last);
}

async function openFile(fileName: string, bytes: number, sniffed: Opened | Refused): Promise<Project | null> {
  if (sniffed.kind === 'refused') {
    openFailures.add({ fileName, message: sniffed.message, hint: sniffed.hint, offer: offerFor(fileName, sniffed) });
    return null;
  }
  const waiting = await giveToWaiting(fileName, sniffed);
  if (waiting) return waiting;
  try {
    const engine: EngineKind = sniffed.kind.startsWith('postgres') ? 'postgres' : 'sqlite';
    const source = sourceOf(sniffed);
    const choosable = isRestored(sniffed) ? source : undefined;
    const disk = diskFileOf(sniffed);
    const project = await openNewProject({ name: nameOfFile(sniffed.name), engine, fileName, bytes, disk }, source, { choosable });
    if (disk) keepHandleOf(project.id, sniffed.file);
    return project;
  } catch (e) {
    refuse(fileName, e, asEngineError(e).salvageable && { label: 'Save what can be read', run: () => void openSalvaged(fileName, sniffed) });
    return null;
  }
}

async function openSalvaged(fileName: string, { file, packed }: Opened): Promise<void> {
  const isStillHere = hereNow();
  try {
    const { salvageFile } = await import('./salvageProject');
    const project = await salvageFile(fileName, file, packed);
    if (isStillHere()) await show(project);
  } catch (e) {
    refuse(fileName, e);
  }
}

/** What can be made of a refused file all the same. */
function offerFor(fileName: string, { offer, rows }: Refused): OpenFailure['offer'] {
  if (offer) return { label: 'Keep it as a new SQLite database', run: () => void openMade('sqlite', 'empty', nameOfFile(fileName)) };
  return rows && { label: 'Import its rows…', run: () => dialogs.show({ kind: 'place-rows', files: [rows] }) };
}

/** Whether it is restored by Postgres, so that parts of it can be chosen. */
export const isRestored = ({ kind }: Opened): boolean => kind === 'postgres-dump' || kind === 'postgres-archive';

export function sourceOf({ kind, name, file, packed, log, parts }: Opened): OpenSource {
  if (kind === 'postgres-archive') return { kind: 'archive', parts: parts ?? [{ name, file }] };
  if (kind === 'postgres-directory') return { kind: 'data-directory', parts: parts ?? [] };
  return kind === 'sqlite' ? { kind: 'file', file, packed, log } : { kind: 'dump', file, packed };
}

/** A project whose copy of a file was cut short takes that file, or says why not; null when none does, or it is another file. */
async function giveToWaiting(fileName: string, sniffed: Opened): Promise<Project | null> {
  const waits = ({ id, settings, fileName: own }: Project): boolean =>
    settings.needsFile === true && own === fileName && [undefined, 'error'].includes(projectStore.getConnection(id)?.status);
  const project = sniffed.kind === 'sqlite' && !sniffed.packed ? projectStore.projects.find(waits) : undefined;
  if (!project) return null;
  try {
    await connect(project.id, { source: sourceOf(sniffed) });
    keepHandleOf(project.id, sniffed.file);
  } catch (e) {
    if (asEngineError(e).code === 'other-file') return null;
  }
  return project;
}
