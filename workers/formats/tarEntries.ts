const decoder = new TextDecoder();
const HEAD = 512;
/** A name that takes more than this is none. */
const LONGEST_NAME = 64 * 1024;

/** A file within a tar. */
export interface TarEntry {
  /** With its folders, without a leading `./` or slash. */
  name: string;
  file: Blob;
}

/**
 * The files of a tar (POSIX ustar, with the long names of GNU and of pax), in order. Nothing but heads and long names
 * is read. Of one that is cut off, what there is.
 */
export async function tarEntries(tar: Blob): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  let longName: string | undefined;
  for (let at = 0; at + HEAD <= tar.size; ) {
    const head = new Uint8Array(await tar.slice(at, at + HEAD).arrayBuffer());
    if (head[0] === 0 || !isWhole(head)) break;
    const field = (from: number, length: number): string => decoder.decode(head.subarray(from, from + length)).replace(/\0.*$/s, '');
    const size = sizeOf(head, field(124, 12));
    const data = tar.slice(at + HEAD, at + HEAD + size);
    const type = String.fromCharCode(head[156]!);
    if ((type === 'L' || type === 'x') && size <= LONGEST_NAME) {
      const text = await data.text();
      longName = type === 'L' ? text.replace(/\0.*$/s, '') : (/(?:^|\n)\d+ path=(.*)\n/.exec(text)?.[1] ?? longName);
    } else if (type !== 'g') {
      // GNU's own kind of tar has other things where the folders of a name would stand
      const folders = field(257, 6) === 'ustar' ? field(345, 155) : '';
      const name = longName ?? (folders ? `${folders}/` : '') + field(0, 100);
      if (type === '0' || type === '\0') entries.push({ name: name.replace(/^(?:\.?\/)+/, ''), file: data });
      longName = undefined;
    }
    at += HEAD + Math.ceil(size / HEAD) * HEAD;
  }
  return entries;
}

/** Whether a head's sum is right; bytes of the sum itself count as blanks. */
function isWhole(head: Uint8Array): boolean {
  const wanted = parseInt(decoder.decode(head.subarray(148, 156)).replace(/\0.*$/s, '').trim(), 8);
  return head.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0) === wanted;
}

/** Octal; from 8 GB on GNU tar writes it as a big-endian number behind a set bit. */
function sizeOf(head: Uint8Array, octal: string): number {
  if (head[124]! < 0x80) return parseInt(octal.trim() || '0', 8);
  return head.subarray(125, 136).reduce((size, byte) => size * 256 + byte, 0);
}
