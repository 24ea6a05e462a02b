import { fileChunks } from '../formats/fileChunks';
import type { DumpEvent } from './dumpScanner';

/** The bytes of a dump's file, decompressed. */
export interface DumpSource {
  bytes: AsyncIterable<Uint8Array>;
  /** Bytes of the file itself, and how many of them have been read. */
  readonly total: number;
  readonly done: number;
  /** In words, how the file is broken; set when the bytes are over. */
  readonly broken: string | undefined;
  /** Of a file of pg_dumpall: the database that is loaded; absent, the first that holds anything. */
  readonly database?: string;
  /** Whether an event, by its place among all, was not chosen; absent: everything is. */
  readonly leavesOut?: (event: DumpEvent, at: number) => boolean;
}

/** Reads a dump's file as a stream: decompresses it, and makes UTF-8 of the UTF-16 that PowerShell writes. */
export function dumpSource(
  file: Blob,
  packed: boolean,
  { database, leavesOut }: Pick<DumpSource, 'database' | 'leavesOut'> = {}
): DumpSource {
  let done = 0;
  let broken: string | undefined;
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      yield* fileChunks(file, packed, (bytes) => (done += bytes));
    } catch (e) {
      // A DOMException is the file's own (it has changed or is gone); all else is the unpacking's word for bytes
      // that are none. What came before is good.
      if (!packed || e instanceof DOMException) throw e;
      broken = 'The compressed file is cut off or damaged: what could be decompressed is loaded, the rest is missing.';
    }
  }
  return {
    bytes: utf8Bytes(read()),
    total: file.size,
    database,
    leavesOut,
    get done() {
      return done;
    },
    get broken() {
      return broken;
    }
  };
}

/** UTF-16 with a byte order mark as UTF-8; anything else as it is. */
async function* utf8Bytes(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let decoder: TextDecoder | null | undefined;
  const encoder = new TextEncoder();
  for await (const chunk of source) {
    if (decoder === undefined) {
      const little = chunk[0] === 0xff && chunk[1] === 0xfe;
      const big = chunk[0] === 0xfe && chunk[1] === 0xff;
      decoder = little || big ? new TextDecoder(little ? 'utf-16le' : 'utf-16be', { fatal: true }) : null;
    }
    yield decoder ? encoder.encode(decoder.decode(chunk, { stream: true })) : chunk;
  }
  if (decoder) yield encoder.encode(decoder.decode());
}
