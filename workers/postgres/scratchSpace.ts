import { messageOf } from '../wire/errors';
import type { ScratchFile } from '../host/scratch';
import { StorageError } from '../storage/storeTypes';

/** Bytes of one slot: a page of Postgres. */
export const SLOT = 8192;
/** So many slots lie in memory before the file is used (16 MB). */
const IN_MEMORY = 2048;
/** Slots of memory that are made at once. */
const CHUNK = 128;

/**
 * Room in slots of 8 KB for what outlives nothing: the first in memory, further ones in a file of this worker
 * (all in memory where there is none).
 */
export class ScratchSpace {
  readonly #file: ScratchFile | null;
  readonly #inMemory: number;
  readonly #chunks: Uint8Array[] = [];
  /** Slots that are free again, those in memory apart. */
  readonly #freeInMemory: number[] = [];
  readonly #freeInFile: number[] = [];
  #next = 0;

  /** @param inMemory so many slots lie in memory, where there is a file */
  constructor(file: ScratchFile | null, inMemory = IN_MEMORY) {
    this.#file = file;
    this.#inMemory = file ? inMemory : Infinity;
  }

  /** A slot; what it holds is anything. */
  take(): number {
    return this.#freeInMemory.pop() ?? (this.#next < this.#inMemory ? this.#next++ : (this.#freeInFile.pop() ?? this.#next++));
  }

  give(slot: number): void {
    (slot < this.#inMemory ? this.#freeInMemory : this.#freeInFile).push(slot);
  }

  /** Takes all slots back. */
  reset(): void {
    this.#freeInMemory.length = 0;
    this.#freeInFile.length = 0;
    this.#next = 0;
  }

  /** Fills `into` from a byte of a slot. */
  read(slot: number, offset: number, into: Uint8Array): void {
    if (slot < this.#inMemory) {
      const at = (slot % CHUNK) * SLOT + offset;
      into.set(this.#chunk(slot).subarray(at, at + into.length));
      return;
    }
    const got = this.#file!.handle.read(into as Uint8Array<ArrayBuffer>, { at: this.#place(slot) + offset });
    // Past what was ever written: the file has not grown so far.
    if (got < into.length) into.fill(0, got);
  }

  /** Throws a StorageError, `full` when there is no room. */
  write(slot: number, offset: number, bytes: Uint8Array): void {
    if (slot < this.#inMemory) {
      this.#chunk(slot).set(bytes, (slot % CHUNK) * SLOT + offset);
      return;
    }
    let written: number;
    try {
      written = this.#file!.handle.write(bytes as Uint8Array<ArrayBuffer>, { at: this.#place(slot) + offset });
    } catch (e) {
      throw new StorageError(messageOf(e), e instanceof DOMException && e.name === 'QuotaExceededError');
    }
    // A full disk is told by a short count or a negative code, not by an exception.
    if (written !== bytes.length) throw new StorageError('The browser has no room left for temporary files.', true);
  }

  #place(slot: number): number {
    return (slot - this.#inMemory) * SLOT;
  }

  #chunk(slot: number): Uint8Array {
    return (this.#chunks[Math.floor(slot / CHUNK)] ??= new Uint8Array(CHUNK * SLOT));
  }

  close(): void {
    this.#file?.close();
  }
}
