/**
 * One call at a time, in order of arrival. Background work (counting) is done in slices between calls:
 * it goes on only while nothing waits.
 */
export class CallQueue {
  #waiting: (() => Promise<void>)[] = [];
  #background: { step: () => Promise<boolean> }[] = [];
  #busy = false;

  /** Calls that run or wait. */
  get pending(): number {
    return this.#waiting.length + (this.#busy ? 1 : 0);
  }

  /** Runs `task` when all before it are done; gives what it gives. */
  run<T>(task: () => Promise<T> | T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push(async () => {
        try {
          resolve(await task());
        } catch (e) {
          reject(e);
        }
      });
      void this.#drain();
    });
  }

  /** Runs `slices` between calls; gives its result. */
  inBackground<T>(slices: AsyncGenerator<void, T, void>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#background.push({
        step: async () => {
          try {
            const { done, value } = await slices.next();
            if (done) resolve(value as T);
            return !done;
          } catch (e) {
            reject(e);
            return false;
          }
        }
      });
      void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (;;) {
        const call = this.#waiting.shift();
        if (call) {
          await call();
          continue;
        }
        const task = this.#background[0];
        if (!task) break;
        // Move on to the next one in turn, so that two counts share the idle time.
        this.#background.shift();
        if (await task.step()) this.#background.push(task);
        await turn();
      }
    } finally {
      this.#busy = false;
    }
  }
}

const channel = new MessageChannel();
const turns: (() => void)[] = [];
channel.port1.onmessage = () => turns.shift()?.();

/** Lets the event loop take what has arrived meanwhile (a fetch, a cancel); cheaper than setTimeout. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    turns.push(resolve);
    channel.port2.postMessage(null);
  });
}
