import { liveQuery } from 'dexie';

/**
 * Reads from the database now, and again whenever what was read is written, by any browser tab.
 * @param read makes the answer; what it reads by Dexie is what is watched
 * @returns its undo
 */
export function follow<T>(read: () => Promise<T>, next: (answer: T) => void): () => void {
  const error = (e: unknown): void => console.error('What other browser tabs write is not seen any more.', e);
  const following = liveQuery(read).subscribe({ next, error });
  return () => following.unsubscribe();
}
