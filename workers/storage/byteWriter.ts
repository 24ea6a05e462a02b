const encoder = new TextEncoder();

/** Little-endian numbers and text, one after the other, into bytes that grow. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  #room(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.length, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }

  u8(value: number): void {
    const at = this.#room(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#room(2);
    this.#view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.#room(4);
    this.#view.setUint32(at, value, true);
  }

  f64(value: number): void {
    const at = this.#room(8);
    this.#view.setFloat64(at, value, true);
  }

  bytes(value: Uint8Array): void {
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
  }

  /** Its length in 16 bits, then UTF-8. Throws a RangeError past 65535 bytes. */
  text(value: string): void {
    const bytes = encoder.encode(value);
    if (bytes.length > 0xffff) throw new RangeError('A text of the store is longer than 65535 bytes.');
    this.u16(bytes.length);
    this.bytes(bytes);
  }

  /** What was written; valid until the next write. */
  done(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}
