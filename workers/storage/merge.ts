import { byteOf, placeOf, segmentOf } from './blockIndex';
import type { Chain } from './chain';
import type { Folder } from './folder';
import { rechain } from './frame';
import { Segment } from './segment';
import { segmentName } from './segmentHead';
import { damaged } from './storageErrors';

/** A chain of more segments than this is merged where that is cheap, one of twice as many in any case. */
const LONG_CHAIN = 8;
/** Cheap: segments up to this many bytes, and so many bytes of them together. */
const SMALL = 4 << 20;
const TOGETHER = 16 << 20;
/** How much is copied at once. */
const PIECE = 4 << 20;

/**
 * Makes one segment of several small neighbours, their frames and numbers kept, when the chain is long.
 * The old ones stay where they are: until a head names the merged one nothing has changed.
 * @returns true when the index has moved, so that snapshots of before no longer fit
 */
export async function mergeChain(
  folder: Folder,
  chain: Chain,
  opening: { project: string; opening: string; number: number },
  longest = LONG_CHAIN
): Promise<boolean> {
  if (chain.segments.filter(({ home }) => !home).length <= longest) return false;
  let [first, count] = smallNeighbours(chain.segments);
  if (count < 2 && chain.segments.length > 2 * longest) [first, count] = smallestPair(chain.segments);
  if (count < 2) return false;
  const run = chain.segments.slice(first, first + count);
  // None that could be taken for the newest opening.
  const name = segmentName(opening.number, opening.opening, 0, 'merged');
  const merged = Segment.create(name, await folder.open(name, 'shared', true), {
    ...run[0]!.head,
    ...opening,
    parents: [],
    time: Date.now()
  });
  const shifts = run.map((segment) => copyFrames(segment, merged));
  merged.flush();
  chain.index.move((place) => {
    const i = segmentOf(place) - 1 - first;
    if (i < 0) return place;
    if (i < count) return placeOf(first + 1, byteOf(place) + shifts[i]!);
    return placeOf(segmentOf(place) - count + 1, byteOf(place));
  });
  chain.segments.splice(first, count, merged);
  for (const segment of run) segment.close();
  return true;
}

/**
 * The longest row of small segments: where it begins, and how many they are. One at its front that outweighs all
 * behind it is left out: what was merged once is not copied again for the sake of a few commits.
 */
function smallNeighbours(segments: Segment[]): [number, number] {
  let best: [number, number] = [0, 0];
  for (let first = 0; first < segments.length; first++) {
    let bytes = 0;
    let count = 0;
    for (const segment of segments.slice(first)) {
      bytes += segment.end;
      // Those of another home lie there anyway: a copy would only take room.
      if (segment.home || segment.end > SMALL || bytes > TOGETHER) break;
      count++;
    }
    if (count > best[1]) best = [first, count];
  }
  let [first, count] = best;
  const weight = (from: number): number => segments.slice(from, best[0] + best[1]).reduce((sum, { end }) => sum + end, 0);
  for (; count > 2 && segments[first]!.end > weight(first + 1); first++) count--;
  return [first, count];
}

/** The two neighbours that are the smallest together; none where all lie in another home. */
function smallestPair(segments: Segment[]): [number, number] {
  let best: [number, number] = [0, 0];
  let least = Infinity;
  for (let i = 0; i + 1 < segments.length; i++) {
    const sum = segments[i]!.end + segments[i + 1]!.end;
    if (segments[i]!.home || segments[i + 1]!.home || sum >= least) continue;
    best = [i, 2];
    least = sum;
  }
  return best;
}

/** Appends all commits of a segment to another one; gives how far its blocks have moved. */
function copyFrames(from: Segment, to: Segment): number {
  const piece = new Uint8Array(Math.min(PIECE, from.end));
  let filled = 0;
  const put = (bytes: Uint8Array): void => {
    if (filled + bytes.length > piece.length) {
      to.append(piece.subarray(0, filled), false, () => true);
      filled = 0;
    }
    if (bytes.length > piece.length) return to.append(bytes, false, () => true);
    piece.set(bytes, filled);
    filled += bytes.length;
  };
  const block = new Uint8Array(from.head.blockSize);
  let shift = 0;
  let before = to.chain;
  let chain = from.headCheck;
  for (const found of from.frames()) {
    chain = found.head.check;
    if (found.head.kind === 'snapshot') continue;
    shift = to.end + filled - found.at;
    const again = rechain(found.head, found.table, before, to.headCheck);
    before = again.check;
    put(again.bytes);
    for (let at = found.blocksAt; at < found.end; at += block.length) {
      from.read(at, block);
      put(block);
    }
  }
  if (filled > 0) to.append(piece.subarray(0, filled), false, () => true);
  if (chain !== from.chain) {
    throw damaged(`A segment of this project (${from.name}) is damaged before its end.`);
  }
  to.chain = before;
  to.lastFrame = from.lastFrame;
  return shift;
}
