import type { ProjectId } from '$lib/base/id';
import { seenText } from '$lib/base/seenText';
import type { DiskFile } from '$lib/persistence/database';
import { keepFileHandle } from '$lib/persistence/fileHandles';
import type { Opened } from './sniffed';

/** Files on disk that the user gave by themselves, and the handles that write to them, where the browser has such. */
const taken = new WeakMap<Blob, Promise<FileSystemFileHandle | null>>();

/** Notes a file that is taken from disk. `handle`: what the browser has promised of it, if anything. */
export function noteTaken(file: File, handle?: Promise<FileSystemHandle | null>): void {
  const asFile = handle?.then((h) => (h?.kind === 'file' ? (h as FileSystemFileHandle) : null)) ?? Promise.resolve(null);
  // Where there is none, or it is refused, the user is asked for the file when it is needed.
  taken.set(file, asFile.catch(() => null));
}

/** The handle of a dropped or pasted file; it must be asked for while the event is handled. */
export const handleOfItem = (item: DataTransferItem): Promise<FileSystemHandle | null> | undefined =>
  (item as { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> }).getAsFileSystemHandle?.();

/** What a project's database can be saved back to: a SQLite file that was given as it is, not within a container. */
export function diskFileOf({ kind, packed, file, log }: Opened): DiskFile | null {
  if (kind !== 'sqlite' || packed || !(file instanceof File) || !taken.has(file)) return null;
  return { name: seenText(file.name), bytes: file.size, modified: file.lastModified, commit: 0, ...(log ? { log: seenText(log.name) } : {}) };
}

/** Keeps the handle of a project's file, so that it can be written to after a reload as well. Without, it is asked for. */
export function keepHandleOf(projectId: ProjectId, file: Blob): void {
  const kept = taken.get(file)?.then((handle) => handle && keepFileHandle(projectId, handle));
  kept?.catch((e: unknown) => console.warn('The handle of a file was not kept.', e));
}
