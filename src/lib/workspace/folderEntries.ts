import { messageOf } from '$workers/engine';
import type { ContainerEntry } from './containerEntry';

/** Files of a folder; who drops the root of a disk is not waited for. */
const MOST = 50_000;
const DEEPEST = 6;

/** The files of a folder that was chosen in a dialog, named as those of a dropped one. */
export const chosenEntries = (files: readonly File[]): ContainerEntry[] =>
  files.map((file) => ({
    name: file.webkitRelativePath.replace(/^[^/]*\//, '') || file.name,
    size: file.size,
    open: async () => ({ file, packed: false })
  }));

/** The files of a dropped folder and of those in it. Rejects, in words, where there are too many: a part of a database is none. */
export async function folderEntries(folder: FileSystemDirectoryEntry, most = MOST): Promise<ContainerEntry[]> {
  const entries: ContainerEntry[] = [];
  await collect(folder, '', 0, entries, most);
  return entries;
}

async function collect(folder: FileSystemDirectoryEntry, path: string, depth: number, into: ContainerEntry[], most: number): Promise<void> {
  const reader = folder.createReader();
  // A reader gives a hundred at a time, and nothing when there are no more.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const entry of some) {
      const name = path + entry.name;
      if (entry.isDirectory) {
        if (depth < DEEPEST) await collect(entry as FileSystemDirectoryEntry, `${name}/`, depth + 1, into, most);
        else into.push(tooDeep(name));
        continue;
      }
      if (into.length === most) {
        throw new Error(`It holds more than ${most.toLocaleString('en')} files. Drop the folder of the database itself, or the database.`);
      }
      into.push(await entryOf(name, entry as FileSystemFileEntry));
    }
  }
}

/** A folder that is not looked into, which is said. */
const tooDeep = (name: string): ContainerEntry => ({
  name,
  size: 1,
  open: () => Promise.reject(new Error(`It lies more than ${DEEPEST} folders deep.`))
});

/** One that cannot be read (locked, or gone meanwhile) says so when it is opened: it may not be needed. */
async function entryOf(name: string, entry: FileSystemFileEntry): Promise<ContainerEntry> {
  try {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return { name, size: file.size, open: async () => ({ file, packed: false }) };
  } catch (e) {
    const why = messageOf(e);
    return { name, size: 1, open: () => Promise.reject(new Error(why, { cause: e })) };
  }
}
