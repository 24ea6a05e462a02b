import type { Files } from './files';
import { SLOT, type ScratchSpace } from './scratchSpace';

interface LayeredFile {
  size: number;
  /** Its name beneath, and how many bytes of that still count. */
  beneath: string;
  beneathSize: number;
  /** Where the blocks lie that were written here. */
  slots: Map<number, number>;
}

/**
 * Files whose bytes lie in scratch, or only what is changed of them, with other files beneath that stay as they
 * are: Postgres' temporary files, and a database that is only looked at (it must write to run).
 */
export class ScratchFiles implements Files {
  readonly #space: ScratchSpace;
  readonly #beneath: Files | null;
  readonly #files = new Map<string, LayeredFile>();

  constructor(space: ScratchSpace, beneath: Files | null = null) {
    this.#space = space;
    this.#beneath = beneath;
    for (const { name, size } of beneath?.files() ?? []) {
      this.#files.set(name, { size, beneath: name, beneathSize: size, slots: new Map() });
    }
  }

  files(): { name: string; size: number }[] {
    return [...this.#files].map(([name, { size }]) => ({ name, size }));
  }

  size(name: string): number {
    return this.#files.get(name)?.size ?? -1;
  }

  read(name: string, at: number, into: Uint8Array): number {
    const file = this.#files.get(name)!;
    const count = Math.max(0, Math.min(into.length, file.size - at));
    for (let done = 0; done < count; ) {
      const block = Math.floor((at + done) / SLOT);
      const offset = at + done - block * SLOT;
      const some = Math.min(count - done, SLOT - offset);
      this.#part(file, block, offset, into.subarray(done, done + some));
      done += some;
    }
    if (count < into.length) into.fill(0, count);
    return count;
  }

  /** Fills `into` from a place inside one block. */
  #part(file: LayeredFile, block: number, offset: number, into: Uint8Array): void {
    const slot = file.slots.get(block);
    if (slot !== undefined) return this.#space.read(slot, offset, into);
    const at = block * SLOT + offset;
    const count = Math.max(0, Math.min(into.length, file.beneathSize - at));
    if (count > 0) this.#beneath!.read(file.beneath, at, count < into.length ? into.subarray(0, count) : into);
    if (count < into.length) into.fill(0, count);
  }

  create(name: string): void {
    if (!this.#files.has(name)) this.#files.set(name, { size: 0, beneath: '', beneathSize: 0, slots: new Map() });
  }

  write(name: string, at: number, bytes: Uint8Array): void {
    this.create(name);
    const file = this.#files.get(name)!;
    for (let done = 0; done < bytes.length; ) {
      const block = Math.floor((at + done) / SLOT);
      const offset = at + done - block * SLOT;
      const some = Math.min(bytes.length - done, SLOT - offset);
      this.#space.write(this.#slotOf(file, block, some === SLOT), offset, bytes.subarray(done, done + some));
      done += some;
    }
    file.size = Math.max(file.size, at + bytes.length);
  }

  /** The slot of a block; a new one holds what the block held, unless all of it is written anew. */
  #slotOf(file: LayeredFile, block: number, whole: boolean): number {
    const known = file.slots.get(block);
    if (known !== undefined) return known;
    const before = whole ? null : new Uint8Array(SLOT);
    if (before) this.#part(file, block, 0, before);
    const slot = this.#space.take();
    if (before) this.#space.write(slot, 0, before);
    file.slots.set(block, slot);
    return slot;
  }

  truncate(name: string, size: number): void {
    const file = this.#files.get(name)!;
    if (size < file.size) {
      const first = Math.ceil(size / SLOT);
      for (const [block, slot] of file.slots) {
        if (block < first) continue;
        this.#space.give(slot);
        file.slots.delete(block);
      }
      // What is cut off must read as zeros when the file grows again.
      const last = file.slots.get(first - 1);
      if (last !== undefined && size % SLOT > 0) this.#space.write(last, size % SLOT, new Uint8Array(SLOT - (size % SLOT)));
      file.beneathSize = Math.min(file.beneathSize, size);
    }
    file.size = size;
  }

  remove(name: string): void {
    for (const slot of this.#files.get(name)!.slots.values()) this.#space.give(slot);
    this.#files.delete(name);
  }

  rename(from: string, to: string): void {
    const file = this.#files.get(from)!;
    if (from === to) return;
    if (this.#files.has(to)) this.remove(to);
    this.#files.delete(from);
    this.#files.set(to, file);
  }
}
