import { packingOf, unpack } from './unpack';

/**
 * The bytes of a file in order, unpacked where it is packed (gzip, zstd, LZ4: its bytes tell). Throws a DOMException
 * where the file has changed or is gone, another error where its packing is broken; what came before is good.
 * @param onRead hears how many of the file's own bytes have been read with each piece
 */
export async function* fileChunks(file: Blob, packed: boolean, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  if (!packed) return yield* ownChunks(file, onRead);
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  yield* unpack(packingOf(head) ?? 'gzip', ownChunks(file, onRead));
}

async function* ownChunks(file: Blob, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      onRead(next.value.length);
      yield next.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined); // broken already: there is nothing to cancel
  }
}
