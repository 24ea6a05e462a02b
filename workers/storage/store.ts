import type { BlockIndex } from './blockIndex';
import { BlockReader, type OpenBase } from './blockReader';
import { branchInto } from './branch';
import { indexAt } from './chain';
import type { Fence } from './fence';
import { foldableTo } from './foldable';
import { sizeOf, writeFoldedBase } from './foldedBase';
import { encodeFrame, encodeTableFrame } from './frame';
import { writePast } from './goBack';
import type { Homes } from './homes';
import { DEFAULT_BOUND, encodeMarks, withLabel, type Bound, type Marks } from './marks';
import { PastState } from './pastState';
import { RecentBlocks } from './recentBlocks';
import { Segment, commitsOf } from './segment';
import { segmentName } from './segmentHead';
import { needsFile, noRoomFor, noSuchCommit, uncommitted } from './storageErrors';
import { StoreFile } from './storeFile';
import { StorageError, type Base, type FrameInfo, type FrameNote, type OpenedStore, type SaveProgress } from './storeTypes';
import { sweep } from './sweep';
import { Transaction, type Spill } from './transaction';

/** A transaction with more than this in memory puts it into the segment ahead of its commit. */
const SPILL_BYTES = 8 << 20;
/** By so much may a spill be longer than the first of its transaction. */
const SPILL_ROOM = 64 << 10;
const ROLL_BYTES = 16 << 20;
const FOLD_BYTES = 4 << 20;
/** Longest name that a user gives to a commit. */
const NAME_LENGTH = 200;

/** What `openStore` has found and made. */
export interface StoreParts {
  index: BlockIndex;
  /** In order of their ordinals (the first is 1); the last is this opening's own, unless it only reads. */
  segments: Segment[];
  lastFrame: number;
  marks: Marks;
  homes: Homes;
  project: string;
  /** Null for an opening that only reads. */
  own: OwnOpening | null;
  base: OpenBase | null;
  /** With `own` null: what is written stays in memory. */
  overlay?: boolean;
  tuning?: Tuning;
}

/** What an opening that writes has of its own. */
export interface OwnOpening {
  fence: Fence;
  opening: string;
  number: number;
}

/** For tests: smaller limits, so that small stores reach them. */
export interface Tuning {
  spillBytes?: number;
  snapshotAfter?: number;
  longChain?: number;
  smallFile?: number;
  /** An opening's segment of this size is followed by a further one, so that it can be folded some day. */
  rollBytes?: number;
  /** Less than this is not worth folding. */
  foldBytes?: number;
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
  readonly #parts: StoreParts;
  readonly #recent: RecentBlocks;
  readonly #transaction: Transaction;
  readonly #blockSize: number;
  #index: BlockIndex;
  #segments: Segment[];
  #own: Segment | null;
  #reader: BlockReader;
  #saving: Saving | null = null;
  #lastFrame: number;
  #files = new Map<string, StoreFile>();
  #nextId = 1;
  /** Where the last commit ends in the own segment. */
  #safe: { end: number; chain: number };
  /** Why nothing may be written any more. */
  #broken: StorageError | null = null;
  #marks: Marks;
  /** What became known of the last commit after it was written. */
  /** What spills of the open transaction are written from, one after the other. */
  #spillRoom: Uint8Array | null = null;
  #told: { rows: number } | null = null;
  /** Known once asked for. */
  #commits: FrameInfo[] | null = null;
  #part = 0;
  #tidying = false;

  constructor(parts: StoreParts) {
    const { blockSize } = parts.index;
    this.where = parts.homes.root.where;
    this.#parts = parts;
    this.#index = parts.index;
    this.#segments = parts.segments;
    this.#own = parts.own ? parts.segments.at(-1)! : null;
    this.#recent = new RecentBlocks(blockSize);
    this.#reader = new BlockReader(parts.segments, parts.base, blockSize, this.#recent);
    this.#transaction = new Transaction(blockSize, this.#recent);
    this.#lastFrame = parts.lastFrame;
    this.#marks = parts.marks;
    this.#blockSize = blockSize;
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
      if (this.#own && this.#transaction.bytes >= (this.#parts.tuning?.spillBytes ?? SPILL_BYTES)) {
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
    if (!this.#own) return this.#lastFrame; // an overlay: it stays in memory
    const own = this.#own;
    const { spills, touched } = this.#transaction;
    // A commit counts only when what was spilled for it has reached the disk before it.
    if (spills.length > 0) this.#guarded(() => own.flush());
    const begin = this.#safe.end;
    const before = this.#told && { before: this.#told };
    const last = this.#append('commit', { ...note, ...before });
    for (const { table, blocksAt } of [...spills, last]) this.#index.apply(table, this.#segments.length, blocksAt, true);
    this.#safe = { end: own.end, chain: own.chain };
    own.lastFrame = ++this.#lastFrame;
    const { before: _, ...noted } = last.table.note;
    this.#commits?.push({ ...noted, number: this.#lastFrame, time: last.time, bytes: own.end - begin });
    this.#told = null;
    for (const { id, name } of touched) this.#files.set(name, new StoreFile(id, name, this.#index.byId.get(id)!));
    this.#transaction.committed(this.#index);
    return this.#lastFrame;
  }

  rollback(): void {
    if (!this.dirty) return;
    const own = this.#own;
    this.#transaction.end();
    this.#spillRoom = null;
    this.#view();
    if (!own || own.end === this.#safe.end || this.#broken) return;
    this.#guarded(() => {
      // A segment that another opening has cut already must not become shorter.
      this.#parts.own!.fence.check();
      own.truncate(this.#safe.end, this.#safe.chain);
    });
  }

  stored(): { bytes: number; files: number } {
    if (this.where === 'memory') return { bytes: 0, files: 0 };
    const { base } = this.#reader;
    const segments = this.#segments.filter(({ home }) => !home);
    const ownBase = base?.stored && !base.ref.home ? base.ref : null;
    return {
      bytes: segments.reduce((sum, segment) => sum + segment.fileSize(), ownBase?.size ?? 0),
      files: segments.length + (ownBase ? 1 : 0) + 1
    };
  }

  get firstFrame(): number {
    return this.#reader.base?.ref.frame ?? 0;
  }

  frames(): FrameInfo[] {
    this.#commits ??= this.#segments.flatMap(commitsOf).filter((frame) => frame.number <= this.#lastFrame);
    const names = new Map(this.#marks.labels);
    return this.#commits.map((commit) => {
      const name = names.get(commit.number);
      return name === undefined ? { ...commit } : { ...commit, name };
    });
  }

  tell(rows: number): void {
    if (!this.#own || this.#lastFrame === 0) return;
    this.#told = { rows };
    const last = this.#commits?.at(-1);
    if (last) last.rows = rows;
  }

  name(number: number, text: string | null): void {
    this.#writable();
    if (!this.frames().some((commit) => commit.number === number)) throw noSuchCommit(number);
    const short = text?.trim().slice(0, NAME_LENGTH) ?? '';
    this.#mark(withLabel(this.#marks, number, short === '' ? null : short));
  }

  get bound(): Bound {
    return this.#marks.bound ?? DEFAULT_BOUND;
  }

  set bound(bound: Bound) {
    this.#writable();
    const whole = (n: number, least: number): number => Math.max(least, Math.floor(Number.isFinite(n) ? n : 0));
    this.#mark({
      ...this.#marks,
      bound: { commits: whole(bound.commits, 1), days: whole(bound.days, 0), bytes: whole(bound.bytes, 0) }
    });
  }

  goBack(number: number): number {
    this.#writable();
    if (this.dirty) throw uncommitted();
    const past = this.#past(number);
    try {
      writePast(this, this.#index, past);
      if (!this.dirty) return this.#lastFrame;
      return this.commit({ label: number === 0 ? 'Went back to the beginning' : `Went back to commit ${number}` });
    } catch (e) {
      this.rollback();
      throw e;
    }
  }

  async branch(projectId: string, opening: string, asOf = this.#lastFrame): Promise<void> {
    await this.settled;
    const { base } = this.#reader;
    if (base && !base.stored && this.where === 'opfs') throw needsFile();
    const { homes, project } = this.#parts;
    const from = { homes, project, segments: this.#segments, base, blockSize: this.#blockSize };
    await branchInto({ ...from, lastFrame: this.#lastFrame, marks: this.#marks }, projectId, opening, asOf);
  }

  async tidy(pause: () => Promise<boolean>): Promise<boolean> {
    const base = this.#reader.base;
    if (!this.#own || this.#broken || this.#tidying || (base && !base.stored)) return false;
    this.#tidying = true;
    try {
      const count = this.#foldable();
      if (count > 0) return await this.#fold(count, pause);
      const { rollBytes = ROLL_BYTES } = this.#parts.tuning ?? {};
      if (this.#own.lastFrame > this.#own.head.frame && this.#own.end > rollBytes) await this.#goOn(base, 0);
      return false;
    } finally {
      this.#tidying = false;
    }
  }

  /** How many of the first segments should become a base: those with nothing that must be kept. */
  #foldable(): number {
    const labelled = this.#marks.labels.map(([number]) => number);
    const to = foldableTo(this.frames(), this.bound, labelled, Date.now());
    let count = 0;
    let bytes = 0;
    for (const segment of this.#segments.slice(0, -1)) {
      if (segment.lastFrame > to) break;
      bytes += segment.end;
      count++;
    }
    const { foldBytes = FOLD_BYTES } = this.#parts.tuning ?? {};
    return bytes > Math.max(foldBytes, (this.#reader.base?.ref.size ?? 0) / 4) ? count : 0;
  }

  async #fold(count: number, pause: () => Promise<boolean>): Promise<boolean> {
    const { homes, own } = this.#parts;
    const frame = this.#segments[count - 1]!.lastFrame;
    const past = this.#past(frame);
    const free = await homes.root.free();
    if (free !== null && free < sizeOf(past) * 1.1) return false;
    const name = segmentName(own!.number, own!.opening, this.#part + 1, 'base');
    const base = await writeFoldedBase(homes.own, name, past, frame, async () => (await pause()) && !this.#broken);
    if (!base) return false;
    const done = await this.#goOn(base, count);
    if (!done) {
      base.bytes.close();
      await homes.own.remove(name);
    }
    return done;
  }

  /**
   * Goes on in a further segment, over a base that holds the first `folded` segments; whatever they held for
   * nobody else is deleted. False where something is being written meanwhile: then nothing has changed.
   */
  async #goOn(base: OpenBase | null, folded: number): Promise<boolean> {
    const { homes, project, own: opening } = this.#parts;
    const { fence, number } = opening!;
    const part = this.#part + 1;
    const name = segmentName(number, opening!.opening, part);
    const file = await homes.own.open(name, 'shared', true);
    const before = this.#segments;
    const parents = before.slice(folded).filter((segment) => segment.lastFrame > segment.head.frame);
    let own: Segment;
    try {
      if (this.dirty || this.#broken) throw new StorageError('Something is being written.', false, 'busy');
      fence.check();
      own = Segment.create(name, file, {
        project,
        opening: opening!.opening,
        number,
        part,
        blockSize: this.#blockSize,
        base: base?.ref ?? null,
        parents: parents.map((segment) => segment.reference()),
        frame: this.#lastFrame,
        time: Date.now(),
        marks: this.#marks
      });
      own.flush();
    } catch (e) {
      file.close();
      await homes.own.remove(name);
      if (e instanceof StorageError && e.reason === 'busy') return false;
      throw e;
    }
    // Nothing waits from here on: no commit can come between the new head and its use.
    this.#guarded(() => fence.stand(part));
    this.#part = part;
    own.lastFrame = this.#lastFrame;
    this.#segments = [...parents, own];
    this.#own = own;
    this.#safe = { end: own.end, chain: own.chain };
    this.#index = indexAt(this.#segments, base?.files ?? [], this.#blockSize, Infinity);
    const old = this.#reader.base;
    this.#reader = new BlockReader(this.#segments, base, this.#blockSize, this.#recent);
    this.#commits = null;
    this.#view();
    for (const segment of before) if (!this.#segments.includes(segment)) segment.close();
    if (old !== base) old?.bytes.close();
    await sweep(homes, project, { number, fence, base: base?.ref ?? null, segments: this.#segments });
    return true;
  }

  /** What the store held after a commit. */
  #past(number: number): PastState {
    const first = this.firstFrame;
    if (!Number.isInteger(number) || number < first || number > this.#lastFrame) throw noSuchCommit(number);
    const { base } = this.#reader;
    const index = indexAt(this.#segments, base?.files ?? [], this.#blockSize, number);
    return new PastState(index, new BlockReader(this.#segments, base, this.#blockSize, this.#recent));
  }

  #mark(marks: Marks): void {
    // Between what is spilled and its commit nothing else can stand.
    if (this.#transaction.spills.length > 0) throw uncommitted();
    const own = this.#own!;
    const { fence } = this.#parts.own!;
    const frame = encodeTableFrame('marks', encodeMarks(marks), this.#lastFrame, own.chain, own.headCheck);
    this.#guarded(() => {
      fence.check();
      own.append(frame.bytes, true, () => fence.holds());
    }, frame.bytes.length);
    own.chain = frame.check;
    this.#safe = { end: own.end, chain: own.chain };
    this.#marks = marks;
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
    if (this.#told && !this.#broken && !this.dirty) this.#keepTold();
    this.#broken ??= new StorageError('This store is closed.');
    for (const segment of this.#segments) segment.close();
    this.#reader.base?.bytes.close();
    this.#parts.own?.fence.close();
  }

  /** Writes what was told of the last commit; what fails here was never promised. */
  #keepTold(): void {
    try {
      this.#mark({ ...this.#marks, told: [this.#lastFrame, this.#told!.rows] });
    } catch (e) {
      if (!(e instanceof StorageError)) throw e;
    }
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
    if (!this.#own && !this.#parts.overlay) {
      throw new StorageError('This database is open for reading only.', false, 'read-only');
    }
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
  #append(kind: 'commit' | 'spill', note: FrameNote): Spill & { time: number } {
    const own = this.#own!;
    const { fence } = this.#parts.own!;
    const time = Date.now();
    const whole = {
      kind,
      number: this.#lastFrame + 1,
      time,
      before: own.chain,
      salt: own.headCheck,
      note,
      ...this.#transaction.contents(kind)
    };
    const frame = encodeFrame(whole, this.#spillRoom ?? undefined);
    // The next spill is about as long; the room goes with the transaction.
    this.#spillRoom = kind === 'spill' ? (this.#spillRoom ?? new Uint8Array(frame.bytes.length + SPILL_ROOM)) : null;
    const begin = own.end;
    this.#guarded(() => {
      fence.check();
      own.append(frame.bytes, kind === 'commit', () => fence.holds());
    }, frame.bytes.length);
    own.chain = frame.check;
    return { table: frame.table, blocksAt: begin + frame.blocksAt, time };
  }

  /** Runs what may fail; but for a full disk, nothing may be written afterwards: the project must be opened again. */
  #guarded(step: () => void, needed?: number): void {
    try {
      step();
    } catch (e) {
      if (e instanceof StorageError && e.full && needed) throw noRoomFor(needed);
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
