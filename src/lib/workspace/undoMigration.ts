import { messageOf } from '$workers/engine';
import { plural } from '$lib/base/format';
import { engineFor } from '$lib/connections/registry';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { goBackTo } from '$lib/queries/restorePoints';
import { dialogs } from './dialogs.svelte';
import type { Owner } from './navigate';
import { notifications } from './notify.svelte';

/** Undoes a migration: takes the database back to the commit before it, once that is confirmed. */
export async function undoMigration(owner: Owner, what: string, commits: { before: number; after: number }): Promise<void> {
  const { connectionId, projectId } = owner;
  const name = projectStore.getProject(projectId)?.name ?? 'the database';
  const refuse = (text: string): void => void notifications.show({ kind: 'error', title: 'Not undone', text, projectId });
  try {
    const { first, last } = await engineFor(connectionId).commits(0, 1);
    if (commits.before < first) return refuse('How the database was before it is no longer kept.');
    const later = last - commits.after;
    const along = later > 0 ? ` ${plural(later, 'commit')} came after it and ${later === 1 ? 'is' : 'are'} undone with it.` : '';
    const yes = await dialogs.confirm({
      title: `Undo this migration of ${name}?`,
      text: `${what}. Everything becomes what it was before.${along} What is now stays a restore point: you can come back to it.`,
      confirmLabel: 'Undo',
      cancelLabel: 'Keep',
      danger: true
    });
    if (!yes) return;
    await goBackTo(connectionId, commits.before);
    notifications.show({ title: `${name} is as it was before the migration`, text: what, projectId });
  } catch (e) {
    refuse(messageOf(e));
  }
}
