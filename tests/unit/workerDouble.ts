import * as Comlink from 'comlink';

type Methods = Record<string, (...args: never[]) => unknown>;

/** A worker that answers as its engine would, in this thread; `engine` gives the value of an answer. */
export class WorkerDouble {
  static made: WorkerDouble[] = [];
  /** Calls that reached a worker, in order, cancels left out. */
  static performed: { call: number; name: string }[] = [];
  /** The last commit, as each answer tells it. */
  static commit: number | undefined;
  terminated = false;
  onerror: unknown = null;
  readonly #page: MessagePort;
  readonly #inside: MessagePort;

  constructor(engine: Methods) {
    const { port1, port2 } = new MessageChannel();
    this.#page = port1;
    this.#inside = port2;
    const answering = Object.entries(engine).map(([name, method]) => [
      name,
      async (...args: never[]) => ({ ok: true, value: await method(...args), commit: WorkerDouble.commit })
    ]);
    const methods = Object.fromEntries(answering) as Record<string, (...args: never[]) => Promise<unknown>>;
    const perform = (call: number, name: string, ...args: never[]): Promise<unknown> => {
      if (name !== 'cancel') WorkerDouble.performed.push({ call, name });
      return methods[name]!(...args);
    };
    Comlink.expose({ ...methods, perform }, port2);
    WorkerDouble.made.push(this);
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#page.postMessage(message, transfer);
  }

  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void {
    this.#page.addEventListener(type, listener);
    this.#page.start();
  }

  removeEventListener(type: 'message', listener: (event: MessageEvent) => void): void {
    this.#page.removeEventListener(type, listener);
  }

  terminate(): void {
    this.terminated = true;
    this.#page.close();
    this.#inside.close();
  }
}
