import { EngineError, type EngineKind, type OpenSource } from '$workers/engine';
import { engineLabel, nameOfFile, type Project } from '$lib/projects/project';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { openNewProject } from './lifecycle';
import { showProject } from './navigate';
import { openFailures } from './openFailures.svelte';

/**
 * Opens files side by side, each as a project of its own; what cannot be opened is said, with what to do.
 * Resolves when all are open or refused.
 */
export async function openFiles(files: readonly File[]): Promise<void> {
  openFailures.clear();
  const isStillHere = hereNow();
  const results = await Promise.all(files.map(openFile));
  const last = results.findLast((p) => p !== null);
  if (last && isStillHere()) await showProject(last.id);
}

/** Answers whether what is shown is still the same: whoever has gone on to something else is not called back. */
function hereNow(): () => boolean {
  const { pathname } = location;
  const { activeTabId } = uiStore;
  return () => location.pathname === pathname && uiStore.activeTabId === activeTabId;
}

async function openFile(file: File): Promise<Project | null> {
  try {
    // What it takes to tell files apart is fetched with the first of them.
    const { sniffFile } = await import('./sniffFile');
    const sniffed = await sniffFile(file);
    if (sniffed.kind === 'refused') {
      openFailures.add({ fileName: file.name, message: sniffed.message, hint: sniffed.hint });
      return null;
    }
    const source: OpenSource = { kind: sniffed.kind === 'sqlite' ? 'file' : 'dump', file: sniffed.file, gzip: sniffed.gzip };
    const engine: EngineKind = sniffed.kind === 'postgres-dump' ? 'postgres' : 'sqlite';
    return await openNewProject({ name: nameOfFile(sniffed.name), engine, fileName: file.name, bytes: file.size }, source);
  } catch (e) {
    if (e instanceof EngineError && e.message === 'Cancelled.') return null;
    const error = e instanceof EngineError ? e : new EngineError({ code: 'internal', message: String(e) });
    openFailures.add({ fileName: file.name, message: error.message, hint: error.hint });
    return null;
  }
}

/** A new, empty database, or the built-in sample. */
export async function openBuiltIn(engine: EngineKind, kind: 'empty' | 'sample'): Promise<void> {
  const name = kind === 'sample' ? (engine === 'sqlite' ? 'music shop' : 'film rental') : `new ${engineLabel(engine)}`;
  try {
    const isStillHere = hereNow();
    const project = await openNewProject({ name, engine, fileName: null, bytes: 0 }, { kind });
    if (isStillHere()) await showProject(project.id);
  } catch (e) {
    if (e instanceof EngineError && e.message === 'Cancelled.') return;
    openFailures.add({ fileName: name, message: e instanceof Error ? e.message : String(e) });
  }
}
