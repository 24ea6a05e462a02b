/** What a folder holds of a project: the newest whole head, the segments that it names, and what they say. */
import { openBaseFile } from './baseFile';
import { BlockIndex } from './blockIndex';
import type { OpenBase } from './blockReader';
import type { Folder } from './folder';
import type { Homes } from './homes';
import type { FrameTable } from './frame';
import { Segment, tableOf } from './segment';
import { damaged, segmentNumber, type BaseFile, type BaseRef, type ParentRef } from './segmentHead';
import { StorageError } from './storeTypes';

export interface Chain {
  /** Oldest first; ordinals count from 1. What has no frame is left out. */
  segments: Segment[];
  index: BlockIndex;
  base: BaseRef | null;
  /** The base, when it lies whole in storage. */
  opened: OpenBase | null;
  lastFrame: number;
  /** Frames that had to be replayed to get the index. */
  replayed: number;
}

/** Highest number among segments, whole or not; 0 without any. */
export const highestNumber = (names: string[]): number => Math.max(0, ...names.map((name) => segmentNumber(name) ?? 0));

/**
 * Opens the newest chain; null when the folder has none. Nothing is written.
 * @param standing number of an opening whose segment must be there; 0 when unknown
 * @param until replay no commit after this one
 */
export async function openChain(homes: Homes, project: string, standing = 0, until = Infinity): Promise<Chain | null> {
  const folder = homes.own;
  const names = (await folder.list()).filter((name) => segmentNumber(name) !== null);
  names.sort((a, b) => segmentNumber(b)! - segmentNumber(a)! || (a < b ? 1 : -1));
  const opened: Segment[] = [];
  let base: OpenBase | null = null;
  try {
    for (const name of names) {
      const newest = await openSegment(folder, name);
      if (!newest) continue;
      opened.push(newest);
      if (newest.head.project !== project) throw damaged('The newest segment of this project belongs to another one.');
      if (newest.head.number < standing) break;
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
    if (standing > 0) throw damaged('The newest segment of this project is missing from storage.');
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
    const { units, walked } = unitsOf(segment);
    if (parent) {
      const last = units.at(-1);
      const end = last?.end ?? segment.headBytes;
      if (end !== parent.length || segment.chain !== parent.chain || segment.lastFrame !== parent.frame) {
        throw damaged(`A segment of this project (${segment.name}) is damaged before its end.`);
      }
    } else {
      cutTail(segment, units, walked);
    }
    for (const unit of units) {
      if (unit.number > until) break;
      for (const { table, blocksAt } of unit.tables) index.apply(table, i + 1, blocksAt, false);
      if (unit.tables.length > 0) replayed++;
    }
    lastFrame = segment.lastFrame;
  }
  if (until !== Infinity && (until < first || until > lastFrame)) throw noSuchCommit(until);
  const last = Math.min(lastFrame, until);
  if (newest.end > newest.headBytes) return { segments: all, index, lastFrame: last, replayed };
  // An opening that committed nothing is not worth a parent.
  newest.close();
  return { segments: parents, index, lastFrame: last, replayed };
}

export function freshIndex(blockSize: number, files: BaseFile[]): BlockIndex {
  const index = new BlockIndex(blockSize);
  for (const { id, name, size } of files) index.addBaseFile(id, name, size);
  return index;
}

const noSuchCommit = (number: number): StorageError =>
  new StorageError(`There is no commit ${number} in this project.`, false, 'missing');

/** The newest index that a segment begins with, and which segment that is. */
function newestSnapshot(all: Segment[]): { index: BlockIndex; at: number } | null {
  for (let at = all.length - 1; at >= 0; at--) {
    const segment = all[at]!;
    const first = segment.snapshot();
    if (!first) continue;
    const ordinals = segment.head.parents.map((parent) => all.findIndex((s) => s.name === parent.name && s.headCheck === parent.headCheck) + 1);
    if (ordinals.includes(0)) continue;
    return { index: BlockIndex.decode(first.table, first.head.version, segment.head.blockSize, (then) => ordinals[then - 1]!), at };
  }
  return null;
}

/**
 * The commits of a segment, its snapshot as one without tables, and where its frames end. `chain` and `lastFrame`
 * of the segment move behind the last commit.
 */
function unitsOf(segment: Segment): { units: Unit[]; walked: number } {
  const units: Unit[] = [];
  let tables: Unit['tables'] = [];
  let walked = segment.headBytes;
  for (const found of segment.frames()) {
    const { kind, number, check } = found.head;
    walked = found.end;
    if (kind !== 'snapshot') tables.push({ table: tableOf(found), blocksAt: found.blocksAt });
    if (kind === 'spill') continue;
    units.push({ tables, end: found.end, chain: check, number });
    tables = [];
  }
  moveBehind(segment, units.at(-1));
  return { units, walked };
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
  if (end < size && segment.hasCommitBehind(walked, segment.lastFrame)) {
    throw damaged('A commit in the midst of this project is damaged, with others behind it.');
  }
  segment.end = end;
}
