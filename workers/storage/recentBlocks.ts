import { patchOf } from './delta';
import type { StoreFile } from './storeFile';

/** Bytes of blocks that are kept in memory after their commit. */
const KEPT = 1 << 20;
/** After so many patches on one whole block the next version is whole again: reading stays cheap. */
export const MOST_PATCHES = 32;

/**
 * The blocks that the last commits wrote, as they are committed. The next version of one of them is stored
 * as a patch where little of it changed: the end of a log, a header, a leaf that takes row after row.
 */
export class RecentBlocks {
  readonly #most: number;
  /** Least recently written first. */
  readonly #blocks = new Map<string, { bytes: Uint8Array; check: number }>();

  constructor(blockSize: number) {
    this.#most = Math.max(16, Math.floor(KEPT / blockSize));
  }

  /** A committed block, when it is here; `check` is the checksum that it must have. */
  get(file: number, block: number, check: number): Uint8Array | undefined {
    const known = this.#blocks.get(`${file}:${block}`);
    return known?.check === check ? known.bytes : undefined;
  }

  /** What makes `bytes` of the committed block of a file; undefined when it must be stored whole. */
  patch(file: StoreFile, block: number, bytes: Uint8Array): Uint8Array | undefined {
    const { committed } = file;
    if (!committed || block >= file.cutBlock || file.spilled.has(block) || committed.place(block) === 0) return undefined;
    const before = this.get(file.id, block, committed.check(block));
    if (!before) return undefined;
    const patches = committed.patches(block);
    const room = bytes.length - patches.reduce((sum, patch) => sum + patch.bytes, 0);
    if (patches.length >= MOST_PATCHES || room <= 0) return undefined;
    return patchOf(before, bytes, Math.min(room, bytes.length >> 1)) ?? undefined;
  }

  /** A block that was just committed. Its bytes are this object's own from now on; gives those that are free instead. */
  keep(file: number, block: number, bytes: Uint8Array, check: number): Uint8Array | undefined {
    const key = `${file}:${block}`;
    let free = this.#blocks.get(key)?.bytes;
    this.#blocks.delete(key);
    this.#blocks.set(key, { bytes, check });
    if (!free && this.#blocks.size > this.#most) {
      const oldest = this.#blocks.keys().next().value!;
      free = this.#blocks.get(oldest)!.bytes;
      this.#blocks.delete(oldest);
    }
    return free;
  }
}
