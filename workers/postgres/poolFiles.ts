/** The files of a PoolFolder as they lie in OPFS while nobody has them open. */

/** How long a worker that was ended while busy keeps its handles (2.0 s were seen), and some more. */
const PATIENCE_MS = 4_000;
const RETRY_MS = 40;

/** The list of files, its copy, and the folder of the files themselves: names that PGlite has chosen, but for the copy. */
const STATE = 'state.txt';
const STATE_COPY = 'state.copy.txt';
const DATA = 'data';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A folder in OPFS by its path. Throws NotFoundError when it is missing and is not to be made. */
export async function folderAt(path: string, create: boolean): Promise<FileSystemDirectoryHandle> {
  let folder = await navigator.storage.getDirectory();
  for (const part of path.split('/').filter(Boolean)) folder = await folder.getDirectoryHandle(part, { create });
  return folder;
}

/** Waits until the worker before this one has let the files go. Throws what the browser says when it never does. */
export async function waitForHandles(folder: FileSystemDirectoryHandle): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  const state = await folder.getFileHandle(STATE, { create: true });
  if (!(await isFree(state, end))) return;
  // It was held: then the others may be held some moments longer.
  const data = await folder.getDirectoryHandle(DATA, { create: true });
  for await (const handle of data.values()) {
    if (handle.kind === 'file') await isFree(handle as FileSystemFileHandle, end);
  }
}

/** Waits until a file can be opened; true when it could not at first. */
async function isFree(file: FileSystemFileHandle, end: number): Promise<boolean> {
  for (let waited = false; ; waited = true) {
    try {
      (await file.createSyncAccessHandle()).close();
      return waited;
    } catch (e) {
      const held = e instanceof DOMException && e.name === 'NoModificationAllowedError';
      if (!held || performance.now() > end) throw e;
      await pause(RETRY_MS);
    }
  }
}

/** Cuts off a line that was not written whole, takes the copy where the list itself is gone, and makes a new copy. */
export async function mendState(folder: FileSystemDirectoryHandle): Promise<void> {
  let text = await textOf(folder, STATE);
  let lines = text.split('\n');
  if (!isJson(lines[0]!)) {
    // PGlite empties its list before it writes it anew: an empty one may be all that an end left.
    const copy = await textOf(folder, STATE_COPY);
    if (text === '' && copy === '') return; // a new folder
    text = copy;
    lines = text.split('\n');
    if (!isJson(lines[0]!)) {
      throw { code: 'damaged', message: 'The list of files of this database can no longer be read.' };
    }
    await writeText(folder, STATE, text);
  }
  const whole = lines.findIndex((line, i) => i > 0 && line !== '' && !isJson(line));
  if (whole > 0) {
    text = lines.slice(0, whole).join('\n');
    await writeText(folder, STATE, text);
  }
  await writeText(folder, STATE_COPY, text);
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    // Not written whole: that is what is asked.
    return false;
  }
}

async function textOf(folder: FileSystemDirectoryHandle, name: string): Promise<string> {
  const file = await folder.getFileHandle(name, { create: true });
  return (await file.getFile()).text();
}

async function writeText(folder: FileSystemDirectoryHandle, name: string, text: string): Promise<void> {
  const handle = await (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
  try {
    handle.truncate(0);
    handle.write(new TextEncoder().encode(text), { at: 0 });
    handle.flush();
  } finally {
    handle.close();
  }
}
