import { preloadCode } from '$app/navigation';
import { EngineError, type EngineKind, type LogFile, type OpenSource } from '$workers/engine';
import { engineLabel, nameOfFile, type Project } from '$lib/projects/project';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { openNewProject } from './lifecycle';
import { showProject } from './navigate';
import { longWork } from './longWork.svelte';
import { openFailures } from './openFailures.svelte';
import type { Opened, Refused, Sniffed } from './sniffed';

/**
 * Opens files side by side, each as a project of its own; what cannot be opened is said, with what to do.
 * Resolves when all are open or refused.
 */
export async function openFiles(files: readonly File[]): Promise<void> {
  openFailures.clear();
  const isStillHere = hereNow();
  // While the workers are busy: what shows a project would be fetched and set up when they answer, in one long task.
  preloadCode('/p/soon').catch(() => undefined); // it is fetched again when it is needed, and says then what is wrong
  await openAll(await lookInto(files), isStillHere);
}

/** Opens what lies in a dropped folder as if it were a container. */
export async function openFolder(folder: FileSystemDirectoryEntry): Promise<void> {
  openFailures.clear();
  const isStillHere = hereNow();
  const { name } = folder;
  const [{ folderEntries }, { sniffEntries }] = await Promise.all([import('./folderEntries'), import('./sniffContainer')]);
  const sniffed = await folderEntries(folder)
    .then((entries) => sniffEntries('folder', entries, name))
    .catch((e: unknown) => unreadable(name, e));
  await openAll([{ name, bytes: 0, sniffed }], isStillHere);
}

/** A container with more databases than this is opened only when that is wanted. */
const MANY = 12;

async function openAll(dropped: readonly Dropped[], isStillHere: () => boolean): Promise<void> {
  const single = dropped.flatMap(({ name, bytes, sniffed }) => {
    if (sniffed.kind !== 'several') return [openFile(name, bytes, sniffed)];
    const { found } = sniffed;
    const open = (): Promise<Project | null>[] => found.map((one) => openFile(name, one.file.size, one));
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

/** Answers whether what is shown is still the same: whoever has gone on to something else is not called back. */
function hereNow(): () => boolean {
  const { pathname } = location;
  const { activeTabId } = uiStore;
  return () => [pathname, shownAddress].includes(location.pathname) && uiStore.activeTabId === activeTabId;
}

/** Where an opening has led last: who is there has not gone anywhere by themselves. */
let shownAddress: string | null = null;

async function show(project: Project): Promise<void> {
  await showProject(project.id);
  shownAddress = location.pathname;
}

interface Dropped {
  name: string;
  bytes: number;
  sniffed: Sniffed;
}

/** Tells what files are, and gives each database the log that lies beside it. */
async function lookInto(files: readonly File[]): Promise<Dropped[]> {
  // What it takes to tell files apart is fetched with the first of them.
  const [{ sniffFile }, { isIdleBeside, logOf }] = await Promise.all([import('./sniffFile'), import('./pairLogs')]);
  const looks = files.map(async (file) => {
    const work = file.size >= WORTH_SAYING ? unpacking(file) : null;
    const sniffed = await sniffFile(file, work?.onRead)
      .catch((e: unknown) => (e === work?.stopped ? null : unreadable(file.name, e)))
      .finally(() => work?.end());
    return { file, sniffed };
  });
  const all = (await Promise.all(looks)).flatMap(({ file, sniffed }) => (sniffed ? [{ file, sniffed }] : []));
  const databases = new Set(all.flatMap(({ file, sniffed }) => (sniffed.kind === 'sqlite' ? [file.name] : [])));
  const logs = all.flatMap(({ sniffed }) => (sniffed.kind === 'refused' && sniffed.log ? [sniffed.log] : []));
  const taken = new Set<LogFile>();
  const paired = all.map(({ file, sniffed }) => {
    const log = sniffed.kind === 'sqlite' ? (sniffed.log ?? logOf(file.name, logs, databases.size)) : undefined;
    if (!log) return { file, sniffed };
    taken.add(log);
    return { file, sniffed: { ...sniffed, log } as Sniffed };
  });
  return paired
    .filter(({ file, sniffed }) => !isIdleBeside(file, databases) && !(sniffed.kind === 'refused' && sniffed.log && taken.has(sniffed.log)))
    .map(({ file, sniffed }) => ({ name: file.name, bytes: file.size, sniffed }));
}

/** To unpack less than so many bytes is not worth a word. */
const WORTH_SAYING = 16 * 1024 * 1024;

/** Shows how a container is unpacked; cancelled, `onRead` throws `stopped`. */
function unpacking({ name, size }: File): { onRead: (bytes: number) => void; stopped: EngineError; end: () => void } {
  const stopped = new EngineError({ code: 'cancelled', message: 'Cancelled.' });
  let asked = false;
  let done = 0;
  let work: ReturnType<typeof longWork.begin> | null = null;
  return {
    stopped,
    onRead(bytes) {
      if (asked) throw stopped;
      done += bytes;
      work ??= longWork.begin(`Unpacking ${name}`, null, () => (asked = true));
      work.tell({ label: 'Unpacking', done, total: size, unit: 'bytes' });
    },
    end: () => work?.end()
  };
}

const unreadable = (name: string, e: unknown): Refused => ({ kind: 'refused', message: `${name} could not be read.`, hint: String(e) });

async function openFile(fileName: string, bytes: number, sniffed: Opened | Refused): Promise<Project | null> {
  if (sniffed.kind === 'refused') {
    const offer = sniffed.offer && { label: 'Keep it as a new SQLite database', run: () => void keepEmpty(fileName) };
    openFailures.add({ fileName, message: sniffed.message, hint: sniffed.hint, offer });
    return null;
  }
  try {
    const engine: EngineKind = sniffed.kind.startsWith('postgres') ? 'postgres' : 'sqlite';
    return await openNewProject({ name: nameOfFile(sniffed.name), engine, fileName, bytes }, sourceOf(sniffed));
  } catch (e) {
    refuse(fileName, e);
    return null;
  }
}

function sourceOf({ kind, name, file, packed, log, parts }: Opened): OpenSource {
  if (kind === 'postgres-archive') return { kind: 'archive', parts: parts ?? [{ name, file }] };
  if (kind === 'postgres-directory') return { kind: 'data-directory', parts: parts ?? [] };
  return kind === 'sqlite' ? { kind: 'file', file, packed, log } : { kind: 'dump', file, packed };
}

/** Says why something was not opened; what was cancelled needs no word. */
function refuse(fileName: string, e: unknown): void {
  if (e instanceof EngineError && e.message === 'Cancelled.') return;
  const error = e instanceof EngineError ? e : new EngineError({ code: 'internal', message: String(e) });
  openFailures.add({ fileName, message: error.message, hint: error.hint });
}

/** A new SQLite database that is named after a file of no bytes. */
const keepEmpty = (fileName: string): Promise<void> => openMade('sqlite', 'empty', nameOfFile(fileName));

/** A new, empty database, or the built-in sample. */
export function openBuiltIn(engine: EngineKind, kind: 'empty' | 'sample'): Promise<void> {
  const name = kind === 'sample' ? (engine === 'sqlite' ? 'music shop' : 'film rental') : `new ${engineLabel(engine)}`;
  return openMade(engine, kind, name);
}

/** A new database that a script makes; what of it is refused stands in the project's report. */
export async function openDesign(name: string, engine: EngineKind, sql: string): Promise<void> {
  openFailures.clear();
  const isStillHere = hereNow();
  try {
    const file = new File([sql], `${name}.sql`, { type: 'application/sql' });
    const project = await openNewProject({ name, engine, fileName: null, bytes: file.size }, { kind: 'dump', file, packed: false });
    if (isStillHere()) await show(project);
  } catch (e) {
    refuse(name, e);
  }
}

async function openMade(engine: EngineKind, kind: 'empty' | 'sample', name: string): Promise<void> {
  try {
    const isStillHere = hereNow();
    const project = await openNewProject({ name, engine, fileName: null, bytes: 0 }, { kind });
    if (isStillHere()) await show(project);
  } catch (e) {
    refuse(name, e);
  }
}
