import type { EngineErrorData } from '../wire/errors';

/** So long after the last call the worker counts as idle. */
const IDLE_MS = 2000;

/** Tells a task that it should stop at its next chance. */
export interface Stop {
  asked: boolean;
}

interface Waiting {
  number: number;
  stop: Stop;
  start(): Promise<void>;
  reject(error: EngineErrorData): void;
}

interface Background {
  number: number;
  stop: Stop;
  step(): Promise<boolean>;
}

/** What a call rejects with that was cancelled. */
export const callCancelled = (): EngineErrorData => ({ code: 'cancelled', message: 'Cancelled.' });

/**
 * One call at a time, in order of arrival. Background work (counting) is done in slices between calls:
 * it goes on only while nothing waits.
 */
export class CallQueue {
  #waiting: Waiting[] = [];
  #running: Waiting | null = null;
  #background: Background[] = [];
  #busy = false;
  /** Number of the call that is being made. */
  #number = 0;
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

  /** What `call` puts into the queue at once stands there under this number, for `cancel`. 0 is none. */
  under<T>(number: number, call: () => T): T {
    this.#number = number;
    try {
      return call();
    } finally {
      this.#number = 0;
    }
  }

  /** Runs `task` when all before it are done; gives what it gives. Rejects with `cancelled` when it was taken out. */
  run<T>(task: (stop: Stop) => Promise<T> | T): Promise<T> {
    const number = this.#number;
    return new Promise<T>((resolve, reject) => {
      const stop = { asked: false };
      const start = async (): Promise<void> => {
        try {
          resolve(await task(stop));
        } catch (e) {
          reject(e);
        }
        this.#waitForIdle();
      };
      this.#waiting.push({ number, stop, start, reject });
      void this.#drain();
    });
  }

  /** Once nothing was asked for some time, what can be done then is done: once, until something is asked again. */
  #waitForIdle(): void {
    clearTimeout(this.#idleTimer);
    if (!this.#idle) return;
    this.#idleTimer = setTimeout(() => {
      const start = async (): Promise<void> => {
        try {
          await this.#idle!();
        } catch (e) {
          console.warn('What was to be done while nothing is asked for has failed.', e);
        }
      };
      this.#waiting.push({ number: 0, stop: { asked: false }, start, reject: () => undefined });
      void this.#drain();
    }, IDLE_MS);
  }

  /** Runs `slices` between calls; gives its result. Rejects with `cancelled` when it was cancelled. */
  inBackground<T>(slices: AsyncGenerator<void, T, void>): Promise<T> {
    const number = this.#number;
    return new Promise<T>((resolve, reject) => {
      const stop = { asked: false };
      const step = async (): Promise<boolean> => {
        try {
          if (stop.asked) {
            await slices.return(undefined as T);
            throw callCancelled();
          }
          const { done, value } = await slices.next();
          if (done) resolve(value as T);
          return !done;
        } catch (e) {
          reject(e);
          return false;
        }
      };
      this.#background.push({ number, stop, step });
      void this.#drain();
    });
  }

  /**
   * Cancels a call: one that waits is taken out, one that runs is asked to stop.
   * @param number of the call; without one, that which runs
   */
  cancel(number?: number): void {
    if (number === undefined || this.#running?.number === number) {
      if (this.#running) this.#running.stop.asked = true;
      return;
    }
    if (number === 0) return;
    for (const task of this.#background) if (task.number === number) task.stop.asked = true;
    const at = this.#waiting.findIndex((call) => call.number === number);
    if (at >= 0) this.#waiting.splice(at, 1)[0]!.reject(callCancelled());
  }

  async #drain(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (;;) {
        const call = this.#waiting.shift();
        if (call) {
          this.#running = call;
          await call.start();
          this.#running = null;
          // What was cancelled meanwhile is not begun.
          if (this.#waiting.length > 0) await turn();
          continue;
        }
        const task = this.#background[0];
        if (!task) break;
        const goesOn = await task.step();
        // Move on to the next one in turn, so that two counts share the idle time.
        this.#background.shift();
        if (goesOn) this.#background.push(task);
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
