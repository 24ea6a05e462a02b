import type { EngineKind } from '$workers/engine';
import { openNewProject } from './lifecycle';
import { openFailures } from './openFailures.svelte';
import { hereNow, refuse, show } from './showOpened';

/** A new database that a script makes; what of it is refused stands in the project's report. True when it was made; else what is told says why not. */
export async function openDesign(name: string, engine: EngineKind, sql: string): Promise<boolean> {
  openFailures.clear();
  const isStillHere = hereNow();
  let isMade = false;
  try {
    const file = new File([sql], `${name}.sql`, { type: 'application/sql' });
    const project = await openNewProject({ name, engine, fileName: null, bytes: file.size }, { kind: 'dump', file, packed: false });
    isMade = true;
    if (isStillHere()) await show(project);
  } catch (e) {
    refuse(name, e);
  }
  return isMade;
}
