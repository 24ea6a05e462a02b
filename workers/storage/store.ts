import { writePast } from './goBack';
import type { Bound } from './marks';
import { uncommitted } from './storageErrors';
import { boundOf, branchStore, framesOf, nameCommit, setBound, tellRows } from './storeCommits';
import { StoreFile } from './storeFile';
import { StoreState, type StoreParts } from './storeState';
import { StorageError, type Base, type FrameInfo, type FrameNote, type OpenedStore, type SaveProgress } from './storeTypes';
import { tidy } from './tidy';

/** A transaction with more than this in memory puts it into the segment ahead of its commit. */
const SPILL_BYTES = 8 << 20;

/** Runs beside a store and ends with it: the copy of a dropped file. */
export interface Saving {
  state(): SaveProgress;
  readonly settled: Promise<void>;
  stop(): void;
}

/** Named files as blocks over a base and segments. */
export class BlockStore implements OpenedStore {
  readonly where: 'opfs' | 'memory';
  readonly #state: StoreState;
  #saving: Saving | null = null;
  #tidying = false;

  constructor(parts: StoreParts) {
    this.where = parts.homes.root.where;
    this.#state = new StoreState(parts);
  }

  get lastFrame(): number {
    return this.#state.lastFrame;
  }

  get dirty(): boolean {
    return this.#state.dirty;
  }

  files(): { name: string; size: number }[] {
    return [...this.#state.files.values()].map(({ name, size }) => ({ name, size }));
  }

  has(name: string): boolean {
    return this.#state.files.has(name);
  }

  size(name: string): number {
    return this.#state.files.get(name)?.size ?? -1;
  }

  read(name: string, at: number, into: Uint8Array): number {
    return this.#state.reader.read(this.#state.file(name), at, into);
  }

  create(name: string): void {
    this.#state.writable();
    if (!this.#state.files.has(name)) this.#state.make(name);
  }

  write(name: string, at: number, bytes: Uint8Array): void {
    const state = this.#state;
    state.writable();
    const file = state.files.get(name) ?? state.make(name);
    const size = state.blockSize;
    state.transaction.touch(file);
    for (let done = 0; done < bytes.length; ) {
      const block = Math.floor((at + done) / size);
      const offset = at + done - block * size;
      const some = Math.min(bytes.length - done, size - offset);
      state.dirtyBlock(file, block, some < size).set(bytes.subarray(done, done + some), offset);
      done += some;
      file.size = Math.max(file.size, at + done);
      if (state.own && state.transaction.bytes >= (state.parts.tuning?.spillBytes ?? SPILL_BYTES)) {
        state.transaction.spilled(state.append('spill', {}), state.segments.length);
      }
    }
  }

  truncate(name: string, size: number): void {
    const state = this.#state;
    state.writable();
    const file = state.file(name);
    if (size === file.size) return;
    state.transaction.touch(file);
    if (size < file.size) {
      const block = Math.floor(size / state.blockSize);
      const offset = size - block * state.blockSize;
      // What is cut off inside a block must read as zeros, should the file grow again.
      if (offset > 0 && file.isWritten(block)) state.dirtyBlock(file, block, true).fill(0, offset);
      state.transaction.free(file.cut(size, state.blockSize));
    }
    file.size = size;
  }

  remove(name: string): void {
    const state = this.#state;
    state.writable();
    state.transaction.remove(state.file(name));
    state.files.delete(name);
  }

  rename(from: string, to: string): void {
    const state = this.#state;
    state.writable();
    const file = state.file(from);
    if (from === to) return;
    if (state.files.has(to)) this.remove(to);
    state.files.delete(from);
    state.files.set(to, file);
    file.rename(to);
    state.transaction.touch(file);
  }

  commit(note: FrameNote = {}): number {
    const state = this.#state;
    if (!this.dirty) return state.lastFrame;
    state.writable();
    if (!state.own) return state.lastFrame; // an overlay: it stays in memory
    const own = state.own;
    const { spills, touched } = state.transaction;
    // A commit counts only when what was spilled for it has reached the disk before it.
    if (spills.length > 0) state.guarded(() => own.flush());
    const begin = state.safe.end;
    const before = state.told && { before: state.told };
    const last = state.append('commit', { ...note, ...before });
    for (const { table, blocksAt } of [...spills, last]) state.index.apply(table, state.segments.length, blocksAt, true);
    state.safe = { end: own.end, chain: own.chain };
    own.lastFrame = ++state.lastFrame;
    const { before: _, ...noted } = last.table.note;
    state.commits?.push({ ...noted, number: state.lastFrame, time: last.time, bytes: own.end - begin });
    state.told = null;
    for (const { id, name } of touched) state.files.set(name, new StoreFile(id, name, state.index.byId.get(id)!));
    state.transaction.committed(state.index);
    return state.lastFrame;
  }

  rollback(): void {
    const state = this.#state;
    if (!this.dirty) return;
    const own = state.own;
    state.transaction.end();
    state.spillRoom = null;
    state.view();
    if (!own || own.end === state.safe.end || state.broken) return;
    state.guarded(() => {
      // A segment that another opening has cut already must not become shorter.
      state.parts.own!.fence.check();
      own.truncate(state.safe.end, state.safe.chain);
    });
  }

  stored(): { bytes: number; files: number } {
    if (this.where === 'memory') return { bytes: 0, files: 0 };
    const { base } = this.#state.reader;
    const segments = this.#state.segments.filter(({ home }) => !home);
    const ownBase = base?.stored && !base.ref.home ? base.ref : null;
    return {
      bytes: segments.reduce((sum, segment) => sum + segment.fileSize(), ownBase?.size ?? 0),
      files: segments.length + (ownBase ? 1 : 0) + 1
    };
  }

  get firstFrame(): number {
    return this.#state.firstFrame;
  }

  frames(): FrameInfo[] {
    return framesOf(this.#state);
  }

  tell(rows: number): void {
    tellRows(this.#state, rows);
  }

  name(number: number, text: string | null): void {
    nameCommit(this.#state, number, text);
  }

  get bound(): Bound {
    return boundOf(this.#state);
  }

  set bound(bound: Bound) {
    setBound(this.#state, bound);
  }

  goBack(number: number): number {
    const state = this.#state;
    state.writable();
    if (this.dirty) throw uncommitted();
    const past = state.past(number);
    try {
      writePast(this, state.index, past);
      if (!this.dirty) return state.lastFrame;
      return this.commit({ label: number === 0 ? 'Went back to the beginning' : `Went back to commit ${number}` });
    } catch (e) {
      this.rollback();
      throw e;
    }
  }

  async branch(projectId: string, opening: string, asOf = this.#state.lastFrame): Promise<void> {
    await this.settled;
    await branchStore(this.#state, projectId, opening, asOf);
  }

  async tidy(pause: () => Promise<boolean>): Promise<boolean> {
    if (this.#tidying) return false;
    this.#tidying = true;
    try {
      return await tidy(this.#state, pause);
    } finally {
      this.#tidying = false;
    }
  }

  /** From now on the base is read here; it must have the same bytes. */
  moveBase(bytes: Base): void {
    const { base } = this.#state.reader;
    base?.bytes.close();
    this.#state.reader.base = base && { ...base, bytes, stored: true };
  }

  /** What runs beside the store until it is closed. */
  attach(saving: Saving): void {
    this.#saving = saving;
  }

  get settled(): Promise<void> {
    return this.#saving?.settled ?? Promise.resolve();
  }

  saveState(): SaveProgress {
    const size = this.#state.reader.base?.ref.size ?? 0;
    return this.#saving?.state() ?? { saved: this.where === 'opfs', done: size, total: size };
  }

  close(): void {
    const state = this.#state;
    this.#saving?.stop();
    if (state.told && !state.broken && !this.dirty) this.#keepTold();
    state.broken ??= new StorageError('This store is closed.');
    for (const segment of state.segments) segment.close();
    state.reader.base?.bytes.close();
    state.parts.own?.fence.close();
  }

  /** Writes what was told of the last commit; what fails here was never promised. */
  #keepTold(): void {
    try {
      this.#state.mark({ ...this.#state.marks, told: [this.#state.lastFrame, this.#state.told!.rows] });
    } catch (e) {
      if (!(e instanceof StorageError)) throw e;
    }
  }
}
