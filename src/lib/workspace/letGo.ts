import { EngineError } from '$workers/engine';
import type { ProjectId } from '$lib/base/id';
import { connectionOf } from '$lib/connections/registry';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { keepsWhatWasRead } from '$lib/tabs/tab';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { holdsLock, LET_GO_MS } from './heldLocks';
import { endConnection } from './lifecycle';
import { notifications } from './notify.svelte';
import { disposeSession, flushSession } from './sessions.svelte';

/**
 * Lets another browser tab have a project, between two commits: what runs comes to its end first, unless that takes
 * too long or the other does not wait. The tabs here stay, with their last rows, and say why.
 */
export async function letGo(projectId: ProjectId, hurry: AbortSignal): Promise<void> {
  const state = projectStore.getConnection(projectId);
  const connection = state && connectionOf(state.connectionId);
  if (!state || !connection || !holdsLock(state.connectionId)) return;
  const name = projectStore.getProject(projectId)?.name ?? 'This database';
  const tabs = uiStore.tabs.filter((tab) => tab.connectionId === state.connectionId);
  if (connection.busy) {
    notifications.show({
      title: `Another browser tab takes ${name} over`,
      text: 'It waits up to 8 s for what runs here; then that is ended.',
      projectId
    });
  }
  for (const tab of tabs) flushSession(tab.id);
  const reason = `${name} was taken over by another browser tab.`;
  const cut = await endConnection(state.connectionId, { patience: LET_GO_MS, hurry, reason });
  // What was read, and the text of queries, stays to be looked at; forms begin anew.
  for (const tab of tabs) if (!keepsWhatWasRead(tab)) disposeSession(tab.id);
  const error = new EngineError({
    code: 'in-use',
    message: cut ? `${reason} What ran here was ended.` : reason,
    hint: 'Reconnect to take it back.'
  });
  projectStore.updateConnection(state.connectionId, { status: 'error', error });
  notifications.show({ title: error.message, text: error.hint, projectId });
}
