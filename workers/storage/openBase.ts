import { blobBase } from './base';
import type { OpenBase } from './blockReader';
import type { Chain } from './chain';
import { printOf, unpackBase } from './copyBase';
import type { Homes } from './homes';
import { pathOf, writeReferences } from './references';
import { segmentName } from './segmentHead';
import { openSharedBase, sharedRef } from './sharedBase';
import { REFERENCES_LOCK } from './storeRoot';
import { damaged, needsFile } from './storageErrors';
import { StorageError, type StoreOptions } from './storeTypes';

/**
 * The base of an opening that writes: as it lies in storage, over the dropped file, or shared; null for a
 * project that began empty. What `chain` has opened is handed on. Throws a StorageError.
 * @param number this opening's
 */
export async function openBase(
  homes: Homes,
  number: number,
  chain: Chain | null,
  options: StoreOptions
): Promise<OpenBase | null> {
  const { source, opening, projectId } = options;
  if (chain && !chain.base) return null;
  const stored = chain?.opened ?? null;
  if (source.kind !== 'file') {
    if (chain && !stored) throw chain.base!.home || chain.base!.frame > 0 ? baseMissing() : needsFile();
    if (chain || source.kind !== 'shared') return stored;
    const ref = sharedRef(source.base);
    await homes.root.locked(REFERENCES_LOCK, () =>
      writeReferences(homes.root, projectId, [pathOf(ref.home!, ref.file)])
    );
    return openSharedBase(homes.root, source.base);
  }
  const file = segmentName(number, opening, 0, 'base');
  if (stored && source.packed) return stored;
  if (source.packed) {
    if (chain) throw needsFile();
    const onProgress = options.onProgress ?? (() => undefined);
    const { size, print, base } = await unpackBase(homes.own, file, source.file, onProgress);
    const files = [{ id: 1, name: source.name, at: 0, size }];
    return { ref: { file, size, print, frame: 0, files }, files, bytes: base, stored: homes.root.where === 'opfs' };
  }
  const { size } = source.file;
  const print = await printOf(source.file);
  const began = chain?.base;
  // A folded base is no longer the file that was dropped: which one it was cannot be told any more.
  if (began && began.frame === 0 && !began.home && (began.size !== size || began.print !== print)) {
    throw new StorageError('This is not the file that the project began from, or it has changed since.', false, 'other-file');
  }
  if (stored) return stored;
  const files = began?.files ?? [{ id: 1, name: source.name, at: 0, size }];
  return { ref: { file, size, print, frame: 0, files }, files, bytes: blobBase(source.file), stored: false };
}

const baseMissing = (): StorageError => damaged('The base of this project is missing from storage.');
