/** A folder in OPFS, and handles in the modes that let two workers overlap. */
import { messageOf } from '../wire/errors';
import { blobBase } from './base';
import type { FileMode, Folder, SyncFile } from './folder';
import { StorageError } from './storeTypes';

/** A handle that nobody else may have is waited for this long: a worker that was terminated keeps its own for 2 s. */
const WAIT_MS = 5000;
const STEP_MS = 50;

const MODES = { read: 'read-only', shared: 'readwrite-unsafe', own: 'readwrite' } as const;

/** What TypeScript's library does not know yet: a handle's mode (fs.spec.whatwg.org, FileSystemSyncAccessHandleMode). */
interface WithModes {
  createSyncAccessHandle(options: { mode: string }): Promise<FileSystemSyncAccessHandle & { mode?: string }>;
}

/** A home in OPFS. */
export class OpfsFolder implements Folder {
  readonly #folder: FileSystemDirectoryHandle;

  readonly #onlyReads: boolean;

  /** @param onlyReads where handles cannot be shared none are taken */
  constructor(folder: FileSystemDirectoryHandle, onlyReads: boolean) {
    this.#folder = folder;
    this.#onlyReads = onlyReads;
  }

  async list(): Promise<string[]> {
    const names: string[] = [];
    for await (const name of this.#folder.keys()) names.push(name);
    return names;
  }

  async open(name: string, mode: FileMode, make = false): Promise<SyncFile> {
    try {
      const file = await this.#folder.getFileHandle(name, { create: make });
      if (this.#onlyReads && !hasModes()) return await snapshotOf(file, mode);
      return asSyncFile(await handleOf(file, mode));
    } catch (e) {
      if (isNamed(e, 'NotFoundError')) throw new StorageError(`There is no ${name} in storage.`, false, 'missing');
      if (isNamed(e, 'NoModificationAllowedError')) throw new StorageError(`${name} is in use.`, false, 'busy');
      throw asStorageError(e);
    }
  }

  async bytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return new Uint8Array(await (await (await this.#folder.getFileHandle(name)).getFile()).arrayBuffer());
    } catch (e) {
      if (isNamed(e, 'NotFoundError')) throw new StorageError(`There is no ${name} in storage.`, false, 'missing');
      throw asStorageError(e);
    }
  }

  async remove(name: string): Promise<boolean> {
    try {
      await this.#folder.removeEntry(name);
      return true;
    } catch (e) {
      if (isNamed(e, 'NotFoundError')) return true;
      if (isNamed(e, 'NoModificationAllowedError')) return false;
      throw asStorageError(e);
    }
  }
}

/**
 * Opens a handle. A browser without modes gives an exclusive one, whatever was asked for: there it is waited
 * for until the worker before this one is gone.
 */
async function handleOf(file: FileSystemFileHandle, mode: FileMode): Promise<FileSystemSyncAccessHandle> {
  const until = Date.now() + WAIT_MS;
  for (;;) {
    try {
      return await (file as unknown as WithModes).createSyncAccessHandle({ mode: MODES[mode] });
    } catch (e) {
      const held = isNamed(e, 'NoModificationAllowedError') || isNamed(e, 'InvalidStateError');
      if (!held || hasModes() || Date.now() > until) throw e;
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
  }
}

/** A file as it is now, without a handle: whoever writes it has the only one. */
async function snapshotOf(file: FileSystemFileHandle, mode: FileMode): Promise<SyncFile> {
  const snapshot = await file.getFile();
  // A base stays as it is; a segment's snapshot goes bad with the next append, so its bytes are taken at once.
  const base = mode === 'read' ? blobBase(snapshot) : null;
  const bytes = base ? null : new Uint8Array(await snapshot.arrayBuffer());
  const refuse = (): never => {
    throw new StorageError('This database is open for reading only.', false, 'read-only');
  };
  return {
    read(into, at) {
      if (base) return base.read(at, into);
      const part = bytes!.subarray(at, at + into.length);
      into.set(part);
      return part.length;
    },
    size: () => snapshot.size,
    write: refuse,
    truncate: refuse,
    flush: refuse,
    close: () => undefined
  };
}

/** True where handles can be shared (Chromium from 121 on). */
export const hasModes = (): boolean =>
  'mode' in (globalThis as unknown as { FileSystemSyncAccessHandle: { prototype: object } }).FileSystemSyncAccessHandle.prototype;

function asSyncFile(handle: FileSystemSyncAccessHandle): SyncFile {
  const guarded = <T>(step: () => T): T => {
    try {
      return step();
    } catch (e) {
      throw asStorageError(e);
    }
  };
  return {
    read: (into, at) => guarded(() => handle.read(into as Uint8Array<ArrayBuffer>, { at })),
    write(bytes, at) {
      const written = guarded(() => handle.write(bytes as Uint8Array<ArrayBuffer>, { at }));
      // A full disk is told by a short count (Firefox) or by 4294967288, a negative code (Chromium), not by an exception.
      if (written !== bytes.length) throw noRoom();
    },
    truncate: (size) => guarded(() => handle.truncate(size)),
    flush: () => guarded(() => handle.flush()),
    size: () => guarded(() => handle.getSize()),
    close: () => handle.close()
  };
}

export const isNamed = (e: unknown, name: string): boolean => e instanceof DOMException && e.name === name;

const noRoom = (): StorageError =>
  new StorageError(
    'The browser has no room left for this database. Nothing that was saved before is lost; remove a project that is no longer needed, or free space on the disk.',
    true
  );

export function asStorageError(e: unknown): StorageError {
  if (e instanceof StorageError) return e;
  if (isNamed(e, 'QuotaExceededError')) return noRoom();
  return new StorageError(`The browser's storage failed: ${messageOf(e)}`);
}
