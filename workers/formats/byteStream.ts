import type { TextEncoding } from '../wire/imports';
import { fileChunks } from './fileChunks';

/** Chunks of a file, unpacked where it is gzip'd, and how many of its own bytes have been read. */
export interface ByteStream {
  chunks(): AsyncGenerator<Uint8Array>;
  readonly done: number;
}

/** In words, what the browser says of a file that it cannot read any more; all else as it was thrown. */
export function toldOfFile(thrown: unknown): unknown {
  if (!(thrown instanceof DOMException) || (thrown.name !== 'NotReadableError' && thrown.name !== 'NotFoundError')) return thrown;
  return { code: 'refused', message: 'The file could not be read to its end: it was changed or removed meanwhile.', hint: 'Choose it again.' };
}

/** Reads a file in order. Throws EngineErrorData: it changed while it was read, or its gzip is broken. */
export function byteStream(file: Blob, gzip: boolean): ByteStream {
  let done = 0;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* fileChunks(file, gzip, (bytes) => (done += bytes));
    } catch (e) {
      if (e instanceof DOMException) throw toldOfFile(e);
      if (!gzip) throw e;
      throw { code: 'refused', message: 'The compressed file is cut off or damaged.', hint: 'Get it again from where it came from.' };
    }
  }
  return {
    chunks,
    get done() {
      return done;
    }
  };
}

/** Text of a stream, piece by piece. Throws `encoding` for bytes that are none of that encoding. */
export async function* textOf(stream: ByteStream, encoding: TextEncoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const wrong = (): never => {
    throw {
      code: 'encoding',
      message: `The file is not ${encoding.toUpperCase()}: bytes near byte ${stream.done.toLocaleString('en')} are no character of it.`,
      hint: 'Choose another encoding.'
    };
  };
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch {
      return wrong(); // the decoder says no more than that
    }
  };
  for await (const chunk of stream.chunks()) {
    const text = decode(chunk);
    if (text !== '') yield text;
  }
  const last = decode();
  if (last !== '') yield last;
}
