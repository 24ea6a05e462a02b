import type { EngineErrorData } from '../wire/errors';
import type { CopyBlock } from './dumpTarget';

/** The longest COPY block that can be loaded only as a whole. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * A block in CSV or binary form as one piece: its rows do not end where its lines end, and it may have a header.
 * pg_dump writes none of these. Throws EngineErrorData when it is too long.
 */
export async function* wholePiece(pieces: AsyncIterable<Uint8Array>, block: CopyBlock): AsyncGenerator<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > MOST_BYTES) {
      throw {
        code: 'unsupported',
        message: `The rows of ${block.relation} are more than 256 MB in the CSV form of COPY, which is loaded as a whole.`,
        hint: 'Write them in the text form of COPY, as pg_dump does.'
      } satisfies EngineErrorData;
    }
    parts.push(piece.slice());
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  if (length > 0) yield whole;
}
