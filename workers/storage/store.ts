import { byteOf, placeOf, segmentOf, type BlockIndex } from './blockIndex';
import type { Fence } from './fence';
import { encodeFrame, type FrameTable, type FrameToWrite } from './frame';
import type { Segment } from './segment';
import { damaged, type BaseRef } from './segmentHead';
import { StoreFile } from './storeFile';
import { StorageError, type Base, type FrameNote, type OpenedStore, type SaveProgress } from './storeTypes';
import { xxHash32 } from './xxHash32';

/** A transaction with more than this in memory puts it into the segment ahead of its commit. */
const SPILL_BYTES = 8 << 20;
const SPARE_BLOCKS = 1024;

/** What `openStore` has found and made. */
export interface StoreParts {
  where: 'opfs' | 'memory';
  index: BlockIndex;
  /** In order of their ordinals (the first is 1); the last is this opening's own, unless it only reads. */
  segments: Segment[];
  lastFrame: number;
  /** Null for an opening that only reads. */
  fence: Fence | null;
  base: { ref: BaseRef; bytes: Base; stored: boolean } | null;
  spillBytes?: number;
}

/** Runs beside a store and ends with it: the copy of a dropped file. */
export interface Saving {
  state(): SaveProgress;
  readonly settled: Promise<void>;
  stop(): void;
}

/** Named files as blocks over a base and segments. */
export class BlockStore implements OpenedStore {
  readonly where: 'opfs' | 'memory';
  readonly #index: BlockIndex;
  readonly #segments: Segment[];
  readonly #own: Segment | null;
  readonly #fence: Fence | null;
  readonly #blockSize: number;
  readonly #spillBytes: number;
  #base: StoreParts['base'];
  #saving: Saving | null = null;
  #lastFrame: number;
  #files = new Map<string, StoreFile>();
  // The open transaction.
  readonly #touched = new Set<StoreFile>();
  readonly #removed = new Set<number>();
  #spills: { table: FrameTable; blocksAt: number }[] = [];
  #dirtyBlocks = 0;
  #nextId = 1;
  /** Where the last commit ends in the own segment. */
  #safe: { end: number; chain: number };
  /** Why nothing may be written any more. */
  #broken: StorageError | null = null;
  readonly #spare: Uint8Array[] = [];
  readonly #block: Uint8Array;

  constructor(parts: StoreParts) {
    this.where = parts.where;
    this.#index = parts.index;
    this.#segments = parts.segments;
    this.#fence = parts.fence;
    this.#own = parts.fence ? parts.segments.at(-1)! : null;
    this.#base = parts.base;
    this.#lastFrame = parts.lastFrame;
    this.#blockSize = parts.index.blockSize;
    this.#spillBytes = parts.spillBytes ?? SPILL_BYTES;
    this.#block = new Uint8Array(this.#blockSize);
    this.#safe = { end: this.#own?.end ?? 0, chain: this.#own?.chain ?? 0 };
    this.#view();
  }

  get lastFrame(): number {
    return this.#lastFrame;
  }

  get dirty(): boolean {
    return this.#touched.size > 0 || this.#removed.size > 0 || this.#spills.length > 0;
  }

  files(): { name: string; size: number }[] {
    return [...this.#files.values()].map(({ name, size }) => ({ name, size }));
  }

  has(name: string): boolean {
    return this.#files.has(name);
  }

  size(name: string): number {
    return this.#files.get(name)?.size ?? -1;
  }

  read(name: string, at: number, into: Uint8Array): number {
    const file = this.#file(name);
    const count = Math.max(0, Math.min(into.length, file.size - at));
    if (count < into.length) into.fill(0, count);
    if (file.clean && file.committed!.pristine) {
      this.#readBase(file, at, count === into.length ? into : into.subarray(0, count));
      return count;
    }
    const size = this.#blockSize;
    for (let done = 0; done < count; ) {
      const block = Math.floor((at + done) / size);
      const offset = at + done - block * size;
      const some = Math.min(count - done, size - offset);
      this.#readBlock(file, block, offset, some === into.length ? into : into.subarray(done, done + some));
      done += some;
    }
    return count;
  }

  write(name: string, at: number, bytes: Uint8Array): void {
    this.#writable();
    let file = this.#files.get(name);
    if (!file) {
      file = new StoreFile(this.#nextId++, name, null);
      this.#files.set(name, file);
    }
    this.#touch(file);
    const size = this.#blockSize;
    for (let done = 0; done < bytes.length; ) {
      const block = Math.floor((at + done) / size);
      const offset = at + done - block * size;
      const some = Math.min(bytes.length - done, size - offset);
      const into = this.#dirtyBlock(file, block, some < size);
      into.set(bytes.subarray(done, done + some), offset);
      done += some;
      file.size = Math.max(file.size, at + done);
      if (this.#dirtyBlocks * size >= this.#spillBytes) this.#spill();
    }
  }

  truncate(name: string, size: number): void {
    this.#writable();
    const file = this.#file(name);
    if (size === file.size) return;
    this.#touch(file);
    if (size < file.size) {
      const block = Math.floor(size / this.#blockSize);
      const offset = size - block * this.#blockSize;
      // What is cut off inside a block must read as zeros, should the file grow again.
      if (offset > 0 && this.#inSegments(file, block)) this.#dirtyBlock(file, block, true).fill(0, offset);
      this.#free(file.cut(size, this.#blockSize));
    }
    file.size = size;
  }

  remove(name: string): void {
    this.#writable();
    const file = this.#file(name);
    this.#files.delete(name);
    this.#touched.delete(file);
    this.#removed.add(file.id);
    this.#free([...file.dirty.values()]);
  }

  rename(from: string, to: string): void {
    this.#writable();
    const file = this.#file(from);
    if (from === to) return;
    if (this.#files.has(to)) this.remove(to);
    this.#files.delete(from);
    this.#files.set(to, file);
    file.rename(to);
    this.#touch(file);
  }

  commit(note: FrameNote = {}): number {
    if (!this.dirty) return this.#lastFrame;
    this.#writable();
    const own = this.#own!;
    // A commit counts only when what was spilled for it has reached the disk before it.
    if (this.#spills.length > 0) this.#guarded(() => own.flush());
    const { table, blocksAt } = this.#append('commit', note);
    for (const spill of this.#spills) this.#index.apply(spill.table, this.#segments.length, spill.blocksAt, true);
    this.#index.apply(table, this.#segments.length, blocksAt, true);
    for (const file of this.#touched) this.#free([...file.dirty.values()]);
    this.#safe = { end: own.end, chain: own.chain };
    own.lastFrame = ++this.#lastFrame;
    for (const { id, name } of this.#touched) this.#files.set(name, new StoreFile(id, name, this.#index.byId.get(id)!));
    this.#forget();
    return this.#lastFrame;
  }

  rollback(): void {
    if (!this.dirty) return;
    const own = this.#own!;
    for (const file of this.#touched) this.#free([...file.dirty.values()]);
    this.#forget();
    this.#view();
    if (own.end === this.#safe.end || this.#broken) return;
    this.#guarded(() => {
      // A segment that another opening has cut already must not become shorter.
      this.#fence!.check();
      own.truncate(this.#safe.end, this.#safe.chain);
    });
  }

  stored(): { bytes: number; files: number } {
    if (this.where === 'memory') return { bytes: 0, files: 0 };
    const base = this.#base?.stored ? this.#base.ref.size : 0;
    return {
      bytes: this.#segments.reduce((sum, segment) => sum + segment.fileSize(), base),
      files: this.#segments.length + (this.#base?.stored ? 1 : 0) + 1
    };
  }

  /** From now on the base is read here; it must have the same bytes. */
  moveBase(bytes: Base): void {
    this.#base?.bytes.close();
    this.#base = this.#base && { ref: this.#base.ref, bytes, stored: true };
  }

  /** What runs beside the store until it is closed. */
  attach(saving: Saving): void {
    this.#saving = saving;
  }

  get settled(): Promise<void> {
    return this.#saving?.settled ?? Promise.resolve();
  }

  saveState(): SaveProgress {
    const size = this.#base?.ref.size ?? 0;
    return this.#saving?.state() ?? { saved: this.where === 'opfs', done: size, total: size };
  }

  close(): void {
    this.#saving?.stop();
    this.#broken ??= new StorageError('This store is closed.');
    for (const segment of this.#segments) segment.close();
    this.#base?.bytes.close();
    this.#fence?.close();
  }

  #file(name: string): StoreFile {
    const file = this.#files.get(name);
    if (!file) throw new StorageError(`There is no file ${name} in this database.`, false, 'missing');
    return file;
  }

  #writable(): void {
    if (!this.#own) throw new StorageError('This database is open for reading only.', false, 'read-only');
    if (this.#broken) throw this.#broken;
  }

  #touch(file: StoreFile): void {
    file.clean = false;
    this.#touched.add(file);
  }

  #inSegments(file: StoreFile, block: number): boolean {
    if (file.dirty.has(block) || file.spilled.has(block)) return true;
    return block < file.cutBlock && (file.committed?.place(block) ?? 0) > 0;
  }

  #readBlock(file: StoreFile, block: number, offset: number, into: Uint8Array): void {
    if (!file.clean) {
      const dirty = file.dirty.get(block);
      if (dirty) return into.set(dirty.subarray(offset, offset + into.length));
      const spilled = file.spilled.get(block);
      if (spilled !== undefined) return this.#segments[segmentOf(spilled) - 1]!.read(byteOf(spilled) + offset, into);
    }
    const place = block < file.cutBlock ? (file.committed?.place(block) ?? 0) : 0;
    if (place === 0) return this.#readBase(file, block * this.#blockSize + offset, into);
    const segment = this.#segments[segmentOf(place) - 1]!;
    const check = file.committed!.unproven(block);
    if (check !== undefined) {
      segment.read(byteOf(place), this.#block);
      if (xxHash32(this.#block) !== check) {
        throw damaged(`Block ${block} of ${file.name} (in ${segment.name}) is not what was written.`);
      }
      file.committed!.proven(block);
    }
    segment.read(byteOf(place) + offset, into);
  }

  /** From the base as far as it goes, then zeros. */
  #readBase(file: StoreFile, at: number, into: Uint8Array): void {
    const count = Math.max(0, Math.min(into.length, file.baseSize - at));
    if (count > 0) {
      const { ref, bytes } = this.#base!;
      const got = bytes.read(ref.files[file.id - 1]!.at + at, count === into.length ? into : into.subarray(0, count));
      if (got < count) throw damaged('The base of this project ends too soon.');
    }
    if (count < into.length) into.fill(0, count);
  }

  #dirtyBlock(file: StoreFile, block: number, keep: boolean): Uint8Array {
    let bytes = file.dirty.get(block);
    if (bytes) return bytes;
    bytes = this.#spare.pop() ?? new Uint8Array(this.#blockSize);
    if (keep) this.#readBlock(file, block, 0, bytes);
    file.dirty.set(block, bytes);
    this.#dirtyBlocks++;
    return bytes;
  }

  #free(blocks: Uint8Array[]): void {
    this.#dirtyBlocks -= blocks.length;
    for (const block of blocks) if (this.#spare.length < SPARE_BLOCKS) this.#spare.push(block);
  }

  #spill(): void {
    const own = this.#own!;
    const { table, blocksAt } = this.#append('spill', {});
    this.#spills.push({ table, blocksAt });
    const ordinal = this.#segments.length;
    let at = blocksAt;
    const places = new Map<number, Map<number, number>>();
    for (const run of table.runs) {
      const ofFile = places.get(run.file) ?? new Map<number, number>();
      places.set(run.file, ofFile);
      for (let n = 0; n < run.checks.length; n++, at += this.#blockSize) ofFile.set(run.first + n, placeOf(ordinal, at));
    }
    for (const file of this.#touched) this.#free(file.spill(places.get(file.id) ?? new Map()));
    if (at !== own.end) throw new StorageError('A spilled frame has another length than it should.');
    this.#removed.clear();
  }

  /** Appends all that is not yet in the segment as one frame; a commit is flushed. */
  #append(kind: 'commit' | 'spill', note: FrameNote): { table: FrameTable; blocksAt: number } {
    const own = this.#own!;
    const touched = [...this.#touched].sort((a, b) => a.id - b.id);
    const blocks: FrameToWrite['blocks'] = [];
    for (const file of touched) {
      for (const block of [...file.dirty.keys()].sort((a, b) => a - b)) {
        blocks.push({ file: file.id, block, bytes: file.dirty.get(block)! });
      }
    }
    const frame = encodeFrame({
      kind,
      number: this.#lastFrame + 1,
      time: Date.now(),
      before: own.chain,
      salt: own.headCheck,
      note,
      files: [
        ...[...this.#removed].map((id) => ({ id, removed: true, size: 0 })),
        ...touched.map((file) => file.change())
      ],
      blocks
    });
    const begin = own.end;
    this.#guarded(() => {
      this.#fence!.check();
      own.append(frame.bytes, kind === 'commit', () => this.#fence!.holds());
    });
    own.chain = frame.check;
    return { table: frame.table, blocksAt: begin + frame.blocksAt };
  }

  /** Runs what may fail; where the segment cannot be trusted afterwards nothing may be written any more. */
  #guarded(step: () => void): void {
    try {
      step();
    } catch (e) {
      const error = e instanceof StorageError ? e : new StorageError(e instanceof Error ? e.message : String(e));
      if (!error.full) this.#broken = error;
      throw error;
    }
  }

  /** Ends the transaction. */
  #forget(): void {
    this.#touched.clear();
    this.#removed.clear();
    this.#spills = [];
    this.#dirtyBlocks = 0;
  }

  /** The files as they are committed. */
  #view(): void {
    this.#files = new Map();
    for (const file of this.#index.byId.values()) this.#files.set(file.name, new StoreFile(file.id, file.name, file));
    this.#nextId = this.#index.nextId;
  }
}
