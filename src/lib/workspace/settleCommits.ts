import { EngineError } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import { plural } from '$lib/base/format';
import { changesStore } from '$lib/changes/changesStore.svelte';
import type { CommitAttemptRow } from '$lib/persistence/database';
import { attemptsOf, dropAttempt, isInHistory } from '$lib/persistence/commitAttempts';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { noteUnanswered } from '$lib/queries/commitChanges';
import { findCommit } from '$lib/queries/findCommit';
import { notifications } from './notify.svelte';

/**
 * Looks up the commits of a project whose answer no page has heard: what was made is no longer staged, and that is
 * said; what was not made stays staged. Where nobody can know, that is said as well. Never rejects.
 * @returns false when one could not be looked up now: what it made, if it did, is staged still
 */
export async function settleCommits(owner: { connectionId: ConnectionId; projectId: ProjectId }): Promise<boolean> {
  try {
    for (const attempt of await attemptsOf(owner.projectId)) await settle(owner, attempt);
    return true;
  } catch (e) {
    console.error('Whether an earlier commit was made could not be looked up.', e);
    return false;
  }
}

async function settle({ connectionId, projectId }: { connectionId: ConnectionId; projectId: ProjectId }, attempt: CommitAttemptRow): Promise<void> {
  const project = projectStore.getProject(projectId)?.name;
  const ids = new Set(attempt.changes);
  // A row that was changed further after it had been sent is still to be committed, and then checked for a conflict.
  const stillStaged = () => changesStore.getChanges(connectionId).filter((c) => ids.has(c.id) && (c.type === 'insert' || c.at <= attempt.at));
  let wasMade: boolean;
  try {
    wasMade = await findCommit(connectionId, attempt.token);
  } catch (e) {
    if (!(e instanceof EngineError) || e.code !== 'unsupported') throw e; // asked again with the next connection
    if (stillStaged().length > 0) {
      notifications.show({
        title: 'A commit had no answer',
        text: `${project}: whether ${plural(attempt.changes.length, 'change')} in ${attempt.where} came to be cannot be told in this browser. Look before you commit again.`,
        projectId,
        kind: 'error'
      });
    }
    return dropAttempt(attempt.token);
  }
  if (wasMade) {
    if (!(await isInHistory(attempt))) await noteUnanswered(attempt, 'Its page ended before it was answered.');
    // Taken only now: there may have been edits while it was looked up.
    const staged = stillStaged();
    const further = staged.filter((c) => c.at > attempt.at).length;
    changesStore.committed(staged);
    await changesStore.flush();
    if (staged.length > 0) {
      notifications.show({
        title: `${plural(staged.length, 'change')} had been committed`,
        text: `${project}, ${attempt.where}: the page ended before it was told. ${staged.length === 1 ? 'It is' : 'They are'} no longer staged.${further > 0 ? ` ${plural(further, 'new row')} had been changed further since: that is not in ${further === 1 ? 'it' : 'them'}.` : ''}`,
        projectId
      });
    }
  }
  await dropAttempt(attempt.token);
}
