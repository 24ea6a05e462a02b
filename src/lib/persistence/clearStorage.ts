import { database } from './database';
import { deleteDatabase } from './projectStorage';

/** A worker that was ended may hold its files for two seconds more. */
const PATIENCE_MS = 6000;
const STEP_MS = 200;

/**
 * Deletes everything that Rowhouse keeps at this address: records, files of databases, and what was chosen. The app's own
 * files stay, so that it still opens without a network. Rejects when something is still held.
 */
export async function clearStorage(): Promise<void> {
  // Files first: where one is held, the page lives on and has to write its records down.
  await clearFiles(Date.now() + PATIENCE_MS);
  await database.delete();
  for (const { name } of (await indexedDB.databases?.()) ?? []) if (name) await deleteDatabase(name);
  localStorage.clear();
  sessionStorage.clear();
}

async function clearFiles(until: number): Promise<void> {
  if (!navigator.storage?.getDirectory) return;
  const root = await navigator.storage.getDirectory().catch(() => null); // a window without files of its own
  if (!root) return;
  for (;;) {
    const names: string[] = [];
    for await (const name of root.keys()) names.push(name);
    const held: unknown[] = [];
    for (const name of names) await root.removeEntry(name, { recursive: true }).catch((e: unknown) => held.push(e));
    if (held.length === 0) return;
    if (Date.now() > until) throw held[0];
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
