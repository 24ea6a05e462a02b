import { BlockReader, type OpenBase } from './blockReader';
import { indexAt } from './chain';
import { foldableTo } from './foldable';
import { sizeOf, writeFoldedBase } from './foldedBase';
import { Segment } from './segment';
import { segmentName } from './segmentHead';
import { StorageError } from './storeTypes';
import { boundOf, framesOf } from './storeCommits';
import type { StoreState } from './storeState';
import { sweep } from './sweep';

const ROLL_BYTES = 16 << 20;
const FOLD_BYTES = 4 << 20;

/**
 * What is better done when nothing else is to do: takes commits that are outside the bound into a new base, and begins a
 * further segment where this opening's own has grown large.
 * @param pause called between two steps of some ms; false ends it
 * @returns whether something was folded
 */
export async function tidy(state: StoreState, pause: () => Promise<boolean>): Promise<boolean> {
  const { base } = state.reader;
  if (!state.own || state.broken || (base && !base.stored)) return false;
  const count = foldable(state);
  if (count > 0) return fold(state, count, pause);
  const { rollBytes = ROLL_BYTES } = state.parts.tuning ?? {};
  if (state.own.lastFrame > state.own.head.frame && state.own.end > rollBytes) await goOn(state, base, 0);
  return false;
}

/** How many of the first segments should become a base: those with nothing that must be kept. */
function foldable(state: StoreState): number {
  const labelled = state.marks.labels.map(([number]) => number);
  const to = foldableTo(framesOf(state), boundOf(state), labelled, Date.now());
  let count = 0;
  let bytes = 0;
  for (const segment of state.segments.slice(0, -1)) {
    if (segment.lastFrame > to) break;
    bytes += segment.end;
    count++;
  }
  const { foldBytes = FOLD_BYTES } = state.parts.tuning ?? {};
  return bytes > Math.max(foldBytes, (state.reader.base?.ref.size ?? 0) / 4) ? count : 0;
}

async function fold(state: StoreState, count: number, pause: () => Promise<boolean>): Promise<boolean> {
  const { homes, own } = state.parts;
  const frame = state.segments[count - 1]!.lastFrame;
  const past = state.past(frame);
  const free = await homes.root.free();
  if (free !== null && free < sizeOf(past) * 1.1) return false;
  const name = segmentName(own!.number, own!.opening, state.part + 1, 'base');
  const base = await writeFoldedBase(homes.own, name, past, frame, async () => (await pause()) && !state.broken);
  if (!base) return false;
  const done = await goOn(state, base, count);
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
async function goOn(state: StoreState, base: OpenBase | null, folded: number): Promise<boolean> {
  const { homes, project, own: opening } = state.parts;
  const { fence, number } = opening!;
  const part = state.part + 1;
  const name = segmentName(number, opening!.opening, part);
  const file = await homes.own.open(name, 'shared', true);
  const before = state.segments;
  const parents = before.slice(folded).filter((segment) => segment.lastFrame > segment.head.frame);
  let own: Segment;
  try {
    if (state.dirty || state.broken) throw new StorageError('Something is being written.', false, 'busy');
    fence.check();
    own = Segment.create(name, file, {
      project,
      opening: opening!.opening,
      number,
      part,
      blockSize: state.blockSize,
      base: base?.ref ?? null,
      parents: parents.map((segment) => segment.reference()),
      frame: state.lastFrame,
      time: Date.now(),
      marks: state.marks
    });
    own.flush();
  } catch (e) {
    file.close();
    await homes.own.remove(name);
    if (e instanceof StorageError && e.reason === 'busy') return false;
    throw e;
  }
  // Nothing waits from here on: no commit can come between the new head and its use.
  state.guarded(() => fence.stand(part));
  state.part = part;
  own.lastFrame = state.lastFrame;
  state.segments = [...parents, own];
  state.own = own;
  state.safe = { end: own.end, chain: own.chain };
  state.index = indexAt(state.segments, base?.files ?? [], state.blockSize, Infinity);
  const old = state.reader.base;
  state.reader = new BlockReader(state.segments, base, state.blockSize, state.recent);
  state.commits = null;
  state.view();
  for (const segment of before) if (!state.segments.includes(segment)) segment.close();
  if (old !== base) old?.bytes.close();
  await sweep(homes, project, { number, fence, base: base?.ref ?? null, segments: state.segments });
  return true;
}
