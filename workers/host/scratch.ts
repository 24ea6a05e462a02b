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

/**
 * Opens a scratch file. Left-overs of workers that are gone are deleted on the way; those in use are held
 * by their handle and stay.
 */
export async function openScratch(name: string): Promise<Scratch> {
  let handle: FileSystemSyncAccessHandle;
  let folder: FileSystemDirectoryHandle;
  try {
    const root = await navigator.storage.getDirectory();
    folder = await root.getDirectoryHandle(FOLDER, { create: true });
    const file = await folder.getFileHandle(name, { create: true });
    handle = await file.createSyncAccessHandle();
  } catch {
    // No OPFS here (a private window, an old browser): large results stay in memory.
    return memoryScratch;
  }
  void sweep(folder, name);
  let end = 0;
  return {
    append(bytes) {
      try {
        const written = handle.write(bytes, { at: end });
        if (written !== bytes.length) return null;
      } catch {
        // The disk is full: memory is the better place.
        return null;
      }
      const at = end;
      end += bytes.length;
      return at;
    },
    read(at, length) {
      const bytes = new Uint8Array(length);
      handle.read(bytes, { at });
      return bytes.buffer;
    },
    reset() {
      handle.truncate(0);
      end = 0;
    },
    close() {
      handle.close();
      void folder.removeEntry(name).catch(() => undefined); // gone already: nothing to do
    }
  };
}

/** Deletes scratch files that no worker holds: removing one that is held fails, and that is the test. */
async function sweep(folder: FileSystemDirectoryHandle, own: string): Promise<void> {
  for await (const name of folder.keys()) {
    if (name === own) continue;
    await folder.removeEntry(name).catch(() => undefined); // held by another worker
  }
}
