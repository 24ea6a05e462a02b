import { messageOf } from '../wire/errors';
import type { BlockIndex } from './blockIndex';
import { BlockReader, type OpenBase } from './blockReader';
import { indexAt } from './chain';
import type { Fence } from './fence';
import { encodeFrame, encodeTableFrame } from './frame';
import type { Homes } from './homes';
import { encodeMarks, type Marks } from './marks';
import { PastState } from './pastState';
import { RecentBlocks } from './recentBlocks';
import type { Segment } from './segment';
import { noRoomFor, noSuchCommit, uncommitted } from './storageErrors';
import { StoreFile } from './storeFile';
import { StorageError, type FrameInfo, type FrameNote } from './storeTypes';
import { Transaction, type Spill } from './transaction';

/** By so much may a spill be longer than the first of its transaction. */
const SPILL_ROOM = 64 << 10;

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

/** What an open store knows, and the steps that all of its work is made of. */
export class StoreState {
  readonly parts: StoreParts;
  readonly recent: RecentBlocks;
  readonly transaction: Transaction;
  readonly blockSize: number;
  index: BlockIndex;
  segments: Segment[];
  /** This opening's own segment; null for one that only reads. */
  own: Segment | null;
  reader: BlockReader;
  lastFrame: number;
  /** As the open transaction sees them. */
  files = new Map<string, StoreFile>();
  #nextId = 1;
  /** Where the last commit ends in the own segment. */
  safe: { end: number; chain: number };
  /** Why nothing may be written any more. */
  broken: StorageError | null = null;
  marks: Marks;
  /** What spills of the open transaction are written from, one after the other. */
  spillRoom: Uint8Array | null = null;
  /** What became known of the last commit after it was written. */
  told: { rows: number } | null = null;
  /** Known once asked for. */
  commits: FrameInfo[] | null = null;
  /** Which further segment of this opening is its own. */
  part = 0;

  constructor(parts: StoreParts) {
    const { blockSize } = parts.index;
    this.parts = parts;
    this.index = parts.index;
    this.segments = parts.segments;
    this.own = parts.own ? parts.segments.at(-1)! : null;
    this.recent = new RecentBlocks(blockSize);
    this.reader = new BlockReader(parts.segments, parts.base, blockSize, this.recent);
    this.transaction = new Transaction(blockSize, this.recent);
    this.lastFrame = parts.lastFrame;
    this.marks = parts.marks;
    this.blockSize = blockSize;
    this.safe = { end: this.own?.end ?? 0, chain: this.own?.chain ?? 0 };
    this.view();
  }

  get dirty(): boolean {
    return this.transaction.dirty;
  }

  get firstFrame(): number {
    return this.reader.base?.ref.frame ?? 0;
  }

  /** What the store held after a commit. */
  past(number: number): PastState {
    const first = this.firstFrame;
    if (!Number.isInteger(number) || number < first || number > this.lastFrame) throw noSuchCommit(number);
    const { base } = this.reader;
    const index = indexAt(this.segments, base?.files ?? [], this.blockSize, number);
    return new PastState(index, new BlockReader(this.segments, base, this.blockSize, this.recent));
  }

  mark(marks: Marks): void {
    // Between what is spilled and its commit nothing else can stand.
    if (this.transaction.spills.length > 0) throw uncommitted();
    const own = this.own!;
    const { fence } = this.parts.own!;
    const frame = encodeTableFrame('marks', encodeMarks(marks), this.lastFrame, own.chain, own.headCheck);
    this.guarded(() => {
      fence.check();
      own.append(frame.bytes, true, () => fence.holds());
    }, frame.bytes.length);
    own.chain = frame.check;
    this.safe = { end: own.end, chain: own.chain };
    this.marks = marks;
  }

  make(name: string): StoreFile {
    const file = new StoreFile(this.#nextId++, name, null);
    this.files.set(name, file);
    this.transaction.touch(file);
    return file;
  }

  file(name: string): StoreFile {
    const file = this.files.get(name);
    if (!file) throw new StorageError(`There is no file ${name} in this database.`, false, 'missing');
    return file;
  }

  writable(): void {
    if (!this.own && !this.parts.overlay) {
      throw new StorageError('This database is open for reading only.', false, 'read-only');
    }
    if (this.broken) throw this.broken;
  }

  /** A block of the open transaction, with what it held before when that is to be kept. */
  dirtyBlock(file: StoreFile, block: number, keep: boolean): Uint8Array {
    const known = file.dirty.get(block);
    if (known) return known;
    if (!keep) return this.transaction.add(file, block);
    const before = new Uint8Array(this.blockSize);
    this.reader.part(file, block, 0, before);
    const bytes = this.transaction.add(file, block);
    bytes.set(before);
    return bytes;
  }

  /** Appends all that no frame holds yet; a commit is flushed. */
  append(kind: 'commit' | 'spill', note: FrameNote): Spill & { time: number } {
    const own = this.own!;
    const { fence } = this.parts.own!;
    const time = Date.now();
    const whole = {
      kind,
      number: this.lastFrame + 1,
      time,
      before: own.chain,
      salt: own.headCheck,
      note,
      ...this.transaction.contents(kind)
    };
    const frame = encodeFrame(whole, this.spillRoom ?? undefined);
    // The next spill is about as long; the room goes with the transaction.
    this.spillRoom = kind === 'spill' ? (this.spillRoom ?? new Uint8Array(frame.bytes.length + SPILL_ROOM)) : null;
    const begin = own.end;
    this.guarded(() => {
      fence.check();
      own.append(frame.bytes, kind === 'commit', () => fence.holds());
    }, frame.bytes.length);
    own.chain = frame.check;
    return { table: frame.table, blocksAt: begin + frame.blocksAt, time };
  }

  /** Runs what may fail; but for a full disk, nothing may be written afterwards: the project must be opened again. */
  guarded(step: () => void, needed?: number): void {
    try {
      step();
    } catch (e) {
      if (e instanceof StorageError && e.full && needed) throw noRoomFor(needed);
      const error = e instanceof StorageError ? e : new StorageError(messageOf(e));
      if (!error.full) this.broken = error;
      throw error;
    }
  }

  /** The files as they are committed. */
  view(): void {
    this.files = new Map();
    for (const file of this.index.byId.values()) this.files.set(file.name, new StoreFile(file.id, file.name, file));
    this.#nextId = this.index.nextId;
  }
}
