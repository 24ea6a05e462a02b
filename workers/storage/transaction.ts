import type { FileChange, FrameTable, FrameToWrite } from './frame';
import { placeOf, type BlockIndex } from './blockIndex';
import type { RecentBlocks } from './recentBlocks';
import type { StoreFile } from './storeFile';

const SPARE_BLOCKS = 1024;

/** A frame that stands in the segment for a commit to come. */
export interface Spill {
  table: FrameTable;
  blocksAt: number;
}

/** What was written since the last commit. */
export class Transaction {
  readonly touched = new Set<StoreFile>();
  readonly removed = new Set<number>();
  readonly spills: Spill[] = [];
  readonly #blockSize: number;
  readonly #recent: RecentBlocks;
  /** Blocks that are free to be used again. */
  readonly #spare: Uint8Array[] = [];
  #blocks = 0;

  constructor(blockSize: number, recent: RecentBlocks) {
    this.#blockSize = blockSize;
    this.#recent = recent;
  }

  get dirty(): boolean {
    return this.touched.size > 0 || this.removed.size > 0 || this.spills.length > 0;
  }

  /** Bytes that wait in memory. */
  get bytes(): number {
    return this.#blocks * this.#blockSize;
  }

  touch(file: StoreFile): void {
    file.clean = false;
    this.touched.add(file);
  }

  remove(file: StoreFile): void {
    this.touched.delete(file);
    this.removed.add(file.id);
    this.free([...file.dirty.values()]);
  }

  /** A block in memory for a file; its contents are anything. */
  add(file: StoreFile, block: number): Uint8Array {
    const bytes = this.#spare.pop() ?? new Uint8Array(this.#blockSize);
    file.dirty.set(block, bytes);
    this.#blocks++;
    return bytes;
  }

  free(blocks: Uint8Array[]): void {
    this.#blocks -= blocks.length;
    for (const block of blocks) if (this.#spare.length < SPARE_BLOCKS) this.#spare.push(block);
  }

  /** What the next frame holds: all that no frame holds yet. A spill holds whole blocks alone. */
  contents(kind: FrameToWrite['kind']): { files: FileChange[]; blocks: FrameToWrite['blocks'] } {
    const touched = [...this.touched].sort((a, b) => a.id - b.id);
    const blocks: FrameToWrite['blocks'] = [];
    for (const file of touched) {
      for (const block of [...file.dirty.keys()].sort((a, b) => a - b)) {
        const bytes = file.dirty.get(block)!;
        const patch = kind === 'commit' ? this.#recent.patch(file, block, bytes) : undefined;
        blocks.push({ file: file.id, block, bytes, patch });
      }
    }
    const removed = [...this.removed].map((id) => ({ id, removed: true, size: 0 }));
    return { files: [...removed, ...touched.map((file) => file.change())], blocks };
  }

  /** The contents stand in a spilled frame: its blocks are read there from now on. */
  spilled(spill: Spill, segment: number): void {
    this.spills.push(spill);
    const places = new Map<number, Map<number, number>>();
    let at = spill.blocksAt;
    for (const run of spill.table.runs) {
      const ofFile = places.get(run.file) ?? new Map<number, number>();
      places.set(run.file, ofFile);
      for (let n = 0; n < run.checks.length; n++, at += this.#blockSize) ofFile.set(run.first + n, placeOf(segment, at));
    }
    for (const file of this.touched) this.free(file.spill(places.get(file.id) ?? new Map()));
    this.removed.clear();
  }

  /** All of it is committed, as the index now says. */
  committed(index: BlockIndex): void {
    for (const file of this.touched) {
      for (const [block, bytes] of file.dirty) {
        const free = this.#recent.keep(file.id, block, bytes, index.byId.get(file.id)!.check(block));
        this.#blocks--;
        if (free && this.#spare.length < SPARE_BLOCKS) this.#spare.push(free);
      }
      file.dirty.clear();
    }
    this.end();
  }

  /** Forgets all. */
  end(): void {
    for (const file of this.touched) this.free([...file.dirty.values()]);
    this.touched.clear();
    this.removed.clear();
    this.spills.length = 0;
  }
}
