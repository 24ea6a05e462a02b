import { database, type HistoryRow } from './database';

/** Entries kept a project; the oldest go first. */
export const HISTORY_BOUND = 2000;

/** Adds what ran. */
export async function addHistory(entries: Omit<HistoryRow, 'id'>[]): Promise<void> {
  if (entries.length === 0) return;
  await database.history.bulkAdd(entries as HistoryRow[]);
  const projectId = entries[0]!.projectId;
  const count = await database.history.where({ projectId }).count();
  if (count > HISTORY_BOUND * 1.1) {
    const oldest = await database.history.where({ projectId }).limit(count - HISTORY_BOUND).primaryKeys();
    await database.history.bulkDelete(oldest);
  }
}

/** What ran on a project, newest first. */
export async function readHistory(projectId: string, limit = 500): Promise<HistoryRow[]> {
  return database.history.where({ projectId }).reverse().limit(limit).toArray();
}
