import { EngineError } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import { callCancelled } from '$lib/connections/connectionErrors';
import { projectStore } from '$lib/projects/projectStore.svelte';
import type { ToldCall } from './toldCall';

/** How often it is looked; the copy tells of itself a few times a second. */
const STEP_MS = 100;

/**
 * Waits until a dropped file is copied whole into the browser: until then it is read from that very file, which may not be
 * written over. Rejects where the copy is not made, or with `cancelled`.
 */
export async function wholeCopy(connectionId: ConnectionId, { tell, isStopped }: Pick<ToldCall, 'tell' | 'isStopped'>): Promise<void> {
  for (;;) {
    if (isStopped()) throw callCancelled();
    const state = projectStore.getConnectionById(connectionId);
    const save = state?.save;
    if (!state || !save) return;
    const name = projectStore.getProject(state.projectId)?.name ?? 'A database';
    const why = save.error?.message ?? (state.status === 'error' ? state.error?.message : undefined);
    if (why) {
      const hint = 'Make room in "Privacy and storage" and open it again, or save a copy.';
      throw new EngineError({ code: 'storage', message: `${name} is still read from that file, which could not be copied into the browser: ${why}`, hint });
    }
    tell({ label: `Copying ${name} into the browser first`, done: save.done, total: save.total, unit: 'bytes' });
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
