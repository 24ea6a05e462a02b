import { messageOf, type EngineError, type LogFile } from '$workers/engine';
import { callCancelled } from '$lib/connections/connectionErrors';
import { chosenEntries, folderEntries } from './folderEntries';
import { longWork } from './longWork.svelte';
import { isIdleBeside, logOf } from './pairLogs';
import { sniffEntries } from './sniffContainer';
import type { Refused, Sniffed } from './sniffed';
import { sniffFile } from './sniffFile';

/** A file or folder that was dropped, and what it is. */
export interface Dropped {
  name: string;
  bytes: number;
  sniffed: Sniffed;
  isFolder?: true;
}

/** Names of the files that pg_dump -Fd writes: the contents, rows, large objects and their lists. */
const IN_ARCHIVE = /^(?:toc\.dat|(?:\d+|blob_\d+)\.dat(?:\.(?:gz|lz4|zst))?|blobs(?:_\d+)?\.toc)$/;

/** Tells what files are, and gives each database the log that lies beside it. */
export async function lookInto(files: readonly File[]): Promise<Dropped[]> {
  // What pg_dump -Fd wrote, its files taken instead of their folder; what lies beside them is looked at for itself.
  const archive = files.filter((f) => IN_ARCHIVE.test(f.name));
  if (archive.length > 1 && archive.some((f) => f.name === 'toc.dat')) {
    const name = 'archive of pg_dump';
    const sniffed = await sniffEntries('folder', chosenEntries(archive), name);
    return [{ name, bytes: 0, sniffed, isFolder: true }, ...(await lookInto(files.filter((f) => !archive.includes(f))))];
  }
  const looks = files.map(async (file) => {
    const work = file.size >= WORTH_SAYING ? unpacking(file) : null;
    const sniffed = await sniffFile(file, work?.onRead)
      .catch((e: unknown) => (e === work?.stopped ? null : unreadable(file.name, e)))
      .finally(() => work?.end());
    return { file, sniffed };
  });
  const all = (await Promise.all(looks)).flatMap(({ file, sniffed }) => (sniffed ? [{ file, sniffed }] : []));
  const databases = new Set(all.flatMap(({ file, sniffed }) => (sniffed.kind === 'sqlite' ? [file.name] : [])));
  const logs = all.flatMap(({ sniffed }) => (sniffed.kind === 'refused' && sniffed.log ? [sniffed.log] : []));
  const taken = new Set<LogFile>();
  const paired = all.map(({ file, sniffed }) => {
    const log = sniffed.kind === 'sqlite' ? (sniffed.log ?? logOf(file.name, logs, databases.size)) : undefined;
    if (!log) return { file, sniffed };
    taken.add(log);
    return { file, sniffed: { ...sniffed, log } as Sniffed };
  });
  return paired
    .filter(({ file, sniffed }) => !isIdleBeside(file, databases) && !(sniffed.kind === 'refused' && sniffed.log && taken.has(sniffed.log)))
    .map(({ file, sniffed }) => ({ name: file.name, bytes: file.size, sniffed }));
}

/** To unpack less than so many bytes is not worth a word. */
const WORTH_SAYING = 16 * 1024 * 1024;

/** Shows how a container is unpacked; cancelled, `onRead` throws `stopped`. */
function unpacking({ name, size }: File): { onRead: (bytes: number) => void; stopped: EngineError; end: () => void } {
  const stopped = callCancelled();
  let asked = false;
  let done = 0;
  let work: ReturnType<typeof longWork.begin> | null = null;
  return {
    stopped,
    onRead(bytes) {
      if (asked) throw stopped;
      done += bytes;
      work ??= longWork.begin(`Unpacking ${name}`, null, () => (asked = true));
      work.tell({ label: 'Unpacking', done, total: size, unit: 'bytes' });
    },
    end: () => work?.end()
  };
}

const unreadable = (name: string, e: unknown): Refused => ({ kind: 'refused', message: `${name} could not be read.`, hint: messageOf(e) });

/** Tells what lies in a folder, as if it were a container: one that was dropped, or the files of one that was chosen. */
export async function lookIntoFolder(folder: FileSystemDirectoryEntry | readonly File[]): Promise<Dropped> {
  const isDropped = 'createReader' in folder;
  const name = isDropped ? folder.name : folder[0]!.webkitRelativePath.split('/')[0]!;
  const sniffed = await Promise.resolve(isDropped ? folderEntries(folder) : chosenEntries(folder))
    .then((entries) => sniffEntries('folder', entries, name))
    .catch((e: unknown) => unreadable(name, e));
  return { name, bytes: 0, sniffed, isFolder: true };
}
