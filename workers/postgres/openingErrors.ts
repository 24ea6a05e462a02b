import { StorageError } from '../storage/storeTypes';
import { isErrorData, type EngineErrorData } from '../wire/errors';
import { noRoom } from './postgresErrors';

const IN_WORDS: Partial<Record<StorageError['reason'], EngineErrorData>> = {
  missing: {
    code: 'damaged',
    message: 'Nothing whole is stored for this database: it was never brought in to its end, or has been removed.',
    hint: 'Open its file again.'
  },
  version: {
    code: 'format-version',
    message: 'This database was stored by a newer version of Rowhouse.',
    hint: 'Reload the page to get that version.'
  },
  busy: {
    code: 'storage',
    message: 'This database is still held by another tab, or by a worker that has not ended yet.',
    hint: 'Close it there, then try again.'
  }
};

/** What went wrong in an opening, in words. */
export function openingError(e: unknown): unknown {
  if (isErrorData(e) && !(e instanceof Error)) return e;
  if (e instanceof StorageError) {
    const code = e.full ? 'storage-full' : e.reason === 'damaged' ? 'damaged' : 'storage';
    return IN_WORDS[e.reason] ?? { code, message: e.message };
  }
  if (e instanceof DOMException && e.name === 'NoModificationAllowedError') return IN_WORDS.busy;
  if (e instanceof Error && /failed to initialize/i.test(e.message)) {
    return { code: 'damaged', message: 'Postgres could not start on the files of this database.', detail: e.message };
  }
  return e;
}

/** Why what a statement did could not be kept. */
export function settlingError(e: unknown): unknown {
  if (!(e instanceof StorageError)) return e;
  if (e.full) return noRoom(e.message);
  return { code: 'storage', message: `What was done could not be kept: ${e.message}`, hint: 'Disconnect and connect again.' };
}
