/** Parts that are gathered before they become one Blob, which the browser may keep on disk. */
const GATHER_BYTES = 64 * 1024 * 1024;

/** Bytes that become one Blob. */
export class BlobParts {
  #parts: BlobPart[] = [];
  #held = 0;
  bytes = 0;

  add(chunk: Uint8Array): void {
    this.#parts.push(chunk as Uint8Array<ArrayBuffer>);
    this.#held += chunk.byteLength;
    this.bytes += chunk.byteLength;
    if (this.#held < GATHER_BYTES) return;
    this.#parts = [new Blob(this.#parts)];
    this.#held = 0;
  }

  blob(type: string): Blob {
    return new Blob(this.#parts, { type });
  }
}
