import { messageOf } from '../wire/errors';
import { fetchFrom } from './base';
import type { SyncFile } from './folder';
import {
  FRAME_HEAD,
  decodeHead,
  decodeNote,
  decodeTable,
  findFrame,
  peekFrame,
  type BlockRun,
  type FrameHead,
  type FrameTable
} from './frame';
import { decodeMarks } from './marks';
import { ReadAhead } from './readAhead';
import { decodeSegmentHead, encodeSegmentHead, headChecks, type ParentRef, type SegmentHead } from './segmentHead';
import { damaged } from './storageErrors';
import { StorageError, type FrameInfo } from './storeTypes';
import { xxHash32 } from './xxHash32';

const KB = 1024;
const READ_SIZES = { chunk: 64 * KB, most: KB * KB, kept: 2 * KB * KB };
/** How much is looked through at once for a frame that stands behind a broken one. */
const SEARCH = 1 << 20;

export interface FoundFrame {
  head: FrameHead;
  table: Uint8Array;
  at: number;
  blocksAt: number;
  /** Where the next one would begin. */
  end: number;
}

/** An open segment: its head, and frames up to `end`. */
export class Segment {
  readonly name: string;
  readonly head: SegmentHead;
  readonly headBytes: number;
  readonly headCheck: number;
  /** Where it lies, when not in the project's own home. */
  home: string | undefined;
  /** Up to here the bytes count. */
  end: number;
  /** Checksum that the next frame is chained to. */
  chain: number;
  /** Number of the last commit in it, or before it. */
  lastFrame: number;
  readonly #file: SyncFile;
  readonly #ahead: ReadAhead;

  private constructor(name: string, file: SyncFile, head: SegmentHead, headBytes: number, headCheck: number, end: number) {
    this.name = name;
    this.#file = file;
    this.head = head;
    this.headBytes = headBytes;
    this.headCheck = headCheck;
    this.chain = headCheck;
    this.lastFrame = head.frame;
    this.end = end;
    this.#ahead = new ReadAhead(fetchFrom(file, 0, () => this.end), READ_SIZES);
  }

  /** Writes the head of a new one into an empty file; not flushed yet. */
  static create(name: string, file: SyncFile, head: SegmentHead): Segment {
    const { bytes, check } = encodeSegmentHead(head);
    file.truncate(0);
    file.write(bytes, 0);
    return new Segment(name, file, head, bytes.length, check, bytes.length);
  }

  /**
   * An existing one, `end` being all that the file has; null when its head was never whole (an opening that
   * was cut short). Throws a StorageError where frames stand behind a broken head.
   */
  static open(name: string, file: SyncFile): Segment | null {
    const size = file.size();
    const found = decodeSegmentHead((at, into) => file.read(into, at), size);
    if (found) return new Segment(name, file, found.head, found.bytes, found.check, size);
    const salts = headChecks((at, into) => file.read(into, at), size);
    if (commitBehind(file, 0, size, 0, salts)) throw damaged(`The head of a segment of this project (${name}) is damaged.`);
    return null;
  }

  /** Frames from the head on, as far as they are whole (their blocks unseen) and chained. */
  *frames(): Generator<FoundFrame> {
    let at = this.headBytes;
    let chain = this.headCheck;
    let last = this.head.frame;
    for (;;) {
      const found = this.#frameAt(at);
      if (!found || found.head.before !== chain) return;
      const { kind, number } = found.head;
      if (number !== (kind === 'snapshot' || kind === 'marks' ? last : last + 1)) return;
      chain = found.head.check;
      if (kind === 'commit') last = number;
      yield found;
      at = found.end;
    }
  }

  /** The snapshot that the segment begins with, if it does. */
  snapshot(): FoundFrame | null {
    const first = this.#frameAt(this.headBytes);
    return first?.head.kind === 'snapshot' && first.head.before === this.headCheck ? first : null;
  }

  #frameAt(at: number): FoundFrame | null {
    const head = new Uint8Array(FRAME_HEAD);
    if (at + FRAME_HEAD > this.end) return null;
    this.#ahead.read(at, head);
    const lengths = peekFrame(head);
    const blocksAt = at + FRAME_HEAD + (lengths?.tableBytes ?? 0);
    if (!lengths || blocksAt + lengths.blockBytes > this.end) return null;
    const table = new Uint8Array(lengths.tableBytes);
    this.#ahead.read(at + FRAME_HEAD, table);
    const decoded = decodeHead(head, table, this.headCheck);
    return decoded && { head: decoded, table, at, blocksAt, end: blocksAt + lengths.blockBytes };
  }

  /**
   * True where a whole commit numbered above `after` stands between `from`, where `frames` ended, and `to`: then that was
   * no torn tail.
   */
  hasCommitBehind(from: number, to: number, after: number): boolean {
    return commitBehind(this.#file, from, to, after, [this.headCheck]);
  }

  /** True when all blocks of a frame are what its table says. */
  proves(runs: BlockRun[], blocksAt: number): boolean {
    const block = new Uint8Array(this.head.blockSize);
    let at = blocksAt;
    for (const run of runs) {
      for (const check of run.checks) {
        if (this.#ahead.read(at, block) < block.length || xxHash32(block) !== check) return false;
        at += block.length;
      }
    }
    return true;
  }

  read(at: number, into: Uint8Array): void {
    if (this.#ahead.read(at, into) < into.length) throw damaged(`A segment of this project (${this.name}) ends too soon.`);
  }

  /** Copies the first `length` bytes into an empty file. */
  copyTo(file: SyncFile, length: number): void {
    const piece = new Uint8Array(Math.min(SEARCH, length));
    for (let at = 0; at < length; at += piece.length) {
      const some = piece.subarray(0, Math.min(piece.length, length - at));
      this.#file.read(some, at);
      file.write(some, at);
    }
    file.flush();
  }

  /** Appends; what fails in the midst is truncated away. Throws a StorageError. */
  append(bytes: Uint8Array, flush: boolean, mayTruncate: () => boolean): void {
    try {
      this.#file.write(bytes, this.end);
      if (flush) this.#file.flush();
    } catch (e) {
      if (mayTruncate()) this.#file.truncate(this.end);
      throw e instanceof StorageError ? e : new StorageError(messageOf(e));
    }
    const from = this.end;
    this.end += bytes.length;
    this.#ahead.forget(from);
  }

  /** Takes back what was appended after `end`. */
  truncate(end: number, chain: number): void {
    this.#file.truncate(end);
    this.end = end;
    this.chain = chain;
    this.#ahead.forget(end);
  }

  flush(): void {
    this.#file.flush();
  }

  /** This segment as a child names it. */
  reference(): ParentRef {
    const { name, home, end: length, headCheck, chain, lastFrame: frame } = this;
    return { name, ...(home === undefined ? {} : { home }), length, headCheck, chain, frame };
  }

  /** Bytes of the file, whatever lies behind `end` included. */
  fileSize(): number {
    return this.#file.size();
  }

  close(): void {
    this.#file.close();
  }
}

/** Table of a frame that was found. */
export const tableOf = (found: FoundFrame): FrameTable => decodeTable(found.table, found.head.version);

/** The commits of a segment. What is spilled for one that is still open does not show. */
export function commitsOf(segment: Segment): FrameInfo[] {
  const commits: FrameInfo[] = [];
  let bytes = 0;
  for (const { head, table, at, end } of segment.frames()) {
    if (head.kind === 'marks') {
      const { told } = decodeMarks(table);
      const last = commits.at(-1);
      if (told && last?.number === told[0]) last.rows = told[1];
    }
    if (head.kind === 'snapshot' || head.kind === 'marks') continue;
    bytes += end - at;
    if (head.kind === 'spill') continue;
    const { before, ...note } = decodeNote(table);
    const last = commits.at(-1);
    if (last && before) Object.assign(last, before);
    commits.push({ ...note, number: head.number, time: head.time, bytes });
    bytes = 0;
  }
  return commits;
}

/** Looks for a whole head and table of a commit numbered above `after`. */
function commitBehind(file: SyncFile, from: number, size: number, after: number, salts: number[]): boolean {
  for (let at = from; at < size; at += SEARCH) {
    // Each piece reaches a little into the next, so that no head is missed on the edge.
    const piece = new Uint8Array(Math.min(SEARCH + FRAME_HEAD, size - at));
    file.read(piece, at);
    for (let hit = findFrame(piece, 0); hit >= 0 && hit < SEARCH; hit = findFrame(piece, hit + 1)) {
      const head = piece.subarray(hit, hit + FRAME_HEAD);
      const lengths = peekFrame(head);
      if (!lengths || at + hit + FRAME_HEAD + lengths.tableBytes > size) continue;
      const table = new Uint8Array(lengths.tableBytes);
      file.read(table, at + hit + FRAME_HEAD);
      for (const salt of salts) {
        const found = decodeHead(head, table, salt);
        if (found?.kind !== 'commit' || found.number <= after) continue;
        // The very first may be the torn tail itself, its head whole and its blocks cut.
        const end = at + hit + FRAME_HEAD + lengths.tableBytes + lengths.blockBytes;
        if (at + hit > from || end <= size) return true;
      }
    }
  }
  return false;
}
