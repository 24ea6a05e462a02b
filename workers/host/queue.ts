/** So long after the last call the worker counts as idle. */
const IDLE_MS = 2000;

/**
 * One call at a time, in order of arrival. Background work (counting) is done in slices between calls:
 * it goes on only while nothing waits.
 */
export class CallQueue {
  #waiting: (() => Promise<void>)[] = [];
  #background: { step: () => Promise<boolean> }[] = [];
  #busy = false;
  readonly #idle: (() => Promise<void> | void) | null;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param idle work that is done, as a call of its own, once nothing was asked for some time */
  constructor(idle: (() => Promise<void> | void) | null = null) {
    this.#idle = idle;
  }

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
        this.#waitForIdle();
      });
      void this.#drain();
    });
  }

  /** Once nothing was asked for some time, what can be done then is done: once, until something is asked again. */
  #waitForIdle(): void {
    clearTimeout(this.#idleTimer);
    if (!this.#idle) return;
    this.#idleTimer = setTimeout(() => {
      this.#waiting.push(async () => {
        try {
          await this.#idle!();
        } catch (e) {
          console.warn('What was to be done while nothing is asked for has failed.', e);
        }
      });
      void this.#drain();
    }, IDLE_MS);
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
