/** What a folder holds of a project: the newest whole head, the segments that it names, and what they say. */
import { openBaseFile } from './baseFile';
import { BlockIndex } from './blockIndex';
import type { OpenBase } from './blockReader';
import type { Folder } from './folder';
import type { Homes } from './homes';
import type { FrameTable } from './frame';
import { NO_MARKS, decodeMarks, type Marks } from './marks';
import { Segment, tableOf } from './segment';
import { segmentNumber, type BaseFile, type BaseRef, type ParentRef } from './segmentHead';
import { damaged, noSuchCommit } from './storageErrors';
import { StorageError } from './storeTypes';

export interface Chain {
  /** Oldest first; ordinals count from 1. What has no frame is left out. */
  segments: Segment[];
  index: BlockIndex;
  base: BaseRef | null;
  /** The base, when it lies whole in storage. */
  opened: OpenBase | null;
  lastFrame: number;
  marks: Marks;
  /** Frames that had to be replayed to get the index. */
  replayed: number;
}

/** Highest number among segments, whole or not; 0 without any. */
export const highestNumber = (names: string[]): number =>
  Math.max(0, ...names.map((name) => segmentNumber(name)?.number ?? 0));

/** Orders names of segments, the newest first. */
export function byAge(a: string, b: string): number {
  const [left, right] = [segmentNumber(a)!, segmentNumber(b)!];
  return right.number - left.number || right.part - left.part || (a < b ? 1 : -1);
}

/**
 * Opens the newest chain; null when the folder has none. Nothing is written.
 * @param standing an opening whose segment must be there; zeros when unknown
 * @param until replay no commit after this one
 */
export async function openChain(
  homes: Homes,
  project: string,
  standing = { number: 0, part: 0 },
  until = Infinity
): Promise<Chain | null> {
  const folder = homes.own;
  const names = (await folder.list()).filter((name) => segmentNumber(name) !== null);
  names.sort(byAge);
  const opened: Segment[] = [];
  let base: OpenBase | null = null;
  try {
    for (const name of names) {
      const newest = await openSegment(folder, name);
      if (!newest) continue;
      opened.push(newest);
      if (newest.head.project !== project) throw damaged('The newest segment of this project belongs to another one.');
      const { number, part = 0 } = newest.head;
      if (number < standing.number || (number === standing.number && part < standing.part)) break;
      const parents: Segment[] = [];
      for (const parent of newest.head.parents) {
        const segment = await openParent(await homes.of(parent.home), parent);
        segment.home = parent.home;
        opened.push(segment);
        parents.push(segment);
      }
      const ref = newest.head.base;
      base = ref && (await storedBase(homes, ref));
      const chain = replay(newest, parents, until, base?.files ?? ref?.files ?? []);
      return { ...chain, base: ref, opened: base };
    }
    if (standing.number > 0) throw damaged('The newest segment of this project is missing from storage.');
    return null;
  } catch (e) {
    for (const segment of opened) segment.close();
    base?.bytes.close();
    throw e;
  }
}

/** The base that a head names; null when it is not whole, or still being written. */
async function storedBase(homes: Homes, ref: BaseRef): Promise<OpenBase | null> {
  try {
    const found = openBaseFile(await (await homes.of(ref.home)).open(ref.file, 'read'));
    if (!found) return null;
    const files = ref.files ?? found.files;
    if (files && found.head.size === ref.size && found.head.print === ref.print) {
      return { ref, files, bytes: found.base, stored: homes.root.where === 'opfs' };
    }
    found.base.close();
  } catch (e) {
    if (e instanceof StorageError && (e.reason === 'missing' || e.reason === 'busy')) return null;
    throw e;
  }
  throw new StorageError('The base of this project is that of another one. Nothing was changed.', false, 'damaged');
}

async function openSegment(folder: Folder, name: string): Promise<Segment | null> {
  const file = await folder.open(name, 'shared');
  try {
    const segment = Segment.open(name, file);
    if (!segment) file.close();
    return segment;
  } catch (e) {
    file.close();
    throw e;
  }
}

async function openParent(folder: Folder, parent: ParentRef): Promise<Segment> {
  const segment = await openSegment(folder, parent.name).catch((e: unknown) => {
    if (e instanceof StorageError && e.reason === 'missing') {
      throw damaged(`A segment of this project (${parent.name}) is missing from storage.`);
    }
    throw e;
  });
  if (segment && segment.headCheck === parent.headCheck && segment.end >= parent.length) {
    segment.end = parent.length;
    return segment;
  }
  segment?.close();
  throw damaged(`A segment of this project (${parent.name}) is not the one that was written.`);
}

/** A commit with all that was spilled for it. */
interface Unit {
  tables: { table: FrameTable; blocksAt: number }[];
  end: number;
  chain: number;
  number: number;
}

function replay(
  newest: Segment,
  parents: Segment[],
  until: number,
  files: BaseFile[]
): Omit<Chain, 'base' | 'opened'> {
  const all = [...parents, newest];
  const { blockSize, base } = newest.head;
  const start = until === Infinity ? newestSnapshot(all) : null;
  const index = start?.index ?? freshIndex(blockSize, files);
  let replayed = 0;
  let kept = newest.head.marks ?? NO_MARKS;
  const first = base?.frame ?? 0;
  let lastFrame = start ? all[start.at]!.head.frame : first;
  for (const [i, segment] of all.entries()) {
    const parent = newest.head.parents[i];
    if (start && i < start.at) {
      segment.chain = parent!.chain;
      segment.lastFrame = parent!.frame;
      continue;
    }
    if (segment.head.frame !== lastFrame || segment.head.blockSize !== blockSize) {
      throw damaged(`A segment of this project (${segment.name}) does not follow the one before it.`);
    }
    const { units, walked, marks } = unitsOf(segment);
    if (segment === newest && marks) kept = marks;
    if (parent) {
      const last = units.at(-1);
      const end = last?.end ?? segment.headBytes;
      if (end !== parent.length || segment.chain !== parent.chain || segment.lastFrame !== parent.frame) {
        throw damaged(`A segment of this project (${segment.name}) is damaged before its end.`);
      }
    } else {
      cutTail(segment, units, walked);
    }
    replayed += applyUnits(index, units, i + 1, until);
    lastFrame = segment.lastFrame;
  }
  if (until !== Infinity && (until < first || until > lastFrame)) throw noSuchCommit(until);
  const last = Math.min(lastFrame, until);
  if (newest.end > newest.headBytes) return { segments: all, index, lastFrame: last, replayed, marks: kept };
  // An opening that committed nothing is not worth a parent.
  newest.close();
  return { segments: parents, index, lastFrame: last, replayed, marks: kept };
}

function applyUnits(index: BlockIndex, units: Unit[], ordinal: number, until: number): number {
  let applied = 0;
  for (const unit of units) {
    if (unit.number > until) break;
    for (const { table, blocksAt } of unit.tables) index.apply(table, ordinal, blocksAt, false);
    if (unit.tables.length > 0) applied++;
  }
  return applied;
}

/**
 * The index as of a commit, from segments that are open and whole.
 * @param segments in order of their ordinals
 */
export function indexAt(segments: Segment[], files: BaseFile[], blockSize: number, until: number): BlockIndex {
  const index = freshIndex(blockSize, files);
  for (const [i, segment] of segments.entries()) {
    if (segment.head.frame >= until) break;
    applyUnits(index, readUnits(segment).units, i + 1, until);
  }
  return index;
}

/** Where commit `number` ends in a segment: a parent's length, last check and number. Undefined when it is not in it. */
export function endOf(segment: Segment, number: number): Pick<ParentRef, 'length' | 'chain' | 'frame'> | undefined {
  const unit = readUnits(segment).units.find((one) => one.number === number && one.tables.length > 0);
  return unit && { length: unit.end, chain: unit.chain, frame: unit.number };
}

export function freshIndex(blockSize: number, files: BaseFile[]): BlockIndex {
  const index = new BlockIndex(blockSize);
  for (const { id, name, size } of files) index.addBaseFile(id, name, size);
  return index;
}

/** The newest index that a segment begins with, and which segment that is. */
function newestSnapshot(all: Segment[]): { index: BlockIndex; at: number } | null {
  const newest = all.at(-1)!;
  for (let at = all.length - 1; at >= 0; at--) {
    const segment = all[at]!;
    const first = segment.snapshot();
    const { base } = segment.head;
    // A snapshot over another base counts that base's bytes in.
    if (!first || base?.file !== newest.head.base?.file || base?.frame !== newest.head.base?.frame) continue;
    const ordinals = segment.head.parents.map((parent) => all.findIndex((s) => s.name === parent.name && s.headCheck === parent.headCheck) + 1);
    if (ordinals.includes(0)) continue;
    return { index: BlockIndex.decode(first.table, first.head.version, segment.head.blockSize, (then) => ordinals[then - 1]!), at };
  }
  return null;
}

/**
 * The commits of a segment, its snapshot and marks as ones without tables, where its frames end, and the last
 * marks. `chain` and `lastFrame` of the segment move behind the last of them.
 */
function unitsOf(segment: Segment): { units: Unit[]; walked: number; marks: Marks | null } {
  const found = readUnits(segment);
  moveBehind(segment, found.units.at(-1));
  return found;
}

function readUnits(segment: Segment): { units: Unit[]; walked: number; marks: Marks | null } {
  const units: Unit[] = [];
  let tables: Unit['tables'] = [];
  let walked = segment.headBytes;
  let marks: Marks | null = null;
  for (const found of segment.frames()) {
    const { kind, number, check } = found.head;
    walked = found.end;
    if (kind === 'marks') marks = decodeMarks(found.table);
    if (kind === 'commit' || kind === 'spill') tables.push({ table: tableOf(found), blocksAt: found.blocksAt });
    if (kind === 'spill') continue;
    units.push({ tables, end: found.end, chain: check, number });
    tables = [];
  }
  return { units, walked, marks };
}

function moveBehind(segment: Segment, last: Unit | undefined): void {
  segment.chain = last?.chain ?? segment.headCheck;
  segment.lastFrame = last?.number ?? segment.head.frame;
}

/**
 * Cuts the newest segment behind its last whole commit. Throws where what is broken has whole commits behind
 * it: that is no torn tail.
 */
function cutTail(segment: Segment, units: Unit[], walked: number): void {
  const size = segment.end;
  const last = units.at(-1);
  const frame = last?.tables.at(-1);
  if (last && frame && !segment.proves(frame.table.runs, frame.blocksAt)) {
    units.pop();
    moveBehind(segment, units.at(-1));
  }
  const end = units.at(-1)?.end ?? segment.headBytes;
  // Not what has come since it was opened: a worker that dies ends its last write meanwhile, and nobody was told of that.
  if (end < size && segment.hasCommitBehind(walked, size, segment.lastFrame)) {
    throw damaged('A commit in the midst of this project is damaged, with others behind it.');
  }
  segment.end = end;
}
