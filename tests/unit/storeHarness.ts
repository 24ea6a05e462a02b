import type { FileMode, Folder, SyncFile } from '../../workers/storage/folder';
import { MemoryFolder } from '../../workers/storage/memoryFolder';
import { MemoryRoot } from '../../workers/storage/memoryRoot';
import { openStoreIn } from '../../workers/storage/openStore';
import type { Tuning } from '../../workers/storage/storeState';
import { SHARED_HOME, homeOf } from '../../workers/storage/storeRoot';
import { StorageError, type OpenedStore, type StoreOptions } from '../../workers/storage/storeTypes';

/** Small limits, so that spills, snapshots and merges happen in small stores. */
export const SMALL: Tuning = { spillBytes: 16 * 512, snapshotAfter: 5, longChain: 3, smallFile: 0 };

let openings = 0;

/** A root whose project `p` lives in this folder, as if in OPFS. */
export function rootOf(folder: Folder): MemoryRoot {
  const root = new MemoryRoot('opfs');
  root.put(homeOf('p'), folder);
  return root;
}

/** Opens a store over a folder as if it lay in OPFS, blocks of 512 bytes. */
export const openIn = (folder: Folder, options: Partial<StoreOptions> = {}, tuning = SMALL): Promise<OpenedStore> =>
  openStoreIn(
    rootOf(folder),
    {
      projectId: 'p',
      opening: `o${++openings}`,
      access: 'write',
      source: { kind: 'new' },
      blockSize: 512,
      ...options
    },
    tuning
  );

/** All bytes of a folder, by file. */
export async function bytesOf(folder: Folder): Promise<Map<string, Uint8Array>> {
  const all = new Map<string, Uint8Array>();
  for (const name of await folder.list()) {
    all.set(name, await folder.bytes(name));
  }
  return all;
}

/** A folder with these files, held by nobody. */
export async function folderOf(files: Map<string, Uint8Array>): Promise<MemoryFolder> {
  const folder = new MemoryFolder();
  for (const [name, bytes] of files) {
    const file = await folder.open(name, 'shared', true);
    file.write(bytes, 0);
    file.close();
  }
  return folder;
}

/** What a store holds, file by file. */
export function contents(store: OpenedStore): Map<string, Uint8Array> {
  const all = new Map<string, Uint8Array>();
  for (const { name, size } of store.files()) {
    const bytes = new Uint8Array(size);
    store.read(name, 0, bytes);
    all.set(name, bytes);
  }
  return all;
}

/** A Blob that the FileReaderSync of these tests can read in Node. */
export class TestFile extends Blob {
  readonly held: Uint8Array<ArrayBuffer>;

  constructor(held: Uint8Array<ArrayBuffer>) {
    super([held]);
    this.held = held;
  }

  override slice(from = 0, to = this.size): Blob {
    return new TestFile(this.held.slice(from, to));
  }
}

export function installFileReaderSync(): void {
  class Reader {
    readAsArrayBuffer(blob: TestFile): ArrayBuffer {
      return blob.held.slice().buffer;
    }
  }
  Object.assign(globalThis, { FileReaderSync: Reader });
}

/** Writes, truncates and flushes so far, and which of them fails; several folders can share one. */
export class Steps {
  steps = 0;
  /** The step that fails; a write does half of its work first. */
  failAt = Infinity;
  /** `full` fails that step alone; `killed` fails all that follows as well. */
  how: 'full' | 'killed' = 'full';

  get dead(): boolean {
    return this.how === 'killed' && this.steps > this.failAt;
  }

  step(half: () => void = () => undefined): void {
    const step = this.steps++;
    if (step < this.failAt) return;
    if (this.how === 'killed') {
      if (step === this.failAt) half();
      throw new StorageError('killed');
    }
    if (step > this.failAt) return;
    half();
    throw new StorageError('There is no room.', true);
  }
}

/** What was done in a folder. */
export interface Metered {
  bytesRead: number;
  bytesWritten: number;
  /** Files. */
  opened: number;
}

/** A folder that counts. */
export class MeteredFolder implements Folder {
  readonly metered: Metered = { bytesRead: 0, bytesWritten: 0, opened: 0 };
  readonly #inner = new MemoryFolder();

  list(): Promise<string[]> {
    return this.#inner.list();
  }

  async open(name: string, mode: FileMode, make?: boolean): Promise<SyncFile> {
    const file = await this.#inner.open(name, mode, make);
    const { metered } = this;
    metered.opened++;
    return {
      read(into, at) {
        const got = file.read(into, at);
        metered.bytesRead += got;
        return got;
      },
      write(bytes, at) {
        metered.bytesWritten += bytes.length;
        file.write(bytes, at);
      },
      size: () => file.size(),
      truncate: (size) => file.truncate(size),
      flush: () => file.flush(),
      close: () => file.close()
    };
  }

  bytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#inner.bytes(name);
  }

  remove(name: string): Promise<boolean> {
    return this.#inner.remove(name);
  }
}

/** A root on whose folders writing fails from a chosen step on. */
export class FailingRoot extends MemoryRoot {
  readonly counted: Steps;

  constructor(counted: Steps) {
    super('opfs');
    this.counted = counted;
  }

  override async folder(home: string, make: boolean): Promise<Folder> {
    return new FailingFolder(await super.folder(home, make), this.counted);
  }

  override removeFolder(home: string, all: boolean): Promise<boolean> {
    return this.counted.dead ? Promise.resolve(false) : super.removeFolder(home, all);
  }

  /** What is there now, in a root that works, held by nobody. */
  async left(): Promise<MemoryRoot> {
    const root = new MemoryRoot('opfs');
    for (const home of [SHARED_HOME, ...(await this.projects()).map(homeOf)]) {
      root.put(home, await folderOf(await bytesOf(await super.folder(home, true))));
    }
    return root;
  }
}

/** A folder on which writing fails from a chosen step on. */
export class FailingFolder implements Folder {
  readonly #inner: Folder;
  readonly #counted: Steps;

  constructor(inner: Folder, counted = new Steps()) {
    this.#inner = inner;
    this.#counted = counted;
  }

  get steps(): number {
    return this.#counted.steps;
  }

  set failAt(step: number) {
    this.#counted.failAt = step;
  }

  set how(how: 'full' | 'killed') {
    this.#counted.how = how;
  }

  list(): Promise<string[]> {
    return this.#inner.list();
  }

  async open(name: string, mode: FileMode, make?: boolean): Promise<SyncFile> {
    const file = await this.#inner.open(name, mode, make);
    return {
      read: (into, at) => file.read(into, at),
      size: () => file.size(),
      close: () => file.close(),
      write: (bytes, at) => {
        this.#counted.step(() => file.write(bytes.subarray(0, bytes.length >> 1), at));
        file.write(bytes, at);
      },
      truncate: (size) => {
        this.#counted.step();
        file.truncate(size);
      },
      flush: () => {
        this.#counted.step();
        file.flush();
      }
    };
  }

  bytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#inner.bytes(name);
  }

  remove(name: string): Promise<boolean> {
    return this.#counted.dead ? Promise.resolve(false) : this.#inner.remove(name);
  }
}

/** A folder whose power can be cut: what was not flushed is there in part, in any part. */
export class VolatileFolder implements Folder {
  /** Flushes so far, and the one in which the power is cut: it fails, and nothing happens after it. */
  flushes = 0;
  cutAt = Infinity;
  readonly #inner = new MemoryFolder();
  /** Bytes of each file as of its last flush, and what was done to it since. */
  readonly #files = new Map<string, { flushed: Uint8Array; since: ((file: SyncFile) => void)[] }>();

  list(): Promise<string[]> {
    return this.#inner.list();
  }

  async open(name: string, mode: FileMode, make?: boolean): Promise<SyncFile> {
    const file = await this.#inner.open(name, mode, make);
    const state = this.#files.get(name) ?? { flushed: new Uint8Array(0), since: [] };
    this.#files.set(name, state);
    const act = (action: (file: SyncFile) => void): void => {
      if (this.flushes > this.cutAt) throw new StorageError('no power');
      action(file);
      state.since.push(action);
    };
    return {
      read: (into, at) => file.read(into, at),
      size: () => file.size(),
      close: () => file.close(),
      write(bytes, at) {
        const copy = bytes.slice();
        act((to) => to.write(copy, at));
      },
      truncate: (size) => act((to) => to.truncate(size)),
      flush: () => {
        if (this.flushes++ >= this.cutAt) throw new StorageError('no power');
        state.flushed = new Uint8Array(file.size());
        file.read(state.flushed, 0);
        state.since = [];
      }
    };
  }

  bytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#inner.bytes(name);
  }

  async remove(name: string): Promise<boolean> {
    if (this.flushes > this.cutAt) throw new StorageError('no power');
    const gone = await this.#inner.remove(name);
    if (gone) this.#files.delete(name);
    return gone;
  }

  /** What is on disk after the cut; `reached` says of each unflushed step whether it got there. */
  async cut(reached: () => boolean): Promise<MemoryFolder> {
    const folder = await folderOf(new Map([...this.#files].map(([name, { flushed }]) => [name, flushed])));
    for (const [name, { since }] of this.#files) {
      const file = await folder.open(name, 'shared');
      for (const action of since) if (reached()) action(file);
      file.close();
    }
    return folder;
  }
}
