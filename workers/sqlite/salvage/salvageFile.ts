import { fileChunks } from '../../formats/fileChunks';
import { unpackedBlob } from '../../formats/unpackedBlob';
import { blobBase } from '../../storage/base';
import { isErrorData, type EngineErrorData } from '../../wire/errors';
import type { Progress } from '../../wire/opening';
import type { SalvageReport } from '../../wire/salvage';
import { PageFile, type DatabaseBytes } from './pageFile';
import { salvage } from './salvage';

/** A damaged file; `packed`: by gzip, zstd or LZ4. */
interface Damaged {
  file: Blob;
  packed: boolean;
}

/** So much of a packed file is unpacked to see what it is. */
const HEAD_BYTES = 1024 * 1024;

const nothing: EngineErrorData = {
  code: 'damaged',
  message: 'Nothing can be read of this database: none of its pages holds a table or a row.',
  hint: 'Get the file again from where it came from.'
};

/** What a file was refused with; where it is damaged and something of it may be read, it says so. */
export async function salvageableError(error: unknown, { file, packed }: Damaged): Promise<unknown> {
  if (!isErrorData(error) || error.code !== 'damaged' || !(await isOfUse(file, packed))) return error;
  return { ...error, salvageable: true, hint: 'Save what can be read as a new database, or get the file again from where it came from.' };
}

async function isOfUse(file: Blob, packed: boolean): Promise<boolean> {
  try {
    return PageFile.isOfUse(bytesOf(packed ? await unpackedHead(file) : file));
  } catch {
    return false; // it can no longer be read at all
  }
}

async function unpackedHead(file: Blob): Promise<Blob> {
  const parts: Blob[] = [];
  let length = 0;
  try {
    for await (const chunk of fileChunks(file, true, () => undefined)) {
      parts.push(new Blob([chunk.slice()]));
      length += chunk.length;
      if (length >= HEAD_BYTES) break;
    }
  } catch (e) {
    if (length === 0) throw e; // else what came before the fault is looked at
  }
  return new Blob(parts);
}

function bytesOf(file: Blob): DatabaseBytes {
  const base = blobBase(file);
  return { size: () => base.size, read: (at, into) => base.read(at, into) };
}

/** What can be read of a damaged database, as a script that makes a new one. Throws EngineErrorData where that is nothing. */
export async function salvageFile({ file, packed }: Damaged, onProgress: (progress: Progress) => void): Promise<{ script: Blob; report: SalvageReport }> {
  const parts: Blob[] = [];
  // A Blob each: the browser may keep them on disk.
  const onChunk = async (chunk: Uint8Array): Promise<void> => void parts.push(new Blob([chunk as Uint8Array<ArrayBuffer>]));
  const bytes = bytesOf(packed ? await unpackedBlob(file, undefined, true) : file);
  const report = await salvage(bytes, { onChunk, onProgress, pause: async () => undefined });
  if (report.tables.length === 0 && !report.orphans) throw nothing;
  return { script: new Blob(parts), report };
}
