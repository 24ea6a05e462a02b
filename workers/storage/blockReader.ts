import { byteOf, segmentOf, type PlacedPatch } from './blockIndex';
import { applyPatch } from './delta';
import type { RecentBlocks } from './recentBlocks';
import type { Segment } from './segment';
import type { BaseFile, BaseRef } from './segmentHead';
import { damaged } from './storageErrors';
import type { StoreFile } from './storeFile';
import type { Base } from './storeTypes';
import { xxHash32 } from './xxHash32';

/** The base of a store, and where it is read. */
export interface OpenBase {
  ref: BaseRef;
  files: BaseFile[];
  bytes: Base;
  /** It lies whole in the store's folder (or else is read from the dropped file). */
  stored: boolean;
}

/** Reads a file's bytes from wherever each block lies: memory, a segment, the base, or nowhere (zeros). */
export class BlockReader {
  base: OpenBase | null;
  readonly #segments: Segment[];
  readonly #blockSize: number;
  readonly #recent: RecentBlocks;
  /** Room for a block whose checksum is still to be seen. */
  readonly #whole: Uint8Array;
  /** Where each file of the base begins in it, by id. */
  readonly #baseAt: Map<number, number>;

  constructor(segments: Segment[], base: OpenBase | null, blockSize: number, recent: RecentBlocks) {
    this.#segments = segments;
    this.base = base;
    this.#blockSize = blockSize;
    this.#recent = recent;
    this.#whole = new Uint8Array(blockSize);
    this.#baseAt = new Map(base?.files.map((file) => [file.id, file.at]));
  }

  /** Fills `into` from `at`; gives how many bytes there were, and zeros the rest. */
  read(file: StoreFile, at: number, into: Uint8Array): number {
    const count = Math.max(0, Math.min(into.length, file.size - at));
    if (count < into.length) into.fill(0, count);
    if (file.clean && file.committed!.pristine) {
      this.#fromBase(file, at, count === into.length ? into : into.subarray(0, count));
      return count;
    }
    const size = this.#blockSize;
    for (let done = 0; done < count; ) {
      const block = Math.floor((at + done) / size);
      const offset = at + done - block * size;
      const some = Math.min(count - done, size - offset);
      this.part(file, block, offset, some === into.length ? into : into.subarray(done, done + some));
      done += some;
    }
    return count;
  }

  /** Fills `into` from an offset inside one block. */
  part(file: StoreFile, block: number, offset: number, into: Uint8Array): void {
    if (!file.clean) {
      const dirty = file.dirty.get(block);
      if (dirty) return into.set(dirty.subarray(offset, offset + into.length));
      const spilled = file.spilled.get(block);
      if (spilled !== undefined) return this.#segmentOf(spilled).read(byteOf(spilled) + offset, into);
    }
    const place = block < file.cutBlock ? (file.committed?.place(block) ?? 0) : 0;
    const patches = block < file.cutBlock ? (file.committed?.patches(block) ?? []) : [];
    if (place === 0 && patches.length === 0) return this.#fromBase(file, block * this.#blockSize + offset, into);
    if (patches.length > 0) return into.set(this.#patched(file, block, patches).subarray(offset, offset + into.length));
    const segment = this.#segmentOf(place);
    const check = file.committed!.unproven(block);
    if (check !== undefined) {
      segment.read(byteOf(place), this.#whole);
      if (xxHash32(this.#whole) !== check) {
        throw damaged(`Block ${block} of ${file.name} (in ${segment.name}) is not what was written.`);
      }
      file.committed!.proven(block);
    }
    segment.read(byteOf(place) + offset, into);
  }

  /** A block over which patches are laid: from memory when it was committed lately, or put together. */
  #patched(file: StoreFile, block: number, patches: readonly PlacedPatch[]): Uint8Array {
    const committed = file.committed!;
    const check = committed.check(block);
    const known = this.#recent.get(committed.id, block, check);
    if (known) return known;
    const place = committed.place(block);
    // A cut of the open transaction that goes through this block has put it into memory: what is read is as committed.
    if (place > 0) this.#segmentOf(place).read(byteOf(place), this.#whole);
    else this.#fromBase({ id: file.id, baseSize: committed.baseSize }, block * this.#blockSize, this.#whole);
    let right = true;
    for (const { place: at, bytes } of patches) {
      const patch = new Uint8Array(bytes);
      this.#segmentOf(at).read(byteOf(at), patch);
      right &&= applyPatch(this.#whole, patch);
    }
    if (!right || xxHash32(this.#whole) !== check) {
      throw damaged(`Block ${block} of ${file.name} is not what was written.`);
    }
    return this.#whole;
  }

  #segmentOf(place: number): Segment {
    return this.#segments[segmentOf(place) - 1]!;
  }

  /** From the base as far as it goes, then zeros. */
  #fromBase(file: Pick<StoreFile, 'id' | 'baseSize'>, at: number, into: Uint8Array): void {
    const count = Math.max(0, Math.min(into.length, file.baseSize - at));
    if (count > 0) {
      const got = this.base!.bytes.read(this.#baseAt.get(file.id)! + at, count === into.length ? into : into.subarray(0, count));
      if (got < count) throw damaged('The base of this project ends too soon.');
    }
    if (count < into.length) into.fill(0, count);
  }
}
