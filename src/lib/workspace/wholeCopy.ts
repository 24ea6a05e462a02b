import { EngineError } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import { callCancelled } from '$lib/connections/connectionErrors';
import { projectStore } from '$lib/projects/projectStore.svelte';
import type { ToldCall } from './toldCall';

/** How often it is looked; the copy tells of itself a few times a second. */
const STEP_MS = 100;

/**
 * Waits until a dropped file is copied whole into the browser: until then it is read from that very file, which may not be
 * written over. Rejects where the copy cannot be made, or the connection is gone, or with `cancelled`.
 */
export async function wholeCopy(connectionId: ConnectionId, { tell, isStopped }: Pick<ToldCall, 'tell' | 'isStopped'>): Promise<void> {
  for (;;) {
    const state = projectStore.getConnectionById(connectionId);
    if (!state || isStopped()) throw callCancelled();
    const { save } = state;
    if (!save) return;
    if (save.error) {
      const hint = 'Make room in "Privacy and storage" and open it again, or save a copy.';
      throw new EngineError({ code: 'storage', message: `This database is still read from its file, which could not be copied into the browser: ${save.error.message}`, hint });
    }
    tell({ label: 'Copying it into the browser first', done: save.done, total: save.total, unit: 'bytes' });
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
