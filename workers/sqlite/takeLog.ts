import { fileChunks } from '../formats/fileChunks';
import type { Store } from '../storage/storeTypes';
import type { LogFile } from '../wire/opening';
import type { Notice } from '../wire/results';
import { journaledPages, readJournalHead } from './rollbackJournal';
import { STORE_FILE } from './storeFile';
import { loggedPages, readLog, type LogBytes } from './writeAheadLog';

const notice = (message: string, hint?: string): Notice => ({ severity: 'NOTICE', message, hint });
const many = (count: number, what: string): string => `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;

/**
 * Does to a database what SQLite does when it finds a log beside it: committed pages of a `-wal` come in, a transaction
 * that a `-journal` says did not end is rolled back. One commit of the store, so that it can be gone back on; the dropped
 * files stay as they are.
 * @param pageSize bytes of the database's pages; a log with others belongs to another database
 * @returns what was done, in words. Throws EngineErrorData where the log cannot be read.
 */
export async function takeLog(store: Store, log: LogFile, pageSize: number): Promise<Notice> {
  const bytes: LogBytes = () => fileChunks(log.file, log.packed, () => undefined);
  const wal = await readLog(bytes);
  if (wal) {
    if (wal.pageSize !== pageSize) throw otherDatabase(log);
    await put(store, loggedPages(bytes, wal), wal, `Read ${log.name} in`);
    return notice(`${log.name} was read in: ${many(wal.commits, 'commit')}, ${many(wal.places.size, 'page')}.`);
  }
  const journal = await readJournalHead(bytes);
  if (!journal) return notice(`${log.name} holds nothing that its database lacks.`);
  if (journal.pageSize !== pageSize) throw otherDatabase(log);
  const pages = await put(store, journaledPages(bytes), journal, `Rolled back by ${log.name}`);
  return notice(
    `A transaction that never ended was rolled back by ${log.name}: ${many(pages, 'page')} are as they were before it.`,
    'As SQLite does when it opens such a file.'
  );
}

/** Writes pages and the size of the database, as one commit; gives how many pages there were. */
async function put(
  store: Store,
  pages: AsyncIterable<{ number: number; page: Uint8Array }>,
  { pageSize, pages: size }: { pageSize: number; pages: number },
  label: string
): Promise<number> {
  let count = 0;
  try {
    for await (const { number, page } of pages) {
      store.write(STORE_FILE, (number - 1) * pageSize, page);
      count++;
    }
    if (store.size(STORE_FILE) !== size * pageSize) store.truncate(STORE_FILE, size * pageSize);
    store.commit({ label });
  } catch (e) {
    store.rollback();
    throw e;
  }
  return count;
}

const otherDatabase = ({ name }: LogFile) => ({
  code: 'refused',
  message: `${name} belongs to another database: its pages are of another size.`,
  hint: 'Drop the database with the log that lies beside it, or without one.'
});
