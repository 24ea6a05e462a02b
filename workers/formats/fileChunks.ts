/**
 * The bytes of a file in order, unpacked where it is gzip'd. Throws what the browser does: a DOMException where the file
 * has changed or is gone, a TypeError where its gzip is broken; what came before is good.
 * @param onRead hears how many of the file's own bytes have been read with each piece
 */
export async function* fileChunks(file: Blob, gzip: boolean, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      onRead(chunk.length);
      controller.enqueue(chunk);
    }
  });
  const counted = file.stream().pipeThrough(counter);
  const reader = (gzip ? counted.pipeThrough(new DecompressionStream('gzip')) : counted).getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined); // broken already: there is nothing to cancel
  }
}
