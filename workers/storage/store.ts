import type { BlockIndex } from './blockIndex';
import { BlockReader, type OpenBase } from './blockReader';
import type { Fence } from './fence';
import { encodeFrame } from './frame';
import { commitsOf, type Segment } from './segment';
import { RecentBlocks } from './recentBlocks';
import { StoreFile } from './storeFile';
import { StorageError, type Base, type FrameInfo, type FrameNote, type OpenedStore, type SaveProgress } from './storeTypes';
import { Transaction, type Spill } from './transaction';

/** A transaction with more than this in memory puts it into the segment ahead of its commit. */
const SPILL_BYTES = 8 << 20;

/** What `openStore` has found and made. */
export interface StoreParts {
  where: 'opfs' | 'memory';
  index: BlockIndex;
  /** In order of their ordinals (the first is 1); the last is this opening's own, unless it only reads. */
  segments: Segment[];
  lastFrame: number;
  /** Null for an opening that only reads. */
  fence: Fence | null;
  base: OpenBase | null;
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
  readonly #reader: BlockReader;
  readonly #transaction: Transaction;
  readonly #blockSize: number;
  readonly #spillBytes: number;
  #saving: Saving | null = null;
  #lastFrame: number;
  #files = new Map<string, StoreFile>();
  #nextId = 1;
  /** Where the last commit ends in the own segment. */
  #safe: { end: number; chain: number };
  /** Why nothing may be written any more. */
  #broken: StorageError | null = null;

  constructor(parts: StoreParts) {
    const { blockSize } = parts.index;
    this.where = parts.where;
    this.#index = parts.index;
    this.#segments = parts.segments;
    this.#fence = parts.fence;
    this.#own = parts.fence ? parts.segments.at(-1)! : null;
    const recent = new RecentBlocks(blockSize);
    this.#reader = new BlockReader(parts.segments, parts.base, blockSize, recent);
    this.#transaction = new Transaction(blockSize, recent);
    this.#lastFrame = parts.lastFrame;
    this.#blockSize = blockSize;
    this.#spillBytes = parts.spillBytes ?? SPILL_BYTES;
    this.#safe = { end: this.#own?.end ?? 0, chain: this.#own?.chain ?? 0 };
    this.#view();
  }

  get lastFrame(): number {
    return this.#lastFrame;
  }

  get dirty(): boolean {
    return this.#transaction.dirty;
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
    return this.#reader.read(this.#file(name), at, into);
  }

  create(name: string): void {
    this.#writable();
    if (!this.#files.has(name)) this.#make(name);
  }

  write(name: string, at: number, bytes: Uint8Array): void {
    this.#writable();
    const file = this.#files.get(name) ?? this.#make(name);
    const size = this.#blockSize;
    this.#transaction.touch(file);
    for (let done = 0; done < bytes.length; ) {
      const block = Math.floor((at + done) / size);
      const offset = at + done - block * size;
      const some = Math.min(bytes.length - done, size - offset);
      this.#dirtyBlock(file, block, some < size).set(bytes.subarray(done, done + some), offset);
      done += some;
      file.size = Math.max(file.size, at + done);
      if (this.#transaction.bytes >= this.#spillBytes) {
        this.#transaction.spilled(this.#append('spill', {}), this.#segments.length);
      }
    }
  }

  truncate(name: string, size: number): void {
    this.#writable();
    const file = this.#file(name);
    if (size === file.size) return;
    this.#transaction.touch(file);
    if (size < file.size) {
      const block = Math.floor(size / this.#blockSize);
      const offset = size - block * this.#blockSize;
      // What is cut off inside a block must read as zeros, should the file grow again.
      if (offset > 0 && file.isWritten(block)) this.#dirtyBlock(file, block, true).fill(0, offset);
      this.#transaction.free(file.cut(size, this.#blockSize));
    }
    file.size = size;
  }

  remove(name: string): void {
    this.#writable();
    this.#transaction.remove(this.#file(name));
    this.#files.delete(name);
  }

  rename(from: string, to: string): void {
    this.#writable();
    const file = this.#file(from);
    if (from === to) return;
    if (this.#files.has(to)) this.remove(to);
    this.#files.delete(from);
    this.#files.set(to, file);
    file.rename(to);
    this.#transaction.touch(file);
  }

  commit(note: FrameNote = {}): number {
    if (!this.dirty) return this.#lastFrame;
    this.#writable();
    const own = this.#own!;
    const { spills, touched } = this.#transaction;
    // A commit counts only when what was spilled for it has reached the disk before it.
    if (spills.length > 0) this.#guarded(() => own.flush());
    const last = this.#append('commit', note);
    for (const { table, blocksAt } of [...spills, last]) this.#index.apply(table, this.#segments.length, blocksAt, true);
    this.#safe = { end: own.end, chain: own.chain };
    own.lastFrame = ++this.#lastFrame;
    for (const { id, name } of touched) this.#files.set(name, new StoreFile(id, name, this.#index.byId.get(id)!));
    this.#transaction.committed(this.#index);
    return this.#lastFrame;
  }

  rollback(): void {
    if (!this.dirty) return;
    const own = this.#own!;
    this.#transaction.end();
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
    const { base } = this.#reader;
    return {
      bytes: this.#segments.reduce((sum, segment) => sum + segment.fileSize(), base?.stored ? base.ref.size : 0),
      files: this.#segments.length + (base?.stored ? 1 : 0) + 1
    };
  }

  frames(): FrameInfo[] {
    return this.#segments.flatMap(commitsOf).filter((frame) => frame.number <= this.#lastFrame);
  }

  /** From now on the base is read here; it must have the same bytes. */
  moveBase(bytes: Base): void {
    const { base } = this.#reader;
    base?.bytes.close();
    this.#reader.base = base && { ...base, bytes, stored: true };
  }

  /** What runs beside the store until it is closed. */
  attach(saving: Saving): void {
    this.#saving = saving;
  }

  get settled(): Promise<void> {
    return this.#saving?.settled ?? Promise.resolve();
  }

  saveState(): SaveProgress {
    const size = this.#reader.base?.ref.size ?? 0;
    return this.#saving?.state() ?? { saved: this.where === 'opfs', done: size, total: size };
  }

  close(): void {
    this.#saving?.stop();
    this.#broken ??= new StorageError('This store is closed.');
    for (const segment of this.#segments) segment.close();
    this.#reader.base?.bytes.close();
    this.#fence?.close();
  }

  #make(name: string): StoreFile {
    const file = new StoreFile(this.#nextId++, name, null);
    this.#files.set(name, file);
    this.#transaction.touch(file);
    return file;
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

  /** A block of the open transaction, with what it held before when that is to be kept. */
  #dirtyBlock(file: StoreFile, block: number, keep: boolean): Uint8Array {
    const known = file.dirty.get(block);
    if (known) return known;
    if (!keep) return this.#transaction.add(file, block);
    const before = new Uint8Array(this.#blockSize);
    this.#reader.part(file, block, 0, before);
    const bytes = this.#transaction.add(file, block);
    bytes.set(before);
    return bytes;
  }

  /** Appends all that no frame holds yet; a commit is flushed. */
  #append(kind: 'commit' | 'spill', note: FrameNote): Spill {
    const own = this.#own!;
    const frame = encodeFrame({
      kind,
      number: this.#lastFrame + 1,
      time: Date.now(),
      before: own.chain,
      salt: own.headCheck,
      note,
      ...this.#transaction.contents(kind)
    });
    const begin = own.end;
    this.#guarded(() => {
      this.#fence!.check();
      own.append(frame.bytes, kind === 'commit', () => this.#fence!.holds());
    });
    own.chain = frame.check;
    return { table: frame.table, blocksAt: begin + frame.blocksAt };
  }

  /** Runs what may fail; but for a full disk, nothing may be written afterwards: the project must be opened again. */
  #guarded(step: () => void): void {
    try {
      step();
    } catch (e) {
      const error = e instanceof StorageError ? e : new StorageError(e instanceof Error ? e.message : String(e));
      if (!error.full) this.#broken = error;
      throw error;
    }
  }

  /** The files as they are committed. */
  #view(): void {
    this.#files = new Map();
    for (const file of this.#index.byId.values()) this.#files.set(file.name, new StoreFile(file.id, file.name, file));
    this.#nextId = this.#index.nextId;
  }
}
