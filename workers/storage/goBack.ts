import type { BlockIndex } from './blockIndex';
import { sameBlock, type PastState } from './pastState';
import type { Store } from './storeTypes';

/** A name that no file of an engine has. */
const passing = (id: number): string => `\u0000${id}`;

/**
 * Writes into the open transaction what makes a store's files those of a past state; blocks that are the same
 * are left alone.
 * @param now the committed state of the store, of which nothing is changed yet
 */
export function writePast(store: Store, now: BlockIndex, past: PastState): void {
  const { blockSize } = now;
  const renamed = [...now.byId.values()].filter(({ id, name }) => past.index.byId.get(id)?.name !== name);
  for (const { id, name } of renamed) {
    // Two files may have changed names with each other.
    if (past.index.byId.has(id)) store.rename(name, passing(id));
    else store.remove(name);
  }
  for (const { id } of renamed) {
    const then = past.index.byId.get(id);
    if (then) store.rename(passing(id), then.name);
  }
  const bytes = new Uint8Array(blockSize);
  for (const then of past.files()) {
    const { id, name, size } = then;
    const committed = now.byId.get(id);
    store.create(name);
    if (store.size(name) > size) store.truncate(name, size);
    for (let at = 0; at < size; at += blockSize) {
      const end = Math.min(at + blockSize, size);
      if (committed && sameBlock(committed, then, at / blockSize, end)) continue;
      const part = bytes.subarray(0, end - at);
      past.read(then, at, part);
      store.write(name, at, part);
    }
    if (store.size(name) < size) store.truncate(name, size);
  }
}
