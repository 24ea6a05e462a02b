import { Autosave } from './autosave.svelte';
import { database, type SettingRow } from './database';
import { readSetting } from './settings';

const saving = new Autosave<string, SettingRow>(async (rows, removed) => {
  await database.settings.bulkPut(rows);
  await database.settings.bulkDelete(removed);
});

/** Goes with its project: see RowhouseDatabase.removeProject. */
const keyOf = (projectId: string, what: string): string => `draft:${projectId}:${what}`;

/** What was typed into a dialog and not applied; undefined for nothing. */
export async function readDialogDraft<T>(projectId: string, what: string): Promise<T | undefined> {
  await saving.flush();
  return readSetting<T>(keyOf(projectId, what));
}

/**
 * Keeps what was typed into a dialog, so that closing it loses nothing; null forgets it.
 * @param projectId empty where it is about none yet @param what which dialog, about what @param draft plain data
 */
export function keepDialogDraft(projectId: string, what: string, draft: unknown): void {
  const key = keyOf(projectId, what);
  if (draft === null) saving.remove(key);
  else saving.put(key, { key, value: draft });
}
