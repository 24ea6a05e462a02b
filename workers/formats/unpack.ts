import { Decompress } from 'fzstd';
import { unpackLz4 } from './lz4Frame';

/** How bytes are packed. */
export type Packing = 'none' | 'gzip' | 'zlib' | 'lz4' | 'zstd';

/** How a file is packed by its first four bytes; undefined where it is not, or in a way that is not known here. */
export function packingOf(head: Uint8Array): 'gzip' | 'lz4' | 'zstd' | undefined {
  if (head.length < 4) return undefined;
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  const magic = new DataView(head.buffer, head.byteOffset, 4).getUint32(0, true);
  if (magic === 0xfd2fb528) return 'zstd';
  return magic === 0x184d2204 ? 'lz4' : undefined;
}

/** Unpacks a stream as it comes. Throws where the bytes are not packed so, are damaged, or end too early. */
export async function* unpack(packing: Packing, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  switch (packing) {
    case 'none':
      return yield* source;
    case 'lz4':
      return yield* unpackLz4(source);
    case 'zstd':
      return yield* unpackZstd(source);
    default:
      return yield* inflate(packing === 'gzip' ? 'gzip' : 'deflate', source);
  }
}

async function* inflate(format: CompressionFormat, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value as Uint8Array<ArrayBuffer>);
    },
    async cancel() {
      await iterator.return?.();
    }
  });
  const reader = packed.pipeThrough(new DecompressionStream(format)).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined); // broken already: there is nothing to cancel
  }
}

async function* unpackZstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  const stream = new Decompress((piece) => pieces.push(piece));
  for await (const chunk of source) {
    stream.push(chunk.slice()); // it keeps what it is given
    yield* pieces;
    pieces = [];
  }
  stream.push(new Uint8Array(0), true);
  yield* pieces;
}
