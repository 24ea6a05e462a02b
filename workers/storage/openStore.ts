import type { OpenBase } from './blockReader';
import { freshIndex, highestNumber, openChain, type Chain } from './chain';
import { copyBase } from './copyBase';
import { FENCE, Fence } from './fence';
import { encodeTableFrame } from './frame';
import { Homes } from './homes';
import { MemoryRoot } from './memoryRoot';
import { mergeChain } from './merge';
import { openBase } from './openBase';
import { opfsRoot } from './opfsRoot';
import { Segment } from './segment';
import { segmentName } from './segmentHead';
import { NO_MARKS } from './marks';
import { needsFile } from './storageErrors';
import { BlockStore } from './store';
import type { Tuning } from './storeState';
import { sweep } from './sweep';
import type { StoreRoot } from './storeRoot';
import { StorageError, type OpenedStore, type StoreOptions } from './storeTypes';

/** After so many replayed frames the new segment begins with a snapshot of the index. */
const SNAPSHOT_AFTER = 300;
const BLOCK_SIZE = 4096;
/** A dropped file of up to so many bytes is whole in storage before its store is open. */
const SMALL_FILE = 8 << 20;

/** Opens a project's store at its end. Throws a StorageError whose `reason` says why it cannot be. */
export async function openStore(options: StoreOptions): Promise<OpenedStore> {
  const root = await opfsRoot(options.access === 'read');
  if (root) return openStoreIn(root, options);
  if (options.source.kind === 'stored') {
    throw new StorageError('This browser window keeps nothing: there is no database of this project in it.', false, 'missing');
  }
  return openStoreIn(new MemoryRoot(), options);
}

/** The same in a root that is given. */
export async function openStoreIn(root: StoreRoot, options: StoreOptions, tuning: Tuning = {}): Promise<OpenedStore> {
  const makes = options.access === 'write' && options.source.kind !== 'stored';
  const homes = await Homes.open(root, options.projectId, makes);
  return options.access === 'read' ? openToRead(homes, options) : openToWrite(homes, options, tuning);
}

async function openToRead(homes: Homes, options: StoreOptions): Promise<OpenedStore> {
  const folder = homes.own;
  for (let tries = 1; ; tries++) {
    const before = String(await folder.list());
    try {
      const chain = await openChain(homes, options.projectId, undefined, options.asOf);
      if (!chain) throw nothingStored();
      if (!chain.base || chain.opened) {
        const { projectId: project, overlay = false } = options;
        return new BlockStore({ ...chain, homes, project, own: null, base: chain.opened, overlay });
      }
      for (const segment of chain.segments) segment.close();
      throw needsFile();
    } catch (e) {
      // Whoever writes may open anew, and sweep what was listed here, between two steps of ours.
      if (tries >= 4 || String(await folder.list()) === before) throw e;
    }
  }
}

async function openToWrite(homes: Homes, options: StoreOptions, tuning: Tuning): Promise<OpenedStore> {
  const { projectId, opening, source, onCopy = () => undefined } = options;
  const folder = homes.own;
  const { where } = homes.root;
  const undo: (() => unknown)[] = [];
  let giveBack = (): void => undefined;
  try {
    const fence = new Fence(await folder.open(FENCE, 'shared', true));
    undo.push(() => fence.close());
    giveBack = () => fence.giveBack();
    const standing = fence.standing();
    // From here on no older worker begins another append.
    const number = fence.take(highestNumber(await folder.list()));
    const found = await steadyChain(homes, projectId, standing);
    if (!found && source.kind === 'stored') throw nothingStored();
    undo.push(() => found?.segments.forEach((segment) => segment.close()));
    undo.push(() => found?.opened?.bytes.close());
    const base = await openBase(homes, number, found, options);
    if (base && base !== found?.opened) undo.push(() => base.bytes.close());
    const chain = found ?? freshChain(blockSizeOf(options), base);
    const moved = await mergeChain(folder, chain, { project: projectId, opening, number }, tuning.longChain);

    const name = segmentName(number, opening);
    const segment = Segment.create(name, await folder.open(name, 'shared', true), {
      project: projectId,
      opening,
      number,
      blockSize: chain.index.blockSize,
      base: base?.ref ?? null,
      parents: chain.segments.map((segment) => segment.reference()),
      frame: chain.lastFrame,
      time: Date.now(),
      marks: chain.marks
    });
    undo.push(() => segment.close());
    if (moved || chain.replayed > (tuning.snapshotAfter ?? SNAPSHOT_AFTER)) {
      const snapshot = encodeTableFrame('snapshot', chain.index.encode(), chain.lastFrame, segment.chain, segment.headCheck);
      segment.append(snapshot.bytes, false, () => true);
      segment.chain = snapshot.check;
    }
    segment.flush();
    fence.stand();

    const segments = [...chain.segments, segment];
    const own = { fence, opening, number };
    const store = new BlockStore({ ...chain, homes, project: projectId, segments, own, base, tuning });
    void sweep(homes, options.projectId, { number, fence, base: base?.ref ?? null, segments });
    if (base && !base.stored && source.kind === 'file') {
      store.attach(
        where === 'opfs'
          ? copyBase(folder, base.ref.file, base.ref.print, source.file, (bytes) => store.moveBase(bytes), onCopy)
          : notSaved(source.file.size)
      );
      // Copied as fast as one could look: whoever opened a small file has it, whatever becomes of the page.
      if (source.file.size <= (tuning.smallFile ?? SMALL_FILE)) await store.settled;
    }
    return store;
  } catch (e) {
    // What a newer version wrote stays as it is, to the byte.
    if (e instanceof StorageError && e.reason === 'version') giveBack();
    for (const step of undo.reverse()) step();
    throw e;
  }
}

/** The newest chain. A worker that dies may go on in a further segment, and sweep what was listed here, meanwhile. */
async function steadyChain(homes: Homes, project: string, standing: { number: number; part: number }): Promise<Chain | null> {
  for (let tries = 1; ; tries++) {
    const before = String(await homes.own.list());
    try {
      return await openChain(homes, project, standing);
    } catch (e) {
      if (tries >= 4 || String(await homes.own.list()) === before) throw e;
    }
  }
}

const freshChain = (blockSize: number, base: OpenBase | null): Chain => ({
  segments: [],
  index: freshIndex(blockSize, base?.files ?? []),
  base: base?.ref ?? null,
  opened: base,
  lastFrame: 0,
  marks: NO_MARKS,
  replayed: 0
});

function blockSizeOf(options: StoreOptions): number {
  const size = options.blockSize ?? BLOCK_SIZE;
  if (size >= 512 && size <= 65536 && (size & (size - 1)) === 0) return size;
  throw new RangeError(`A store cannot have blocks of ${size} bytes.`);
}

const notSaved = (total: number) => ({
  state: () => ({ saved: false, done: 0, total }),
  settled: Promise.resolve(),
  stop: () => undefined
});

const nothingStored = (): StorageError => new StorageError('Nothing is stored for this project.', false, 'missing');
