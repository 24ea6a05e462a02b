/** How a dropped file becomes a base in the store's folder. */
import { messageOf } from '../wire/errors';
import { fileChunks } from '../formats/fileChunks';
import { baseDataAt, basePrint, encodeBaseHead, openBaseFile } from './baseFile';
import type { Folder, SyncFile } from './folder';
import type { Saving } from './store';
import { StorageError, type Base, type SaveProgress } from './storeTypes';

const PIECE = 1 << 20;
/** A head without a list of files is shorter than this, whatever the size turns out to be. */
const UNPACKED_AT = 4096;

const asStorageError = (e: unknown): StorageError => {
  if (e instanceof StorageError) return e;
  const why = messageOf(e);
  return new StorageError(`The dropped file could not be copied into the browser's storage: ${why}`);
};

/** Says that the base is whole, when all of it is on disk. */
function finish(file: SyncFile, size: number, print: string): void {
  file.flush();
  file.write(encodeBaseHead({ size, print }, true), 0);
  file.flush();
}

async function reopen(folder: Folder, name: string): Promise<Base> {
  const whole = openBaseFile(await folder.open(name, 'read'));
  if (!whole) throw new StorageError('The copy of the dropped file is not whole.');
  return whole.base;
}

/**
 * Copies a dropped file in the background, a piece at a time between the worker's other work.
 * `onWhole` gets the copy when it is whole and flushed; what remains of one that fails is deleted.
 * `onStep` hears of each piece and of the end.
 */
export function copyBase(
  folder: Folder,
  name: string,
  print: string,
  file: Blob,
  onWhole: (base: Base) => void,
  onStep: (progress: SaveProgress) => void
): Saving {
  const progress: SaveProgress = { saved: false, done: 0, total: file.size };
  let stopped = false;
  const run = async (): Promise<void> => {
    let to: SyncFile | null = null;
    try {
      to = await folder.open(name, 'own', true);
      const dataAt = baseDataAt({ size: file.size, print });
      to.truncate(0);
      to.write(encodeBaseHead({ size: file.size, print }, false), 0);
      while (progress.done < file.size && !stopped) {
        const piece = new Uint8Array(await file.slice(progress.done, progress.done + PIECE).arrayBuffer());
        if (stopped) break;
        to.write(piece, dataAt + progress.done);
        progress.done += piece.length;
        onStep({ ...progress });
      }
      if (!stopped) finish(to, file.size, print);
      to.close();
      to = null;
      if (stopped) {
        await folder.remove(name);
        return;
      }
      const base = await reopen(folder, name);
      if (stopped) {
        // Whole, but the store was closed meanwhile: the next opening finds it.
        base.close();
        return;
      }
      onWhole(base);
      progress.saved = true;
      onStep({ ...progress });
    } catch (e) {
      progress.error = asStorageError(e);
      to?.close();
      onStep({ ...progress });
      await folder.remove(name).catch(() => false); // the next opening sweeps it
    }
  };
  return { state: () => ({ ...progress }), settled: run(), stop: () => (stopped = true) };
}

/** Unpacks a packed file into a whole base. Throws a StorageError; then nothing is left of it. */
export async function unpackBase(
  folder: Folder,
  name: string,
  file: Blob,
  onProgress: (done: number, total: number) => void
): Promise<{ size: number; print: string; base: Base }> {
  const to = await folder.open(name, 'own', true);
  let size = 0;
  try {
    to.truncate(0);
    let read = 0;
    const counted = (bytes: number): void => onProgress((read += bytes), file.size);
    for await (const chunk of fileChunks(file, true, counted)) {
      to.write(chunk, UNPACKED_AT + size);
      size += chunk.length;
    }
    const print = await basePrint(size, async (at, length) => {
      const bytes = new Uint8Array(length);
      to.read(bytes, UNPACKED_AT + at);
      return bytes;
    });
    finish(to, size, print);
    to.close();
    return { size, print, base: await reopen(folder, name) };
  } catch (e) {
    to.close();
    await folder.remove(name);
    // The folder throws StorageErrors, a file that cannot be read DOMExceptions: the rest is the unpacking.
    if (!(e instanceof StorageError || e instanceof DOMException)) {
      throw new StorageError('This packed file is cut off or damaged: it cannot be unpacked.', false, 'damaged');
    }
    throw asStorageError(e);
  }
}

/** The print of a file that was dropped. */
export const printOf = (file: Blob): Promise<string> =>
  basePrint(file.size, async (at, length) => new Uint8Array(await file.slice(at, at + length).arrayBuffer()));
