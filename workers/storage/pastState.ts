import type { BlockIndex, IndexedFile } from './blockIndex';
import type { BlockReader } from './blockReader';
import { StoreFile } from './storeFile';

/** What a store held as of a commit, over the segments and the base that it has open. */
export class PastState {
  readonly index: BlockIndex;
  readonly #reader: BlockReader;

  constructor(index: BlockIndex, reader: BlockReader) {
    this.index = index;
    this.#reader = reader;
  }

  /** Its files, by their ids. */
  files(): IndexedFile[] {
    return [...this.index.byId.values()].sort((a, b) => a.id - b.id);
  }

  /** Fills `into` from `at`; gives how many bytes there were, and zeros the rest. */
  read(file: IndexedFile, at: number, into: Uint8Array): number {
    return this.#reader.read(new StoreFile(file.id, file.name, file), at, into);
  }
}

/** True when a block of a file holds the same in both, as far as the index can tell. */
export function sameBlock(a: IndexedFile, b: IndexedFile, block: number, end: number): boolean {
  if (a.place(block) !== b.place(block)) return false;
  const [over, under] = [a.patches(block), b.patches(block)];
  if (over.length !== under.length || over.some((patch, i) => patch.place !== under[i]!.place)) return false;
  return a.place(block) > 0 || Math.min(a.baseSize, end) === Math.min(b.baseSize, end);
}
