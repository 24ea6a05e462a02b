import { BlobParts } from '$lib/base/blobParts';
import { download } from '$lib/base/download';

/** A file that the browser lets a page write to. */
export interface FileTarget {
  name: string;
  createWritable(): Promise<{ write(chunk: Uint8Array<ArrayBuffer>): Promise<void>; close(): Promise<void>; abort(): Promise<void> }>;
}

/** A name as a file may have it on every disk, without its ending. */
export const diskName = (name: string): string => name.replace(/[/\\:*?"<>|]/g, '_') || 'rows';

/** Writes into a file of the user's choice, or into the browser's downloads; what fails leaves no file. */
export async function intoFile<T>(
  { name, mime, target }: { name: string; mime: string; target?: FileTarget },
  work: (write: (chunk: Uint8Array) => Promise<void>) => Promise<T>
): Promise<T> {
  if (!target) {
    const parts = new BlobParts();
    const made = await work(async (chunk) => parts.add(chunk));
    download(parts.blob(mime), name);
    return made;
  }
  const stream = await target.createWritable();
  try {
    const made = await work((chunk) => stream.write(chunk as Uint8Array<ArrayBuffer>));
    await stream.close();
    return made;
  } catch (e) {
    await stream.abort().catch((f: unknown) => console.warn('A file that was not written whole could not be dropped.', f));
    throw e;
  }
}

/** Where a file has gone, in words. */
export const whereItIs = (name: string, target?: FileTarget): string => (target ? `written to ${name}` : `in your downloads as ${name}`);
