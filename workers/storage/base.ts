/** Bases over what holds bytes: a dropped file, a file of the store's folder. */
import { messageOf } from '../wire/errors';
import type { SyncFile } from './folder';
import { ReadAhead, type ReadSizes } from './readAhead';
import { StorageError, type Base } from './storeTypes';

const KB = 1024;
/** A read of a dropped file costs 0.6 ms however small (measured in Chromium): few and large ones. */
const OF_BLOB: ReadSizes = { chunk: 64 * KB, most: 8 * KB * KB, kept: 8 * KB * KB };
/** A handle in OPFS answers in microseconds; in a private window, where each read asks another process, in a fraction of a ms. */
const OF_FILE: ReadSizes = { chunk: 64 * KB, most: KB * KB, kept: 4 * KB * KB };

/** Workers alone have it; the page's type library, with which tests are checked, does not know it. */
interface WorkerScope {
  FileReaderSync: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer };
}

/** A dropped file, read by need. Only in a worker (FileReaderSync). */
export function blobBase(blob: Blob): Base {
  const reader = new (globalThis as unknown as WorkerScope).FileReaderSync();
  const ahead = new ReadAhead((at, length) => {
    try {
      return new Uint8Array(reader.readAsArrayBuffer(blob.slice(at, at + length)));
    } catch (e) {
      // NotReadableError: the file was changed, moved or deleted after it was dropped.
      throw new StorageError(
        `The dropped file can no longer be read (${messageOf(e)}). Drop it again.`,
        false,
        'needs-file'
      );
    }
  }, OF_BLOB);
  return { size: blob.size, read: (at, into) => ahead.read(at, into), close: () => undefined };
}

/** `size` bytes of a file from `offset`. Closing the base closes the file. */
export function fileBase(file: SyncFile, offset = 0, size = file.size() - offset): Base {
  const ahead = new ReadAhead(fetchFrom(file, offset, () => size), OF_FILE);
  return { size, read: (at, into) => ahead.read(at, into), close: () => file.close() };
}

/** Fetches from a file that begins at `offset` and has `size()` bytes. */
export function fetchFrom(file: SyncFile, offset: number, size: () => number) {
  return (at: number, length: number, room?: Uint8Array): Uint8Array => {
    const count = Math.max(0, Math.min(length, size() - at));
    const into = room && room.buffer.byteLength >= count ? new Uint8Array(room.buffer, 0, count) : new Uint8Array(count);
    const got = file.read(into, offset + at);
    if (got < count) throw new StorageError('A file of this project is shorter than it should be.', false, 'damaged');
    return into;
  };
}
