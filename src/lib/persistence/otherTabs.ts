/** Tells the browser's other tabs of Rowhouse that rows of a table were written. */
export class OtherTabs {
  readonly #channel: BroadcastChannel | null;

  /** @param table its name */
  constructor(table: string) {
    this.#channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(`rowhouse:written:${table}`) : null;
  }

  tell(): void {
    this.#channel?.postMessage(null);
  }

  /** Calls when another tab has written; one listener at a time. Returns its undo. */
  hear(written: () => void): () => void {
    if (this.#channel) this.#channel.onmessage = written;
    return () => {
      if (this.#channel) this.#channel.onmessage = null;
    };
  }
}
