import { EngineError, messageOf } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import { plural } from '$lib/base/format';
import { seenText } from '$lib/base/seenText';
import { changesStore } from '$lib/changes/changesStore.svelte';
import { callCancelled } from '$lib/connections/connectionErrors';
import type { DiskFile } from '$lib/persistence/database';
import { dropFileHandle, fileHandleOf, keepFileHandle } from '$lib/persistence/fileHandles';
import type { Project } from '$lib/projects/project';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { canSaveBack } from './canSaveBack';
import { dialogs } from './dialogs.svelte';
import { whoNeedsFile, whyAnotherFile } from './diskFileWords';
import { intoFile } from './fileTarget';
import { notifications } from './notify.svelte';
import { saveCopyOf } from './saveCopy';
import { sniffHead } from './sniffHead';
import { toldCall, type ToldCall } from './toldCall';
import { unlessLeft } from './unlessLeft';
import { wholeCopy } from './wholeCopy';

/** Not in TypeScript's DOM types: https://developer.mozilla.org/docs/Web/API/FileSystemHandle/requestPermission */
interface DiskHandle extends FileSystemFileHandle {
  queryPermission(what: { mode: 'readwrite' }): Promise<PermissionState>;
  requestPermission(what: { mode: 'readwrite' }): Promise<PermissionState>;
}

/**
 * Writes a project's database, as it was last committed, into the file that it was opened from. The browser writes beside
 * that file and puts the whole in its place at the end: whatever fails before, the file is as it was. It is asked where
 * the file lies when that is not known, and before something in it would be lost. What goes wrong is told.
 */
export async function saveBackOf(projectId: ProjectId): Promise<void> {
  const project = projectStore.getProject(projectId);
  const state = projectStore.getConnection(projectId);
  if (!project?.disk || !state || !canSaveBack(project, state) || underWay.has(projectId)) return;
  underWay.add(projectId);
  await askAndWrite(project, project.disk, state.connectionId).finally(() => underWay.delete(projectId));
}

const underWay = new Set<ProjectId>();

async function askAndWrite(project: Project, disk: DiskFile, connectionId: ConnectionId): Promise<void> {
  if (disk.log) return saveCopyInstead(project, disk.log);
  try {
    const handle = await openedFile(project, disk);
    if (!handle || !(await isAllowed(project, handle))) return;
    const file = await handle.getFile();
    if (await isWanted(project, file)) await write(project, connectionId, handle, file);
  } catch (e) {
    if (!isGone(e)) return fail(project, messageOf(e));
    await dropFileHandle(project.id);
    fail(project, `${disk.name} is no longer where it was. Save back again to choose where it is, or save a copy.`);
  }
}

const isGone = (e: unknown): boolean => e instanceof DOMException && e.name === 'NotFoundError';

function fail({ id, name }: Project, text: string): void {
  notifications.show({ kind: 'error', title: `${name} was not saved back`, text, projectId: id });
}

async function saveCopyInstead({ id, name, disk }: Project, log: string): Promise<void> {
  const yes = await dialogs.confirm({
    title: `${name} cannot be saved back alone`,
    text: `It was opened together with ${log}. SQLite would play that old log over the new ${disk!.name}, and spoil it. Save a copy, and put it in the place of both.`,
    confirmLabel: 'Save a copy',
    cancelLabel: 'Cancel',
    danger: false
  });
  if (yes) await saveCopyOf(id);
}

/** The file as the browser knows it, else as the user shows it; null when they do not. */
async function openedFile({ id, name }: Project, disk: DiskFile): Promise<DiskHandle | null> {
  const known = await fileHandleOf(id);
  if (known) return known as DiskHandle;
  const yes = await dialogs.confirm({
    title: `Where is ${disk.name}?`,
    text: `The browser does not know where it lies. Choose it once more, and ${name} is saved back into it. A file that is dropped on the window is known at once.`,
    confirmLabel: `Choose ${disk.name}…`,
    cancelLabel: 'Cancel',
    danger: false
  });
  if (!yes) return null;
  const picker = globalThis as unknown as { showOpenFilePicker(options: object): Promise<DiskHandle[]> };
  const picked = await unlessLeft(picker.showOpenFilePicker({ id: 'save-back', multiple: false }));
  return picked?.[0] ?? null;
}

async function isAllowed(project: Project, handle: DiskHandle): Promise<boolean> {
  const what = { mode: 'readwrite' } as const;
  if ((await handle.queryPermission(what)) === 'granted' || (await handle.requestPermission(what)) === 'granted') return true;
  fail(project, `The browser was not allowed to change ${seenText(handle.name)}. Save back again and allow it, or save a copy.`);
  return false;
}

/** Asks what must be asked before a file is written over; false where it is not to be. */
async function isWanted(project: Project, file: File): Promise<boolean> {
  const { name, disk } = project;
  if (file.size > 0) {
    const { verdict, packed } = await sniffHead(file);
    if (verdict.kind !== 'sqlite' || packed) {
      fail(project, `${seenText(file.name)} is not a SQLite database, so it is left as it is. Save back again and choose ${disk!.name}, or save a copy.`);
      return false;
    }
  }
  const needing = whoNeedsFile(projectStore.projects.filter(({ id }) => id !== project.id), file);
  if (needing) {
    fail(project, `${needing.name} was opened from ${seenText(file.name)} too, and has not copied it whole: it needs it as it is. Open ${needing.name} first and let it finish, or save a copy.`);
    return false;
  }
  const why = whyAnotherFile(name, disk!, file);
  if (why) {
    const request = { title: `Replace ${seenText(file.name)}?`, text: why, confirmLabel: 'Replace it', cancelLabel: 'Keep it', danger: true };
    if (!(await dialogs.confirm(request))) return false;
  }
  if (!(await isInWalMode(file))) return true;
  return dialogs.confirm({
    title: `Is ${seenText(file.name)} closed everywhere else?`,
    text: `It is in WAL mode. A program that has it open, or a ${seenText(file.name)}-wal that lies beside it, would play an old log over what is saved back. Close it there, so that its log goes into the file. Where a ${seenText(file.name)}-wal stays all the same, do not delete it: it may hold rows. Drop both here together instead.`,
    confirmLabel: 'Save back',
    cancelLabel: 'Not now',
    danger: false
  });
}

/** By the header: https://www.sqlite.org/fileformat.html#the_database_header */
async function isInWalMode(file: File): Promise<boolean> {
  return new Uint8Array(await file.slice(0, 20).arrayBuffer()).subarray(...MODE).some((version) => version === 2);
}

const MODE = [18, 20] as const;

/** Hands a database on as one in WAL mode, as its file was: the engine here keeps no such log, and says so in its header. */
function inWalMode(write: (chunk: Uint8Array) => Promise<void>): (chunk: Uint8Array) => Promise<void> {
  let isBegun = false;
  return (chunk) => {
    if (!isBegun) chunk.subarray(...MODE).fill(2);
    isBegun = true;
    return write(chunk);
  };
}

async function write(project: Project, connectionId: ConnectionId, handle: DiskHandle, before: File): Promise<void> {
  const { id, name } = project;
  const words = { doing: `Saving ${name} back to ${seenText(handle.name)}`, failed: `${name} was not saved back` };
  const outcome = await toldCall({ connectionId, projectId: id }, words, async (call) => {
    for (const reader of readersOf(connectionId, before)) await wholeCopy(reader, call);
    return writeInto(project, handle, before, call);
  });
  if (!outcome) return;
  const staged = changesStore.count(connectionId);
  const text = staged > 0 ? `${plural(staged, 'staged change')} ${staged === 1 ? 'is' : 'are'} not in it: commit first, then save back.` : undefined;
  const title = outcome === 'written' ? `${name} is saved back to ${seenText(handle.name)}` : `${seenText(handle.name)} holds all of ${name} already`;
  notifications.show({ title, text, projectId: id });
}

/** Connections that may still read from that file: this one, and those of other projects that were opened from it. */
function readersOf(connectionId: ConnectionId, file: File): ConnectionId[] {
  const others = [...projectStore.connections.values()].filter(({ save }) => save?.total === file.size);
  return [...new Set([connectionId, ...others.map((c) => c.connectionId)])];
}

async function writeInto({ id, name, disk }: Project, handle: DiskHandle, before: File, { engine, options, tell, isStopped }: ToldCall): Promise<'written' | 'same'> {
  const { last } = await engine.commits(0, 1, options);
  if (last === disk!.commit && !whyAnotherFile(name, disk!, before)) return 'same';
  const wal = await isInWalMode(before);
  await intoFile({ name: handle.name, mime: '', target: handle }, async (write) => {
    await engine.saveCopy(wal ? inWalMode(write) : write, (progress) => tell({ ...progress, label: 'Writing' }), options);
    const now = await handle.getFile();
    if (isStopped()) throw callCancelled();
    if (now.size === before.size && now.lastModified === before.lastModified) return;
    throw new EngineError({ code: 'refused', message: `${seenText(handle.name)} was changed by another program meanwhile, and is left as that made it.`, hint: 'Save back again to see what it is now.' });
  });
  try {
    const { size, lastModified } = await handle.getFile();
    projectStore.updateProject(id, { disk: { name: seenText(handle.name), bytes: size, modified: lastModified, commit: last } });
    await Promise.all([projectStore.flush(), keepFileHandle(id, handle)]);
  } catch (e) {
    // It is written; the next time it is asked, as if another program had been there.
    console.warn('How a file was saved back could not be noted.', e);
  }
  return 'written';
}
