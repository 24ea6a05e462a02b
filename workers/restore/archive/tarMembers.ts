const decoder = new TextDecoder();
const HEAD = 512;

/**
 * The files of a tar (POSIX ustar, and GNU's and pax' long names passed over), by their names without folders in
 * front. Nothing but the heads is read.
 */
export async function tarMembers(tar: Blob): Promise<Map<string, Blob>> {
  const members = new Map<string, Blob>();
  for (let at = 0; at + HEAD <= tar.size; ) {
    const head = new Uint8Array(await tar.slice(at, at + HEAD).arrayBuffer());
    if (head[0] === 0) break;
    const field = (from: number, length: number): string => decoder.decode(head.subarray(from, from + length)).replace(/\0.*$/s, '');
    const size = sizeOf(head, field(124, 12));
    const type = String.fromCharCode(head[156]!);
    const name = field(0, 100);
    if (type === '0' || type === '\0') members.set(name.slice(name.lastIndexOf('/') + 1), tar.slice(at + HEAD, at + HEAD + size));
    at += HEAD + Math.ceil(size / HEAD) * HEAD;
  }
  return members;
}

/** Octal; from 8 GB on GNU tar writes it as a big-endian number behind a set bit. */
function sizeOf(head: Uint8Array, octal: string): number {
  if (head[124]! < 0x80) return parseInt(octal.trim() || '0', 8);
  return head.subarray(125, 136).reduce((size, byte) => size * 256 + byte, 0);
}
