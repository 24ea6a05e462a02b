/**
 * Room beside memory for rows of large results: one file in OPFS, new by name at each opening and deleted
 * with it; nothing in it outlives the worker. Where OPFS is missing everything stays in memory.
 */
export interface Scratch {
  /** Appends bytes and gives their position; null when there is no room outside memory. */
  append(bytes: Uint8Array): number | null;
  read(at: number, bytes: number): ArrayBuffer;
  /** Forgets all. */
  reset(): void;
  close(): void;
}

/** A scratch without a file: `append` always says no. */
export const memoryScratch: Scratch = {
  append: () => null,
  read: () => {
    throw new RangeError('Nothing was put into this scratch.');
  },
  reset: () => undefined,
  close: () => undefined
};

const FOLDER = 'scratch';
/** Bytes that are written at once. */
const PIECE = 1 << 20;

/**
 * Opens a scratch file. Left-overs of workers that are gone are deleted on the way; those in use are held
 * by their handle and stay.
 */
export async function openScratch(name: string): Promise<Scratch> {
  const held = await openScratchFile(name);
  // Without a file large results stay in memory.
  if (!held) return memoryScratch;
  const { handle } = held;
  // Where each call asks another process (a private window), few large ones are many times as quick.
  const pending = new Uint8Array(PIECE);
  let flushed = 0;
  let waiting = 0;
  const write = (bytes: Uint8Array): boolean => {
    try {
      if (handle.write(bytes as Uint8Array<ArrayBuffer>, { at: flushed }) !== bytes.length) return false;
    } catch {
      // The disk is full: memory is the better place.
      return false;
    }
    flushed += bytes.length;
    return true;
  };
  return {
    append(bytes) {
      if (waiting + bytes.length > PIECE) {
        if (!write(pending.subarray(0, waiting))) return null;
        waiting = 0;
        if (bytes.length > PIECE) return write(bytes) ? flushed - bytes.length : null;
      }
      pending.set(bytes, waiting);
      waiting += bytes.length;
      return flushed + waiting - bytes.length;
    },
    read(at, length) {
      const bytes = new Uint8Array(length);
      if (at >= flushed) bytes.set(pending.subarray(at - flushed, at - flushed + length));
      else if (handle.read(bytes, { at }) !== length) throw new RangeError('The scratch file is shorter than it should be.');
      return bytes.buffer;
    },
    reset() {
      handle.truncate(0);
      flushed = 0;
      waiting = 0;
    },
    close: held.close
  };
}

/** A file of one worker that nobody else may have. */
export interface ScratchFile {
  handle: FileSystemSyncAccessHandle;
  /** Closes and deletes it. */
  close(): void;
}

/**
 * An empty file that is swept away once no worker holds it; null where there is no OPFS (a private window, an
 * old browser).
 */
export async function openScratchFile(name: string): Promise<ScratchFile | null> {
  let handle: FileSystemSyncAccessHandle;
  let folder: FileSystemDirectoryHandle;
  try {
    const root = await navigator.storage.getDirectory();
    folder = await root.getDirectoryHandle(FOLDER, { create: true });
    handle = await heldFile(folder, name);
  } catch {
    return null;
  }
  void sweep(folder, name);
  return {
    handle,
    close() {
      handle.close();
      void folder.removeEntry(name).catch(() => undefined); // gone already: nothing to do
    }
  };
}

/** Makes a file and holds it. Between the two the sweep of another worker may delete it: then it is made again. */
async function heldFile(folder: FileSystemDirectoryHandle, name: string): Promise<FileSystemSyncAccessHandle> {
  for (let left = 3; ; left--) {
    try {
      return await (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
    } catch (e) {
      if (left === 0 || !(e instanceof DOMException && e.name === 'NotFoundError')) throw e;
    }
  }
}

/** Deletes scratch files that no worker holds: removing one that is held fails, and that is the test. */
async function sweep(folder: FileSystemDirectoryHandle, own: string): Promise<void> {
  for await (const name of folder.keys()) {
    if (name === own) continue;
    await folder.removeEntry(name).catch(() => undefined); // held by another worker
  }
}
