import type { ProjectId } from '$lib/base/id';
import { connectionOf } from '$lib/connections/registry';
import { projectStore } from '$lib/projects/projectStore.svelte';

/**
 * Makes a project read-only, or not any more. Where it is connected its database is opened anew, so that the worker
 * itself keeps to it. Rejects with EngineError when it cannot be opened again.
 */
export async function setProjectReadOnly(projectId: ProjectId, readOnly: boolean): Promise<void> {
  projectStore.setSettings(projectId, { readOnly });
  const state = projectStore.getConnection(projectId);
  if (state) await connectionOf(state.connectionId)?.setReadOnly(readOnly);
}
