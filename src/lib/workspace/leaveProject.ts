import type { ProjectId } from '$lib/base/id';
import { plural } from '$lib/base/format';
import { changesStore } from '$lib/changes/changesStore.svelte';
import type { Project } from '$lib/projects/project';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { projectUrl } from '$lib/tabs/tabUrl';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { dialogs } from './dialogs.svelte';
import { holdsLock } from './heldLocks';
import { disconnect, forgetHere, removeProject } from './lifecycle';
import { longWork } from './longWork.svelte';
import { showTab } from './navigate';
import { notifications } from './notify.svelte';
import { hasOpenTransaction } from './openTransactions.svelte';
import { tabStatus } from './tabStatus.svelte';

/** True when the page shows something of this project. */
const shows = (projectId: ProjectId): boolean => location.pathname.startsWith(projectUrl(projectId));

/** What a disconnect would lose, in words; null when nothing. */
function atStake(projectId: ProjectId): string | null {
  const state = projectStore.getConnection(projectId);
  if (!state) return null;
  const staged = changesStore.count(state.connectionId);
  const running = uiStore.tabs.some((t) => t.connectionId === state.connectionId && tabStatus(t.id).state === 'running');
  const unsaved = state.save && !state.save.saved;
  const parts: string[] = [];
  if (staged > 0) parts.push(`${plural(staged, 'staged change')} will be lost.`);
  if (hasOpenTransaction(state.connectionId)) parts.push('A transaction is open and will be rolled back.');
  for (const { label } of longWork.list.filter((w) => w.projectId === projectId)) parts.push(`${label} is not through and will be stopped.`);
  if (running) parts.push('A query is still running and will be stopped.');
  if (unsaved) parts.push('Its file is not copied into this browser yet: it would have to be opened again.');
  return parts.length > 0 ? `${parts.join(' ')} What was committed stays.` : null;
}

/** Disconnects a project, asking first when something would be lost, and shows what is left. */
export async function leaveProject(projectId: ProjectId): Promise<void> {
  const project = projectStore.getProject(projectId);
  const stake = atStake(projectId);
  if (stake) {
    const yes = await dialogs.confirm({
      title: `Disconnect ${project?.name}?`,
      text: stake,
      confirmLabel: 'Disconnect',
      cancelLabel: 'Keep it open',
      danger: true
    });
    if (!yes) return;
  }
  const state = projectStore.getConnection(projectId);
  if (state) changesStore.clearChangesForConnection(state.connectionId);
  const shown = shows(projectId);
  await disconnect(projectId);
  if (shown) await showTab(uiStore.activeTab ?? null);
}

/** Removes a project for good and shows what is left. Asking is up to the dialog that calls this. Rejects as `removeProject`. */
export async function forgetProject(projectId: ProjectId): Promise<void> {
  const state = projectStore.getConnection(projectId);
  const shown = shows(projectId);
  try {
    await removeProject(projectId);
  } finally {
    if (!projectStore.getProject(projectId)) {
      if (state) changesStore.clearChangesForConnection(state.connectionId);
      if (shown) await showTab(uiStore.activeTab ?? null);
    }
  }
}

/** Lets go of a project that another browser tab has removed; its bytes are that tab's affair. */
export async function leaveGone({ id, name }: Project): Promise<void> {
  const state = projectStore.getConnection(id);
  // Nobody else removes it as long as this page has its lock: its row was lost in another way.
  if (state && holdsLock(state.connectionId)) return projectStore.keepAgain(id);
  const { open } = dialogs;
  if (open && 'projectId' in open && open.projectId === id) dialogs.close();
  const shown = shows(id);
  await forgetHere(id);
  notifications.show({ title: `${name} was removed in another browser tab` });
  if (shown) await showTab(uiStore.activeTab ?? null);
}
