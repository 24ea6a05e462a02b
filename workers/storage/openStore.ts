import { blobBase } from './base';
import { openBaseFile } from './baseFile';
import type { OpenBase } from './blockReader';
import { freshIndex, highestNumber, openChain, type Chain } from './chain';
import { copyBase, printOf, unpackBase } from './copyBase';
import { Fence } from './fence';
import type { Folder } from './folder';
import { encodeSnapshotFrame } from './frame';
import { MemoryFolder } from './memoryFolder';
import { mergeChain } from './merge';
import { opfsFolder } from './opfs';
import { Segment } from './segment';
import { segmentName, type BaseRef } from './segmentHead';
import { BlockStore } from './store';
import { StorageError, type OpenedStore, type StoreOptions } from './storeTypes';

/** After so many replayed frames the new segment begins with a snapshot of the index. */
const SNAPSHOT_AFTER = 300;
const BLOCK_SIZE = 4096;
/** A dropped file of up to so many bytes is whole in storage before its store is open. */
const SMALL_FILE = 8 << 20;
const FENCE = 'fence';

/** For tests: smaller limits, so that small stores reach them. */
export interface Tuning {
  spillBytes?: number;
  snapshotAfter?: number;
  longChain?: number;
  smallFile?: number;
}

/** Opens a project's store at its end. Throws a StorageError whose `reason` says why it cannot be. */
export async function openStore(options: StoreOptions): Promise<OpenedStore> {
  const makes = options.access === 'write' && options.source.kind !== 'stored';
  const folder = await opfsFolder(options.projectId, makes, options.access === 'read');
  if (folder) return openStoreIn(folder, 'opfs', options);
  if (options.source.kind === 'stored') {
    throw new StorageError('This browser window keeps nothing: there is no database of this project in it.', false, 'missing');
  }
  return openStoreIn(new MemoryFolder(), 'memory', options);
}

/** The same in a folder that is given. */
export function openStoreIn(
  folder: Folder,
  where: 'opfs' | 'memory',
  options: StoreOptions,
  tuning: Tuning = {}
): Promise<OpenedStore> {
  return options.access === 'read' ? openToRead(folder, where, options) : openToWrite(folder, where, options, tuning);
}

async function openToRead(folder: Folder, where: 'opfs' | 'memory', options: StoreOptions): Promise<OpenedStore> {
  for (let tries = 1; ; tries++) {
    const before = String(await folder.list());
    try {
      const chain = await openChain(folder, options.projectId, 0, options.asOf);
      if (!chain) throw nothingStored();
      return await overBase(folder, chain, (base) => new BlockStore({ where, ...chain, fence: null, base }));
    } catch (e) {
      // Whoever writes may open anew, and sweep what was listed here, between two steps of ours.
      if (tries >= 4 || String(await folder.list()) === before) throw e;
    }
  }
}

/** Opens the chain's base and hands it on; closes the chain where that fails. */
async function overBase<T>(folder: Folder, chain: Chain, use: (base: OpenBase | null) => T): Promise<T> {
  try {
    const base = chain.base && (await storedBase(folder, chain.base));
    if (chain.base && !base) throw needsFile();
    return use(base);
  } catch (e) {
    for (const segment of chain.segments) segment.close();
    throw e;
  }
}

async function openToWrite(
  folder: Folder,
  where: 'opfs' | 'memory',
  options: StoreOptions,
  tuning: Tuning
): Promise<OpenedStore> {
  const { projectId, opening, source, onCopy = () => undefined } = options;
  const undo: (() => unknown)[] = [];
  try {
    const fence = new Fence(await folder.open(FENCE, 'shared', true));
    undo.push(() => fence.close());
    const standing = fence.standing();
    // From here on no older worker begins another append.
    const number = fence.take(highestNumber(await folder.list()));
    const found = await openChain(folder, projectId, standing);
    if (!found && source.kind === 'stored') throw nothingStored();
    undo.push(() => found?.segments.forEach((segment) => segment.close()));
    const base = await openBase(folder, where, number, found, options);
    if (base) undo.push(() => base.bytes.close());
    const chain = found ?? freshChain(blockSizeOf(options), base?.ref ?? null);
    const moved = await mergeChain(folder, chain, { project: projectId, opening, number }, tuning.longChain);

    const name = segmentName(number, opening);
    const own = Segment.create(name, await folder.open(name, 'shared', true), {
      project: projectId,
      opening,
      number,
      blockSize: chain.index.blockSize,
      base: base?.ref ?? null,
      parents: chain.segments.map((segment) => segment.reference()),
      frame: chain.lastFrame,
      time: Date.now()
    });
    undo.push(() => own.close());
    if (moved || chain.replayed > (tuning.snapshotAfter ?? SNAPSHOT_AFTER)) {
      const snapshot = encodeSnapshotFrame(chain.index.encode(), chain.lastFrame, Date.now(), own.chain, own.headCheck);
      own.append(snapshot.bytes, false, () => true);
      own.chain = snapshot.check;
    }
    own.flush();
    fence.stand();

    const segments = [...chain.segments, own];
    const store = new BlockStore({ where, ...chain, segments, fence, base, spillBytes: tuning.spillBytes });
    const names = [FENCE, base?.ref.file, ...segments.map((segment) => segment.name)];
    void sweep(folder, new Set(names));
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
    for (const step of undo.reverse()) step();
    throw e;
  }
}

/** The base: as it lies in storage, or over the dropped file; null for a project that began empty. */
async function openBase(
  folder: Folder,
  where: 'opfs' | 'memory',
  number: number,
  chain: Chain | null,
  options: StoreOptions
): Promise<OpenBase | null> {
  const { source, opening } = options;
  if (chain && !chain.base) return null;
  const stored = chain?.base ? await storedBase(folder, chain.base) : null;
  if (source.kind !== 'file') {
    if (chain && !stored) throw needsFile();
    return stored;
  }
  const file = segmentName(number, opening).replace(/seg$/, 'base');
  if (stored && source.gzip) return stored;
  if (source.gzip) {
    if (chain) throw needsFile();
    const { size, print, base } = await unpackBase(folder, file, source.file, options.onProgress ?? (() => undefined));
    const files = [{ id: 1, name: source.name, at: 0, size }];
    return { ref: { file, size, print, frame: 0, files }, bytes: base, stored: where === 'opfs' };
  }
  const { size } = source.file;
  const print = await printOf(source.file);
  if (chain?.base && (chain.base.size !== size || chain.base.print !== print)) {
    stored?.bytes.close();
    throw new StorageError('This is not the file that the project began from, or it has changed since.', false, 'other-file');
  }
  if (stored) return stored;
  const files = chain?.base?.files ?? [{ id: 1, name: source.name, at: 0, size }];
  return { ref: { file, size, print, frame: 0, files }, bytes: blobBase(source.file), stored: false };
}

/** The base that a head names; null when it is not whole, or still being written. */
async function storedBase(folder: Folder, ref: BaseRef): Promise<OpenBase | null> {
  try {
    const found = openBaseFile(await folder.open(ref.file, 'read'));
    if (!found) return null;
    if (found.head.size === ref.size && found.head.print === ref.print) return { ref, bytes: found.base, stored: true };
    found.base.close();
  } catch (e) {
    if (e instanceof StorageError && (e.reason === 'missing' || e.reason === 'busy')) return null;
    throw e;
  }
  throw new StorageError('The base of this project is that of another one. Nothing was changed.', false, 'damaged');
}

const freshChain = (blockSize: number, base: BaseRef | null): Chain => ({
  segments: [],
  index: freshIndex(blockSize, base),
  base,
  lastFrame: 0,
  replayed: 0
});

function blockSizeOf(options: StoreOptions): number {
  const size = options.blockSize ?? BLOCK_SIZE;
  if (size >= 512 && size <= 65536 && (size & (size - 1)) === 0) return size;
  throw new RangeError(`A store cannot have blocks of ${size} bytes.`);
}

/** Deletes what no head names any more, and nobody holds: left-overs of openings that were cut short or merged. */
async function sweep(folder: Folder, keep: Set<string | undefined>): Promise<void> {
  try {
    for (const name of await folder.list()) if (!keep.has(name)) await folder.remove(name);
  } catch (e) {
    console.warn('Left-overs of earlier openings could not be swept.', e);
  }
}

const notSaved = (total: number) => ({
  state: () => ({ saved: false, done: 0, total }),
  settled: Promise.resolve(),
  stop: () => undefined
});

const nothingStored = (): StorageError => new StorageError('Nothing is stored for this project.', false, 'missing');

const needsFile = (): StorageError =>
  new StorageError(
    'The file of this project had not been copied whole into the browser. Drop the same file again: what was committed since is kept.',
    false,
    'needs-file'
  );
