import { fileChunks } from './fileChunks';

/** The browser takes each piece of so many bytes off the page's memory, to its disk when there are many. */
const PIECE = 8 * 1024 * 1024;

/**
 * A packed file unpacked, for what is read by place (archives, containers). Throws as fileChunks does, and what
 * `onRead` throws.
 * @param onRead hears of the file's own bytes as they are read
 * @param takesPart of a file that is cut off or damaged, what comes before that is given
 */
export async function unpackedBlob(file: Blob, onRead: (bytes: number) => void = () => undefined, takesPart = false): Promise<Blob> {
  const pieces: Blob[] = [];
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    for await (const chunk of fileChunks(file, true, onRead)) {
      waiting.push(chunk.slice()); // an unpacker may use its memory again
      length += chunk.length;
      if (length < PIECE) continue;
      pieces.push(new Blob(waiting));
      waiting = [];
      length = 0;
    }
  } catch (e) {
    if (!takesPart || pieces.length + waiting.length === 0) throw e;
  }
  return new Blob([...pieces, ...waiting]);
}
