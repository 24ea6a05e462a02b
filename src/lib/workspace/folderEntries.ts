import type { ContainerEntry } from './containerEntry';

/** Files of a folder that are looked at; who drops the root of a disk is not waited for. */
const MOST = 2_000;
const DEEPEST = 6;

/** The files of a dropped folder and of those in it. */
export async function folderEntries(folder: FileSystemDirectoryEntry): Promise<ContainerEntry[]> {
  const entries: ContainerEntry[] = [];
  await collect(folder, '', 0, entries);
  return entries;
}

async function collect(folder: FileSystemDirectoryEntry, path: string, depth: number, into: ContainerEntry[]): Promise<void> {
  const reader = folder.createReader();
  // A reader gives a hundred at a time, and nothing when there are no more.
  while (into.length < MOST) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const entry of some) {
      const name = path + entry.name;
      if (entry.isDirectory) {
        if (depth < DEEPEST) await collect(entry as FileSystemDirectoryEntry, `${name}/`, depth + 1, into);
        continue;
      }
      const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
      into.push({ name, size: file.size, open: async () => ({ file, packed: false }) });
    }
  }
}
