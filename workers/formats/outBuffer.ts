const encoder = new TextEncoder();

/** What an encoder writes to: text and bytes in order, taken as one piece of UTF-8. */
export class OutBuffer {
  #text = '';
  #parts: Uint8Array[] = [];
  /** Written since the last `take`, about (text counts in UTF-16 units). */
  size = 0;

  text(text: string): void {
    this.#text += text;
    this.size += text.length;
  }

  /** Keeps the array: the caller must not change it any more. */
  bytes(bytes: Uint8Array): void {
    this.#flush();
    this.#parts.push(bytes);
    this.size += bytes.length;
  }

  #flush(): void {
    if (this.#text === '') return;
    this.#parts.push(encoder.encode(this.#text));
    this.#text = '';
  }

  /** All that was written since the last time, in an array of its own. */
  take(): Uint8Array<ArrayBuffer> {
    this.#flush();
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const all = new Uint8Array(length);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.size = 0;
    return all;
  }
}
