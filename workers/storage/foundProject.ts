/** What a project's home holds, told without opening it: for a page that has no record of it. Plain directory calls. */
import { byAge } from './chain';
import { decodeBaseHead } from './baseFile';
import { FENCE } from './fence';
import { isNamed } from './opfs';
import { originRoot } from './opfsRoot';
import { decodeSegmentHead, segmentNumber, type BaseRef, type SegmentHead } from './segmentHead';
import { homeOf } from './storeRoot';

/** What there is of a project whose database is whole, but perhaps for its base. */
export interface FoundProject {
  /** Names of the store's files, as far as its base lists them; null for one that began without a base of its own. */
  files: string[] | null;
  blockSize: number;
  /** Milliseconds since 1970, of its newest opening. */
  time: number;
  bytes: number;
  /** The copy of the file that it began from is not whole. */
  needsFile: boolean;
}

/** Bytes of a head that are read at once; the rest where it is longer. */
const HEAD = 1 << 16;
/** No list of files in a base is longer. */
const LISTED = 1 << 24;

/** Looks into a project's home; null where no commit and no whole file is in it. */
export async function foundProject(projectId: string): Promise<FoundProject | null> {
  const root = await originRoot();
  const home = root && (await folderAt(root, homeOf(projectId)));
  if (!home) return null;
  const files = new Map<string, File>();
  for await (const entry of home.values()) {
    if (entry.kind === 'file') files.set(entry.name, await (entry as FileSystemFileHandle).getFile());
  }
  // One without is no project any more: what is left of it is what its branches need.
  if (!files.has(FENCE)) return null;
  const bytes = [...files.values()].reduce((sum, file) => sum + file.size, 0);
  for (const name of [...files.keys()].filter((file) => segmentNumber(file)).sort(byAge)) {
    const file = files.get(name)!;
    const found = await headOf(file);
    if (!found) continue;
    const { head } = found;
    const base = head.base && (await lookAtBase(root, home, head.base));
    const isCommitted = head.parents.length > 0 || file.size > found.bytes;
    // A base that many share is none of a project's own: without a commit there is nothing on it.
    const isOwn = head.base !== null && head.base.home === undefined;
    if (!isCommitted && !(isOwn && base)) return null;
    const listed = head.base?.files?.map((one) => one.name) ?? base;
    return { files: listed, blockSize: head.blockSize, time: head.time, bytes, needsFile: head.base !== null && !base };
  }
  return null;
}

async function folderAt(root: FileSystemDirectoryHandle, path: string): Promise<FileSystemDirectoryHandle | null> {
  try {
    let folder = root;
    for (const name of path.split('/')) folder = await folder.getDirectoryHandle(name);
    return folder;
  } catch (e) {
    if (isNamed(e, 'NotFoundError')) return null;
    throw e;
  }
}

const start = async (file: File, length: number): Promise<Uint8Array> => new Uint8Array(await file.slice(0, length).arrayBuffer());

async function headOf(file: File): Promise<{ head: SegmentHead; bytes: number } | null> {
  for (let length = HEAD; ; length *= 16) {
    const bytes = await start(file, length);
    const found = decodeSegmentHead((at, into) => (into.set(bytes.subarray(at, at + into.length)), into.length), bytes.length);
    if (found || bytes.length === file.size) return found;
  }
}

/** Names of the files that a base lists, none where its segments do; null where it is not there whole. */
async function lookAtBase(root: FileSystemDirectoryHandle, own: FileSystemDirectoryHandle, ref: BaseRef): Promise<string[] | null> {
  try {
    const home = ref.home === undefined ? own : await folderAt(root, ref.home);
    const file = await (await home?.getFileHandle(ref.file))?.getFile();
    const head = file && decodeBaseHead(await start(file, LISTED));
    return head ? (head.files ?? []).map(([, name]) => name) : null;
  } catch (e) {
    if (isNamed(e, 'NotFoundError')) return null;
    throw e;
  }
}
