const P1 = 0x9e3779b1 | 0;
const P2 = 0x85ebca77 | 0;
const P3 = 0xc2b2ae3d | 0;
const P4 = 0x27d4eb2f | 0;
const P5 = 0x165667b1 | 0;

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));
const lane = (acc: number, word: number): number => Math.imul(rotate((acc + Math.imul(word, P2)) | 0, 13), P1);

/**
 * XXH32, as xxHash's specification gives it (github.com/Cyan4973/xxHash, doc/xxhash_spec.md). No single
 * changed word passes it unseen; anything else with one chance in 2^32.
 * @param seed chains it to what came before
 * @returns an unsigned 32-bit number
 */
export function xxHash32(bytes: Uint8Array, seed = 0): number {
  const { length } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  let at = 0;
  let hash: number;
  if (length >= 16) {
    let a = (seed + P1 + P2) | 0;
    let b = (seed + P2) | 0;
    let c = seed | 0;
    let d = (seed - P1) | 0;
    const end = length - 16;
    if (bytes.byteOffset % 4 === 0) {
      // Words straight from memory (wasm and every machine that browsers run on are little-endian).
      const words = new Int32Array(bytes.buffer, bytes.byteOffset, length >> 2);
      for (let w = 0; at <= end; at += 16, w += 4) {
        a = lane(a, words[w]!);
        b = lane(b, words[w + 1]!);
        c = lane(c, words[w + 2]!);
        d = lane(d, words[w + 3]!);
      }
    } else {
      for (; at <= end; at += 16) {
        a = lane(a, view.getInt32(at, true));
        b = lane(b, view.getInt32(at + 4, true));
        c = lane(c, view.getInt32(at + 8, true));
        d = lane(d, view.getInt32(at + 12, true));
      }
    }
    hash = (rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)) | 0;
  } else {
    hash = (seed + P5) | 0;
  }
  hash = (hash + length) | 0;
  for (; at + 4 <= length; at += 4) {
    hash = Math.imul(rotate((hash + Math.imul(view.getInt32(at, true), P3)) | 0, 17), P4);
  }
  for (; at < length; at++) {
    hash = Math.imul(rotate((hash + Math.imul(bytes[at]!, P5)) | 0, 11), P1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), P2);
  hash = Math.imul(hash ^ (hash >>> 13), P3);
  return (hash ^ (hash >>> 16)) >>> 0;
}
