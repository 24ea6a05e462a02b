import { database, type HistoryRow } from './database';

/** Entries kept a project, where its user sets no other bound; the oldest go first. */
export const HISTORY_BOUND = 2000;

/** Adds what ran; the oldest go where the project has more than its user lets it keep. */
export async function addHistory(entries: Omit<HistoryRow, 'id'>[]): Promise<void> {
  if (entries.length === 0) return;
  await database.history.bulkAdd(entries as HistoryRow[]);
  const projectId = entries[0]!.projectId;
  const settings = (await database.projects.get(projectId))?.settings as { historyBound?: number } | undefined;
  const bound = settings?.historyBound ?? HISTORY_BOUND;
  const count = await database.history.where({ projectId }).count();
  // A tenth more is let stand, so that not every statement sweeps.
  if (count > bound + Math.ceil(bound / 10)) {
    const oldest = await database.history.where({ projectId }).limit(count - bound).primaryKeys();
    await database.history.bulkDelete(oldest);
  }
}

/** What ran on a project, newest first. */
export async function readHistory(projectId: string, limit = 500): Promise<HistoryRow[]> {
  return database.history.where({ projectId }).reverse().limit(limit).toArray();
}
