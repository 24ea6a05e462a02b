import { fileChunks } from './fileChunks';

/** The browser takes each piece of so many bytes off the page's memory, to its disk when there are many. */
const PIECE = 8 * 1024 * 1024;

/**
 * A packed file unpacked, for what is read by place (archives, containers). Throws as fileChunks does, and what
 * `onRead` throws.
 * @param onRead hears of the file's own bytes as they are read
 */
export async function unpackedBlob(file: Blob, onRead: (bytes: number) => void = () => undefined): Promise<Blob> {
  const pieces: Blob[] = [];
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of fileChunks(file, true, onRead)) {
    waiting.push(chunk.slice()); // an unpacker may use its memory again
    length += chunk.length;
    if (length < PIECE) continue;
    pieces.push(new Blob(waiting));
    waiting = [];
    length = 0;
  }
  return new Blob([...pieces, ...waiting]);
}
