/** Bases that several projects begin from: made once, named by the hash of their bytes, never changed. */
import { baseDataAt, encodeBaseHead, openBaseFile, type BaseHead } from './baseFile';
import { BaseHash } from './baseHash';
import type { OpenBase } from './blockReader';
import type { BaseRef } from './segmentHead';
import { SHARED_HOME, type StoreRoot } from './storeRoot';
import { StorageError, type SharedBase } from './storeTypes';

const fileName = (hash: string): string => `${hash}.base`;

/** A shared base as heads name it. */
export function sharedRef({ hash, files }: Pick<SharedBase, 'hash' | 'files'>): BaseRef {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  return { file: fileName(hash), home: SHARED_HOME, size, print: hash, frame: 0 };
}

function headOf({ hash, files }: SharedBase): BaseHead {
  let at = 0;
  const listed = files.map(({ name, size }, i): [number, string, number, number] => {
    at += size;
    return [i + 1, name, at - size, size];
  });
  return { size: at, print: hash, files: listed };
}

/**
 * Opens a shared base, and makes it first where it is not there whole. The caller has said before that its
 * project needs it (see references.ts). Throws a StorageError: `full`, or `damaged` where the bytes that
 * were streamed are not those of the hash.
 */
export function openSharedBase(root: StoreRoot, base: SharedBase): Promise<OpenBase> {
  return root.locked(`base:${base.hash}`, async () => {
    const folder = await root.folder(SHARED_HOME, true);
    const name = fileName(base.hash);
    const ref = sharedRef(base);
    const open = async (): Promise<OpenBase | null> => {
      const found = openBaseFile(await folder.open(name, 'read'));
      return found && { ref, files: found.files ?? [], bytes: found.base, stored: root.where === 'opfs' };
    };
    if ((await folder.list()).includes(name)) {
      const standing = await open();
      if (standing) return standing;
    }
    const to = await folder.open(name, 'own', true);
    try {
      const head = headOf(base);
      const dataAt = baseDataAt(head);
      const hash = new BaseHash();
      to.truncate(0);
      to.truncate(dataAt + head.size); // also where the last file is empty
      to.write(encodeBaseHead(head, false), 0);
      const reader = (await base.bytes()).getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        to.write(next.value, dataAt + hash.size);
        await hash.add(next.value);
      }
      if (hash.size !== head.size || (await hash.hex(base.files)) !== base.hash) {
        throw new StorageError('The base of new databases did not arrive as it was made. Reload the page and try again.', false, 'damaged');
      }
      to.flush();
      to.write(encodeBaseHead(head, true), 0);
      to.flush();
    } catch (e) {
      to.close();
      await folder.remove(name);
      throw e;
    }
    to.close();
    const made = await open();
    if (!made) throw new StorageError('The base of new databases could not be read back.');
    return made;
  });
}
