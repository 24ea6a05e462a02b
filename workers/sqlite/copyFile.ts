import type { Store } from '../storage/storeTypes';
import type { Progress } from '../wire/opening';
import type { SqliteConnection } from './sqliteConnection';
import { STORE_FILE } from './storeFile';

const CHUNK = 1024 * 1024;

/**
 * Hands out the database file from the store in chunks, at its true size: what lies behind the last page is
 * left out. An open transaction whose pages are partly in the store is no state that a copy could show.
 */
export async function saveFile(
  connection: SqliteConnection,
  store: Store,
  onChunk: (chunk: Uint8Array) => Promise<void>,
  onProgress: (progress: Progress) => void
): Promise<void> {
  if (store.dirty || connection.inTransaction) {
    throw {
      code: 'refused',
      message: 'A transaction is open: a copy would hold only half of it.',
      hint: 'Run COMMIT or ROLLBACK first.'
    };
  }
  const total = trueSize(connection, Math.max(0, store.size(STORE_FILE)));
  for (let at = 0; at < total; at += CHUNK) {
    const chunk = new Uint8Array(Math.min(CHUNK, total - at));
    store.read(STORE_FILE, at, chunk);
    await onChunk(chunk);
    onProgress({ label: 'Saving a copy', done: Math.min(total, at + CHUNK), total, unit: 'bytes' });
  }
}

/** Pages times their size, never more than is there. */
function trueSize(connection: SqliteConnection, stored: number): number {
  const pages = Number(connection.query('PRAGMA main.page_count')[0]?.[0] ?? 0);
  const size = Number(connection.query('PRAGMA main.page_size')[0]?.[0] ?? 0);
  const bytes = pages * size;
  return bytes > 0 && bytes < stored ? bytes : stored;
}
