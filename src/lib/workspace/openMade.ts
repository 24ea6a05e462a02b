import type { EngineKind } from '$workers/engine';
import { engineLabel } from '$lib/projects/project';
import { openNewProject } from './lifecycle';
import { hereNow, refuse, show } from './showOpened';

/** A new, empty database, or the built-in sample. */
export function openBuiltIn(engine: EngineKind, kind: 'empty' | 'sample'): Promise<void> {
  const name = kind === 'sample' ? (engine === 'sqlite' ? 'music shop' : 'film rental') : `new ${engineLabel(engine)}`;
  return openMade(engine, kind, name);
}

/** A new project of what a worker makes by itself, shown; a failure is said. */
export async function openMade(engine: EngineKind, kind: 'empty' | 'sample', name: string): Promise<void> {
  try {
    const isStillHere = hereNow();
    const project = await openNewProject({ name, engine, fileName: null, bytes: 0 }, { kind });
    if (isStillHere()) await show(project);
  } catch (e) {
    refuse(name, e);
  }
}
