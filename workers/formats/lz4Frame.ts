const MAGIC = 0x184d2204;
/** How far back a match may reach. */
const WINDOW = 65_536;
const BAD = 'These bytes are not an LZ4 frame, or are damaged.';

/**
 * Unpacks a stream of LZ4 frames (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md), block by block.
 * Checksums are passed over: what is packed here says by its own form whether it is whole. Throws where the bytes
 * are no frame or end too early.
 */
export async function* unpackLz4(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new Pull(source);
  while (await input.need(4, true)) {
    if (input.u32() !== MAGIC) throw new Error(BAD);
    await input.need(2);
    const flags = input.u8();
    input.u8();
    const [contentSize, dictionary] = [(flags & 8) !== 0, (flags & 1) !== 0];
    await input.need((contentSize ? 8 : 0) + (dictionary ? 4 : 0) + 1);
    input.skip((contentSize ? 8 : 0) + (dictionary ? 4 : 0) + 1);
    let before: Uint8Array = new Uint8Array(0);
    for (;;) {
      await input.need(4);
      const head = input.u32();
      if (head === 0) break;
      const size = head & 0x7fffffff;
      await input.need(size + (flags & 16 ? 4 : 0));
      const block = input.take(size);
      if (flags & 16) input.skip(4);
      const stored = head >>> 31 === 1;
      const whole = stored ? joined(before, block) : unpackBlock(before, block);
      yield whole.subarray(before.length);
      before = whole.subarray(Math.max(0, whole.length - WINDOW));
    }
    if (flags & 4) {
      await input.need(4);
      input.skip(4);
    }
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** What came before, and behind it what a block holds. */
function unpackBlock(before: Uint8Array, block: Uint8Array): Uint8Array {
  let out = new Uint8Array(before.length + Math.max(block.length * 4, WINDOW));
  out.set(before);
  let to = before.length;
  const room = (more: number): void => {
    if (to + more <= out.length) return;
    const wider = new Uint8Array(Math.max(out.length * 2, to + more));
    wider.set(out.subarray(0, to));
    out = wider;
  };
  let at = 0;
  const long = (length: number): number => {
    if (length < 15) return length;
    for (let b = 255; b === 255; length += b) {
      if (at >= block.length) throw new Error(BAD);
      b = block[at++]!;
    }
    return length;
  };
  while (at < block.length) {
    const token = block[at++]!;
    const literals = long(token >> 4);
    if (at + literals > block.length) throw new Error(BAD);
    room(literals);
    out.set(block.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at >= block.length) break; // the last sequence has literals alone
    const back = block[at]! | (block[at + 1]! << 8);
    at += 2;
    const length = long(token & 15) + 4;
    if (back === 0 || back > to) throw new Error(BAD);
    room(length);
    if (back >= length) out.copyWithin(to, to - back, to - back + length);
    else for (let i = 0; i < length; i++) out[to + i] = out[to - back + i]!;
    to += length;
  }
  return out.subarray(0, to);
}

/** Bytes of a stream by number. */
class Pull {
  readonly #source: AsyncIterator<Uint8Array>;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Waits for so many bytes; false at the stream's end when `orEnd`, else it throws there. */
  async need(count: number, orEnd = false): Promise<boolean> {
    if (this.#bytes.length - this.#at >= count) return true;
    const parts = [this.#bytes.subarray(this.#at)];
    for (let have = parts[0]!.length; have < count; ) {
      const next = await this.#source.next();
      if (next.done) {
        if (orEnd && have === 0) return false;
        throw new Error(BAD);
      }
      parts.push(next.value);
      have += next.value.length;
    }
    this.#bytes = parts.reduce(joined);
    this.#at = 0;
    return true;
  }

  u8(): number {
    return this.#bytes[this.#at++]!;
  }

  u32(): number {
    return (this.u8() | (this.u8() << 8) | (this.u8() << 16) | (this.u8() << 24)) >>> 0;
  }

  skip(count: number): void {
    this.#at += count;
  }

  take(count: number): Uint8Array {
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }
}
