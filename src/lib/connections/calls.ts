import type * as Comlink from 'comlink';
import { EngineError, type Engine, type RunReport } from '$workers/engine';
import { delay } from '$lib/base/backoff';
import type { ConnectionId } from '$lib/base/id';
import { asEngineError, callCancelled, connectionLost } from './connectionErrors';

export type Method = keyof Engine;

export interface CallOptions {
  /** Aborted, the call is settled at once; its worker is asked to leave it, and never ended for it. */
  signal?: AbortSignal;
  /** By which `cancelCall` finds it. */
  key?: symbol;
}

type Answer = ({ ok: true; value: unknown } | { ok: false; error: ConstructorParameters<typeof EngineError>[0] }) & { commit?: number };
/** A worker as calls reach it: each under a number of its own. */
export type RemoteEngine = Comlink.Remote<{ perform(id: number, method: Method, ...args: unknown[]): Answer }>;

/** Calls that no engine is at work for. */
const QUICK: ReadonlySet<Method> = new Set(['ping', 'saveState', 'release', 'cancel', 'close']);
/** Calls that others do not wait for: a count steps aside by itself, a look at a file touches no database. */
const LIGHT: ReadonlySet<Method> = new Set([...QUICK, 'count', 'rowCounts', 'inspectFile']);
/** Calls that mean nothing to another worker: its rows are not those of the one before, and it opens by itself. */
const BOUND: ReadonlySet<Method> = new Set([...LIGHT, 'open', 'fetch', 'wholeCell']);
/** Calls that run within a transaction that is open. */
const WRITING: ReadonlySet<Method> = new Set(['run', 'commitChanges', 'migrate', 'importRows']);

/** How long a running call may take to hear that it should stop, in ms, before its worker is ended. */
const HEAR_MS = 60;

interface Call {
  readonly id: number;
  readonly method: Method;
  readonly args: unknown[];
  /** False while it waits for the next worker. */
  isSent: boolean;
  /** Somebody waits for it; false once it was settled before its answer. */
  isWaited: boolean;
  resolve(value: unknown): void;
  reject(error: EngineError): void;
  /** Resolves when the worker has answered, or is gone; `end` makes it. */
  readonly over: Promise<void>;
  readonly end: () => void;
}

/**
 * The calls of one connection's workers. Comlink never settles the calls of a worker that is gone, so they are kept
 * here: rejected then, or sent to the next worker.
 */
export class Calls {
  readonly #connectionId: ConnectionId;
  readonly #onLost: (reason: string) => void;
  readonly #onCommit: () => Promise<unknown> | undefined;
  /** In the order made: also those that nobody waits for any more, as long as the worker owes their answer. */
  #owed = new Map<symbol, Call>();
  #remote: RemoteEngine | null = null;
  #last = 0;
  /** The last script that was through left a transaction open. */
  #inTransaction = false;
  #lastCommit: number | undefined;

  /**
   * @param onLost hears that the worker lives, but its engine does not, and why
   * @param onCommit hears of each new number of a last commit; what it gives is waited for before that commit is told
   */
  constructor(connectionId: ConnectionId, onLost: (reason: string) => void, onCommit: () => Promise<unknown> | undefined) {
    this.#connectionId = connectionId;
    this.#onLost = onLost;
    this.#onCommit = onCommit;
  }

  /** Number of the last commit that the page has been told of; undefined where commits are not numbered. */
  get lastCommit(): number | undefined {
    return this.#lastCommit;
  }

  set lastCommit(number: number | undefined) {
    void this.#note(number);
  }

  #note(number: number | undefined): Promise<unknown> | undefined {
    const isNew = number !== this.#lastCommit;
    this.#lastCommit = number;
    return isNew ? this.#onCommit() : undefined;
  }

  /** Calls that somebody waits for. */
  get pending(): number {
    return [...this.#owed.values()].filter((call) => call.isWaited).length;
  }

  /** True while the worker is at work for calls that others wait behind. */
  get isBusy(): boolean {
    return this.#without(LIGHT).length > 0;
  }

  /** True while the worker may be deep in the engine, and could not answer a ping. */
  get isAtWork(): boolean {
    return this.#without(QUICK).length > 0;
  }

  /** What the worker owes, in its order, but for some methods. */
  #without(methods: ReadonlySet<Method>): Call[] {
    return [...this.#owed.values()].filter(({ isSent, method }) => isSent && !methods.has(method));
  }

  /** A worker takes calls from now on. */
  begin(remote: RemoteEngine): void {
    this.#remote = remote;
    this.#inTransaction = false;
  }

  /** Sends what waits for this worker, in its order. */
  resend(): void {
    for (const [key, call] of this.#owed) if (!call.isSent) this.#post(key, call);
  }

  /** Sends a call to the worker. Rejects with EngineError: `connection-lost` where there is none. */
  send(method: Method, args: unknown[], { signal, key = Symbol(method) }: CallOptions = {}): Promise<unknown> {
    if (!this.#remote) return Promise.reject(connectionLost(this.#connectionId, 'This database is not connected.'));
    return new Promise<unknown>((resolve, reject) => {
      const abort = (): void => this.#leave(key, call);
      const settle = (how: () => void): void => {
        if (!call.isWaited) return; // answered already, or its worker is gone
        call.isWaited = false;
        signal?.removeEventListener('abort', abort);
        how();
      };
      let end = (): void => undefined;
      const over = new Promise<void>((done) => (end = done));
      const call: Call = {
        id: ++this.#last,
        method,
        args,
        isSent: false,
        isWaited: true,
        resolve: (value) => settle(() => resolve(value)),
        reject: (error) => settle(() => reject(error)),
        over,
        end
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#owed.set(key, call);
      this.#post(key, call);
    });
  }

  #post(key: symbol, call: Call): void {
    const remote = this.#remote!;
    call.isSent = true;
    const answered = (settle: () => void): void => {
      // What a worker said that was ended is over.
      if (this.#remote !== remote || this.#owed.get(key) !== call) return;
      this.#owed.delete(key);
      settle();
      call.end();
    };
    const tell = (answer: Answer): void => {
      if (answer.ok) return call.resolve(answer.value);
      call.reject(new EngineError(answer.error, this.#connectionId));
      if (answer.error.code === 'connection-lost') this.#onLost(answer.error.message);
    };
    remote.perform(call.id, call.method, ...call.args).then(
      (answer: Answer) =>
        answered(() => {
          if (answer.ok && call.method === 'run') this.#inTransaction = (answer.value as RunReport | null)?.inTransaction === true;
          const noting = this.#note(answer.commit ?? this.#lastCommit);
          if (noting) void noting.then(() => tell(answer));
          else tell(answer);
        }),
      (e: unknown) => answered(() => call.reject(asEngineError(e, this.#connectionId)))
    );
  }

  /** Nobody waits for a call any more: the worker is asked to take it out of its queue, or to stop at the next chance. */
  #leave(key: symbol, call: Call): void {
    call.reject(callCancelled(this.#connectionId));
    if (call.isSent) this.#ask(call);
    else {
      this.#owed.delete(key);
      call.end();
    }
  }

  #ask({ id }: Call): void {
    this.#remote?.perform(0, 'cancel', id).catch(() => undefined); // an engine deep in a statement cannot answer
  }

  /**
   * Stops a call. One that runs may answer with what it has so far; one that waits its turn is rejected at once.
   * @returns false when it runs on and does not hear: then its worker has to be ended
   */
  async stop(key: symbol): Promise<boolean> {
    const call = this.#owed.get(key);
    if (!call) return true;
    // The worker takes one call at a time, in order.
    if (this.#without(LIGHT)[0] !== call) {
      this.#leave(key, call);
      return true;
    }
    this.#ask(call);
    await Promise.race([call.over, delay(HEAR_MS)]);
    return this.#owed.get(key) !== call;
  }

  /** Resolves when the worker owes nothing that others wait for, after `ms`, or when `hurry` is aborted. */
  async settled(ms: number, hurry?: AbortSignal): Promise<void> {
    const late = delay(ms, hurry).catch(() => undefined);
    await Promise.race([Promise.all(this.#without(LIGHT).map((call) => call.over)), late]);
  }

  /** The worker is gone: all calls are rejected. */
  drop(error: EngineError): void {
    this.#remote = null;
    const owed = [...this.#owed.values()];
    this.#owed.clear();
    for (const call of owed) {
      call.reject(error);
      call.end();
    }
  }

  /**
   * The worker is ended because of one call. What stood behind it had not begun: that waits for the next worker
   * (see `resend`), but for scripts that would have run in a transaction which is gone with the worker.
   */
  dropFor(key: symbol, error: EngineError): void {
    this.#remote = null;
    let isBehind = false;
    for (const [of, call] of [...this.#owed]) {
      const goesOn = isBehind && call.isWaited && !BOUND.has(call.method);
      isBehind ||= of === key;
      call.isSent = false;
      if (goesOn && !(WRITING.has(call.method) && this.#inTransaction)) continue;
      this.#owed.delete(of);
      call.reject(goesOn ? connectionLost(this.#connectionId, TRANSACTION_LOST) : error);
      call.end();
    }
  }
}

const TRANSACTION_LOST = 'This did not run: its transaction ended with the statement before it, which was stopped.';
