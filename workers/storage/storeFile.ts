import type { IndexedFile } from './blockIndex';
import type { FileChange } from './frame';

/** One file as the open transaction sees it: what is committed, and what was written since. */
export class StoreFile {
  readonly id: number;
  name: string;
  size: number;
  /** So many bytes of its part of the base still count. */
  baseSize: number;
  readonly committed: IndexedFile | null;
  /** Blocks at or past this one are no longer what was committed. */
  cutBlock = Infinity;
  /** Blocks written since the last frame. */
  readonly dirty = new Map<number, Uint8Array>();
  /** Blocks written in this transaction that already lie in the segment: their places. */
  readonly spilled = new Map<number, number>();
  #named: boolean;
  #cut: number | undefined;
  /** Nothing was done to it in this transaction. */
  clean = true;

  constructor(id: number, name: string, committed: IndexedFile | null) {
    this.id = id;
    this.name = name;
    this.committed = committed;
    this.size = committed?.size ?? 0;
    this.baseSize = committed?.baseSize ?? 0;
    this.#named = committed === null;
  }

  /** The block lies in memory or in a segment. */
  isWritten(block: number): boolean {
    if (this.dirty.has(block) || this.spilled.has(block)) return true;
    if (block >= this.cutBlock || !this.committed) return false;
    return this.committed.place(block) > 0 || this.committed.patches(block).length > 0;
  }

  rename(name: string): void {
    this.name = name;
    this.#named = true;
  }

  /** Blocks past `size` are gone; gives the bytes of dirty ones that are. */
  cut(size: number, blockSize: number): Uint8Array[] {
    const first = Math.ceil(size / blockSize);
    this.cutBlock = Math.min(this.cutBlock, first);
    this.baseSize = Math.min(this.baseSize, size);
    this.#cut = Math.min(this.#cut ?? Infinity, size);
    for (const block of this.spilled.keys()) if (block >= first) this.spilled.delete(block);
    const gone: Uint8Array[] = [];
    for (const [block, bytes] of this.dirty) {
      if (block < first) continue;
      gone.push(bytes);
      this.dirty.delete(block);
    }
    return gone;
  }

  /** What the next frame says of it. */
  change(): FileChange {
    const change: FileChange = { id: this.id, removed: false, size: this.size };
    if (this.#named) change.name = this.name;
    if (this.#cut !== undefined) change.cut = this.#cut;
    return change;
  }

  /** That frame stands in the segment, its blocks at these places; gives the bytes that are free now. */
  spill(places: Map<number, number>): Uint8Array[] {
    const free = [...this.dirty.values()];
    for (const [block, place] of places) this.spilled.set(block, place);
    this.dirty.clear();
    this.#named = false;
    this.#cut = undefined;
    return free;
  }
}
