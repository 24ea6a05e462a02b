import { fileChunks } from '$workers/formats/fileChunks';
import { packingOf } from '$workers/formats/unpack';
import { sniffBytes, type ByteVerdict } from './sniffBytes';

const HEAD_BYTES = 65_536;

/** The beginning of a file's bytes; of what is inside where it is packed. */
interface Head {
  bytes: Uint8Array;
  /** True when these are all bytes. */
  whole: boolean;
  packed: boolean;
  /** True when the packed bytes end too early or are wrong within the head. */
  broken: boolean;
}

/** What a file's beginning says, unpacked where it is packed. Rejects with a DOMException where it cannot be read. */
export async function sniffHead(file: Blob): Promise<{ verdict: ByteVerdict; packed: boolean }> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const packing = packingOf(bytes);
  const head = packing ? await unpackedHead(file) : { bytes, whole: file.size <= HEAD_BYTES, packed: false, broken: false };
  return { verdict: verdictOf(head, packing ?? ''), packed: head.packed };
}

async function unpackedHead(file: Blob): Promise<Head> {
  const head = new Uint8Array(HEAD_BYTES);
  let length = 0;
  let whole = true;
  let broken = false;
  try {
    for await (const chunk of fileChunks(file, true, () => undefined)) {
      const part = chunk.subarray(0, HEAD_BYTES - length);
      head.set(part, length);
      length += part.length;
      whole = length < HEAD_BYTES;
      if (!whole) break; // the rest is not wanted
    }
  } catch (e) {
    if (e instanceof DOMException) throw e;
    broken = true; // what came before the fault still tells what it is
  }
  return { bytes: head.slice(0, length), whole: whole && !broken, packed: true, broken };
}

function verdictOf(head: Head, packing: string): ByteVerdict {
  if (head.packed && head.bytes.length === 0) {
    return head.broken
      ? { kind: 'refused', what: `is a ${packing} file that is cut off or damaged.`, hint: 'Download or copy it again.' }
      : { kind: 'refused', what: `is a ${packing} file with nothing in it.`, hint: 'Pack the database again.' };
  }
  return sniffBytes(head.bytes, head.whole);
}
