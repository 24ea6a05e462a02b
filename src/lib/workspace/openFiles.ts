import { preloadCode } from '$app/navigation';
import { EngineError, type ArchivePart, type EngineKind, type LogFile, type OpenSource } from '$workers/engine';
import { engineLabel, nameOfFile, type Project } from '$lib/projects/project';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { openNewProject } from './lifecycle';
import { showProject } from './navigate';
import { openFailures } from './openFailures.svelte';
import type { Opened, Sniffed } from './sniffFile';

/**
 * Opens files side by side, each as a project of its own; what cannot be opened is said, with what to do.
 * Resolves when all are open or refused.
 */
export async function openFiles(files: readonly File[]): Promise<void> {
  openFailures.clear();
  const isStillHere = hereNow();
  // While the workers are busy: what shows a project would be fetched and set up when they answer, in one long task.
  preloadCode('/p/soon').catch(() => undefined); // it is fetched again when it is needed, and says then what is wrong
  const results = await Promise.all((await lookInto(files)).map(({ file, sniffed }) => openFile(file, sniffed)));
  const last = results.findLast((p) => p !== null);
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
  file: File;
  sniffed: Sniffed;
}

/** Tells what files are, and gives each database the log that lies beside it. */
async function lookInto(files: readonly File[]): Promise<Dropped[]> {
  // What it takes to tell files apart is fetched with the first of them.
  const [{ sniffFile }, { isIdleBeside, logOf }] = await Promise.all([import('./sniffFile'), import('./pairLogs')]);
  const all = await Promise.all(files.map(async (file) => ({ file, sniffed: await sniffFile(file).catch((e: unknown) => unreadable(file, e)) })));
  const databases = new Set(all.flatMap(({ file, sniffed }) => (sniffed.kind === 'sqlite' ? [file.name] : [])));
  const logs = all.flatMap(({ sniffed }) => (sniffed.kind === 'refused' && sniffed.log ? [sniffed.log] : []));
  const taken = new Set<LogFile>();
  const paired = all.map(({ file, sniffed }): Dropped => {
    const log = sniffed.kind === 'sqlite' ? (sniffed.log ?? logOf(file.name, logs, databases.size)) : undefined;
    if (!log) return { file, sniffed };
    taken.add(log);
    return { file, sniffed: { ...sniffed, log } as Sniffed };
  });
  return paired.filter(({ file, sniffed }) => !isIdleBeside(file, databases) && !(sniffed.kind === 'refused' && sniffed.log && taken.has(sniffed.log)));
}

const unreadable = (file: File, e: unknown): Sniffed => ({ kind: 'refused', message: `${file.name} could not be read.`, hint: String(e) });

async function openFile(file: File, sniffed: Sniffed): Promise<Project | null> {
  if (sniffed.kind === 'refused') {
    const offer = sniffed.offer && { label: 'Keep it as a new SQLite database', run: () => void keepEmpty(file.name) };
    openFailures.add({ fileName: file.name, message: sniffed.message, hint: sniffed.hint, offer });
    return null;
  }
  try {
    const engine: EngineKind = sniffed.kind.startsWith('postgres') ? 'postgres' : 'sqlite';
    return await openNewProject({ name: nameOfFile(sniffed.name), engine, fileName: file.name, bytes: file.size }, sourceOf(sniffed));
  } catch (e) {
    refuse(file.name, e);
    return null;
  }
}

function sourceOf({ kind, name, file, gzip, log }: Opened): OpenSource {
  if (kind === 'postgres-archive') return { kind: 'archive', parts: [{ name, file }] };
  return kind === 'sqlite' ? { kind: 'file', file, gzip, log } : { kind: 'dump', file, gzip };
}

/** The files of an archive of pg_dump in the directory format, as one project of the directory's name. */
export async function openArchiveFolder(name: string, parts: ArchivePart[]): Promise<void> {
  openFailures.clear();
  const isStillHere = hereNow();
  try {
    const bytes = parts.reduce((sum, { file }) => sum + file.size, 0);
    const project = await openNewProject({ name, engine: 'postgres', fileName: name, bytes }, { kind: 'archive', parts });
    if (isStillHere()) await show(project);
  } catch (e) {
    refuse(name, e);
  }
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
    const project = await openNewProject({ name, engine, fileName: null, bytes: file.size }, { kind: 'dump', file, gzip: false });
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
