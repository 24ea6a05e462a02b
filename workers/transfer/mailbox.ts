/** Messages of a port, one by one, in their order. */
export class Mailbox<T> {
  readonly #port: MessagePort;
  #letters: T[] = [];
  #wake: (() => void) | null = null;

  constructor(port: MessagePort) {
    this.#port = port;
    port.onmessage = (event: MessageEvent<T>) => {
      this.#letters.push(event.data);
      this.#wake?.();
    };
  }

  /** The next one; while it does not come, `pause` is asked now and then, and may throw. */
  async next(pause: () => Promise<void>): Promise<T> {
    for (;;) {
      const letter = this.#letters.shift();
      if (letter) return letter;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 20);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
      await pause();
    }
  }

  /** Takes no more, and closes the port. */
  close(): void {
    this.#port.onmessage = null;
    this.#port.close();
  }
}
