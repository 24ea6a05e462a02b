import Dexie from 'dexie';
import { database, type CommitAttemptRow } from './database';

/**
 * Commits that were sent and whose end the page has not written down yet. One that is still here when its project is
 * connected again may have been made: the store's commits carry the token.
 */
export async function keepAttempt(attempt: CommitAttemptRow): Promise<void> {
  await database.commitAttempts.put(attempt);
}

export async function dropAttempt(token: string): Promise<void> {
  await database.commitAttempts.delete(token);
}

export function attemptsOf(projectId: string): Promise<CommitAttemptRow[]> {
  return database.commitAttempts.where({ projectId }).sortBy('at');
}

/** Whether the history holds this commit. */
export async function isInHistory({ projectId, at, token }: CommitAttemptRow): Promise<boolean> {
  const since = database.history.where('[projectId+at]').between([projectId, at], [projectId, Dexie.maxKey]);
  return (await since.filter((entry) => entry.token === token).count()) > 0;
}
