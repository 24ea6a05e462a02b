/**
 * What changed inside one block, as bytes (pure). A patch is a row of parts: where (u16), how many bytes
 * (u16), the bytes as they are now. Positions count from the block's beginning.
 */

/** Bytes of a part besides those that changed. */
const PART = 4;
/** Words alike between two changes that are still cheaper within one part. */
const GAP = 2;

/**
 * The patch that makes `after` of `before`; null when it would take more than `most` bytes.
 * Both are blocks of one length (a multiple of 4, at most 65536) that begin at a multiple of 4 in memory.
 */
export function patchOf(before: Uint8Array, after: Uint8Array, most: number): Uint8Array | null {
  const words = after.length >> 2;
  const old = new Int32Array(before.buffer, before.byteOffset, words);
  const now = new Int32Array(after.buffer, after.byteOffset, words);
  const parts: [number, number][] = [];
  let bytes = 0;
  for (let w = 0; w < words; w++) {
    if (old[w] === now[w]) continue;
    const last = parts.at(-1);
    if (last && w - last[1] <= GAP) {
      bytes += (w + 1 - last[1]) * 4;
      last[1] = w + 1;
    } else {
      bytes += PART + 4;
      parts.push([w, w + 1]);
    }
    if (bytes > most) return null;
  }
  const patch = new Uint8Array(bytes);
  let at = 0;
  for (const [from, to] of parts) {
    const length = (to - from) * 4;
    // A part of 65536 bytes never is: it would take more than `most`.
    patch[at] = (from * 4) & 255;
    patch[at + 1] = (from * 4) >> 8;
    patch[at + 2] = length & 255;
    patch[at + 3] = length >> 8;
    patch.set(after.subarray(from * 4, to * 4), at + PART);
    at += PART + length;
  }
  return patch;
}

/** Does to a block what a patch says; false when that is no patch of such a block. */
export function applyPatch(block: Uint8Array, patch: Uint8Array): boolean {
  for (let at = 0; at < patch.length; ) {
    if (at + PART > patch.length) return false;
    const to = patch[at]! | (patch[at + 1]! << 8);
    const length = patch[at + 2]! | (patch[at + 3]! << 8);
    at += PART;
    if (at + length > patch.length || to + length > block.length) return false;
    block.set(patch.subarray(at, at + length), to);
    at += length;
  }
  return true;
}
