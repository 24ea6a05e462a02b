import { unpackedBlob } from '$workers/formats/unpackedBlob';
import { sniffContainer } from './sniffContainer';
import { sniffHead } from './sniffHead';
import { refuse, type Sniffed } from './sniffed';

/**
 * Tells what a file is, and where its bytes are. What cannot be read is refused in words too; rejects only with what
 * `onRead` throws.
 * @param onRead hears of bytes that are read to unpack a container, which takes a while where it is large
 */
export async function sniffFile(file: File, onRead?: (bytes: number) => void): Promise<Sniffed> {
  try {
    if (file.size === 0) return sniffEmpty(file);
    const { verdict, packed } = await sniffHead(file);
    if (verdict.kind === 'zip' || verdict.kind === 'tar') {
      // What is inside is found by place.
      const bytes = packed ? await unpacked(file, onRead) : file;
      return bytes ? await sniffContainer(verdict.kind, bytes, file.name) : refuse(file.name, 'is packed, and cut off or damaged.', 'Download or copy it again.');
    }
    if (verdict.kind === 'refused') {
      const refused = refuse(file.name, verdict.what, verdict.hint);
      if (verdict.log) return { ...refused, log: { name: file.name, file, packed } };
      return verdict.rows ? { ...refused, rows: file } : refused;
    }
    return { kind: verdict.kind, file, packed, name: file.name };
  } catch (e) {
    // Folders come as files that cannot be read (NotFoundError in Chromium, NotReadableError elsewhere).
    if (!(e instanceof DOMException)) throw e;
    return refuse(
      file.name,
      'is a folder, or can no longer be read.',
      'Drop the files inside of it; if it was a file, choose it again: it has changed or moved meanwhile.'
    );
  }
}

/** A packed file unpacked; null where it is damaged. */
async function unpacked(file: File, onRead: ((bytes: number) => void) | undefined): Promise<Blob | null> {
  let stopped: { by: unknown } | null = null;
  try {
    return await unpackedBlob(file, (bytes) => {
      try {
        onRead?.(bytes);
      } catch (e) {
        stopped = { by: e };
        throw e;
      }
    });
  } catch (e) {
    if (stopped !== null) throw (stopped as { by: unknown }).by;
    if (e instanceof DOMException) throw e;
    return null;
  }
}

/** No bytes are a valid, empty database to SQLite; a script of no bytes is none. Here only the name can tell. */
function sniffEmpty(file: File): Sniffed {
  const what = 'is empty: it holds no bytes at all.';
  if (/\.(sql|dump|csv|txt|json|gz|zst|lz4|zip|tar)$/i.test(file.name)) return refuse(file.name, what, 'Copy or download it again.');
  const hint = 'If it should hold something, copy or download it again. To SQLite it is a new database.';
  return { kind: 'refused', message: `${file.name} ${what}`, hint, offer: 'empty-database' };
}
