import { baseDataAt, encodeBaseHead, openBaseFile, type BaseHead } from './baseFile';
import type { OpenBase } from './blockReader';
import type { Folder } from './folder';
import type { PastState } from './pastState';
import { StorageError } from './storeTypes';

const PIECE = 1 << 20;

/** Bytes of all files of a state. */
export const sizeOf = (past: PastState): number => past.files().reduce((sum, file) => sum + file.size, 0);

/**
 * Writes a past state as a base of its own, a piece at a time. What remains of one that ends early is deleted.
 * @param frame the commit whose state it is
 * @param pause called between two pieces, for the worker's other work; false ends it
 * @returns null when it was ended
 */
export async function writeFoldedBase(
  folder: Folder,
  name: string,
  past: PastState,
  frame: number,
  pause: () => Promise<boolean>
): Promise<OpenBase | null> {
  const files = past.files();
  let size = 0;
  const listed = files.map((file): [number, string, number, number] => {
    size += file.size;
    return [file.id, file.name, size - file.size, file.size];
  });
  const print = `folded-${frame}-${Math.floor(Math.random() * 2 ** 48).toString(16)}`;
  const head: BaseHead = { size, print, files: listed };
  const dataAt = baseDataAt(head);
  const to = await folder.open(name, 'own', true);
  let whole = false;
  try {
    to.truncate(0);
    to.truncate(dataAt + size); // also where the last file is empty
    to.write(encodeBaseHead(head, false), 0);
    const piece = new Uint8Array(PIECE);
    for (const [i, file] of files.entries()) {
      for (let at = 0; at < file.size; at += PIECE) {
        const some = piece.subarray(0, Math.min(PIECE, file.size - at));
        past.read(file, at, some);
        to.write(some, dataAt + listed[i]![2] + at);
        if (!(await pause())) return null;
      }
    }
    to.flush();
    to.write(encodeBaseHead(head, true), 0);
    to.flush();
    whole = true;
  } finally {
    to.close();
    if (!whole) await folder.remove(name);
  }
  const found = openBaseFile(await folder.open(name, 'read'));
  if (!found?.files) throw new StorageError('What was folded could not be read back.');
  return { ref: { file: name, size, print, frame }, files: found.files, bytes: found.base, stored: true };
}
