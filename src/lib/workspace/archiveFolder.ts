import type { ArchivePart } from '$workers/engine';

/** The files of a dropped folder when it is an archive of pg_dump in the directory format; else null. */
export async function archiveFolder(folder: FileSystemDirectoryEntry): Promise<ArchivePart[] | null> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  // A reader gives a hundred at a time, and nothing when there are no more.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    entries.push(...some);
  }
  if (!entries.some((entry) => entry.isFile && entry.name === 'toc.dat')) return null;
  return Promise.all(
    entries
      .filter((entry): entry is FileSystemFileEntry => entry.isFile)
      .map(async (entry) => ({ name: entry.name, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) }))
  );
}
