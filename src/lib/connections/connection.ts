import * as Comlink from 'comlink';
import { EngineError, type EngineKind, type OpenReport, type OpenSource, type Progress, type SaveState } from '$workers/engine';
import type { ArchiveChoice, ArchiveContents, Engine } from '$workers/engine';
import { REOPEN_DELAYS, delay } from '$lib/base/backoff';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import { Subscribable } from '$lib/base/subscribable';
import { watchHealth } from './health';
import { spawnWorker } from './spawn';

export type LiveStatus = 'connecting' | 'connected' | 'reconnecting' | 'error' | 'closed';

export type ConnectionEvent =
  | { kind: 'status'; status: LiveStatus; error: EngineError | null }
  | { kind: 'progress'; progress: Progress }
  | { kind: 'opened'; report: OpenReport }
  /** How the copy of a large dropped file goes on. */
  | { kind: 'save'; save: SaveState }
  /** An archive that is opened asks what of it is wanted; null cancels the opening. */
  | { kind: 'choose'; contents: ArchiveContents; answer: (choice: ArchiveChoice | null) => void }
  /** Its worker was replaced: windows of results are gone. */
  | { kind: 'replaced' };

type Answer = { ok: true; value: unknown } | { ok: false; error: ConstructorParameters<typeof EngineError>[0] };
type Method = keyof Engine;

export interface CallOptions {
  signal?: AbortSignal;
}

/** How long a running call may take to hear that it should stop, in ms, before its worker is ended. */
const HEAR_MS = 60;

/** Calls that no engine is at work for. */
const QUICK: ReadonlySet<Method> = new Set(['ping', 'release', 'cancel', 'close']);
/** Calls that are not what a cancel is for: a count steps aside for others by itself. */
const LIGHT: ReadonlySet<Method> = new Set([...QUICK, 'count']);

/**
 * One live connection: its worker, the calls that wait for it, and its replacement when it dies. Comlink never
 * settles the calls of a worker that is gone, so they are kept here and rejected.
 */
export class Connection {
  readonly events = new Subscribable<ConnectionEvent>();
  readonly id: ConnectionId;
  readonly projectId: ProjectId;
  readonly engine: EngineKind;
  readonly access: 'write' | 'read';
  #source: OpenSource;
  #generation = 0;
  #worker: Worker | null = null;
  #remote: Comlink.Remote<Record<string, (...args: unknown[]) => Answer>> | null = null;
  /** Calls that somebody waits for. */
  #pending = new Map<symbol, { reject: (error: EngineError) => void }>();
  /** Calls that the worker has not answered, those included that were aborted: it is still at work for them. */
  #unanswered = new Map<symbol, Method>();
  #ready: Promise<void> = Promise.resolve();
  #status: LiveStatus = 'connecting';
  #error: EngineError | null = null;
  #stopWatching: (() => void) | null = null;
  #ending = new AbortController();

  constructor(id: ConnectionId, projectId: ProjectId, engine: EngineKind, source: OpenSource, access: 'write' | 'read') {
    this.id = id;
    this.projectId = projectId;
    this.engine = engine;
    this.access = access;
    this.#source = source;
  }

  get status(): LiveStatus {
    return this.#status;
  }

  get error(): EngineError | null {
    return this.#error;
  }

  /** Number of the worker within this connection. */
  get generation(): number {
    return this.#generation;
  }

  /** True while the worker is at work for calls that a cancel would stop, also for those that nobody waits for any more. */
  get busy(): boolean {
    return this.#owed(LIGHT).length > 0;
  }

  /** True while the worker may be deep in the engine, and could not answer a ping. */
  get isAtWork(): boolean {
    return this.#owed(QUICK).length > 0;
  }

  #owed(without: ReadonlySet<Method>): symbol[] {
    return [...this.#unanswered].filter(([, method]) => !without.has(method)).map(([key]) => key);
  }

  get pending(): number {
    return this.#pending.size;
  }

  #set(status: LiveStatus, error: EngineError | null = null): void {
    this.#status = status;
    this.#error = error;
    this.events.emit({ kind: 'status', status, error });
  }

  /**
   * Opens for the first time. Rejects with the engine's error, and where the connection was closed or killed before
   * it was open; then it is of no more use.
   */
  async open(): Promise<OpenReport> {
    const opening = this.#start();
    this.#ready = opening.then(() => undefined);
    this.#ready.catch(() => undefined); // told to the caller of open; calls that wait see it too
    try {
      const report = await opening;
      this.#set('connected');
      return report;
    } catch (e) {
      const error = this.#asError(e);
      this.#drop(error);
      if (this.#status !== 'closed') this.#set('error', error);
      throw error;
    }
  }

  async #start(): Promise<OpenReport> {
    this.#ending.signal.throwIfAborted();
    const generation = ++this.#generation;
    const worker = spawnWorker(this.engine, this.id);
    this.#worker = worker;
    this.#remote = Comlink.wrap(worker);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#died(generation, event.message || 'The worker of this connection could not be started.');
    };
    const report = (await this.#send('open', [
      {
        connectionId: this.id,
        projectId: this.projectId,
        generation,
        opening: `${Date.now().toString(36).padStart(9, '0')}-${this.id}-${generation}`,
        source: this.#source,
        access: this.access
      },
      Comlink.proxy((progress: Progress) => {
        if (generation === this.#generation) this.events.emit({ kind: 'progress', progress });
      }),
      Comlink.proxy((save: SaveState) => {
        if (generation !== this.#generation) return;
        if (save.saved) this.#source = { kind: 'stored' };
        this.events.emit({ kind: 'save', save });
      }),
      Comlink.proxy(
        (contents: ArchiveContents) =>
          new Promise<ArchiveChoice | null>((answer) => this.events.emit({ kind: 'choose', contents, answer }))
      )
    ])) as OpenReport;
    this.#ending.signal.throwIfAborted();
    // The next worker opens what is whole in storage.
    if (report.save.saved && report.storage !== 'memory') this.#source = { kind: 'stored' };
    this.#stopWatching?.();
    this.#stopWatching = watchHealth(this, generation, (reason) => this.#died(generation, reason));
    this.events.emit({ kind: 'opened', report });
    return report;
  }

  /**
   * Calls the engine when the connection is usable. Rejects with EngineError: the engine's own,
   * `connection-lost` when the worker died, `cancelled` when it was ended on purpose or the signal aborted.
   */
  async call(method: Method, args: unknown[], options: CallOptions = {}): Promise<unknown> {
    if (this.#status === 'closed') throw this.#lost('This database is disconnected.');
    const { signal } = options;
    if (signal?.aborted) throw this.#cancelled();
    await this.#ready.catch((e: unknown) => {
      throw this.#asError(e);
    });
    if (signal?.aborted) throw this.#cancelled();
    return this.#send(method, args, signal);
  }

  #send(method: Method, args: unknown[], signal?: AbortSignal): Promise<unknown> {
    const remote = this.#remote;
    if (!remote) return Promise.reject(this.#lost('This database is not connected.'));
    const key = Symbol(method);
    const generation = this.#generation;
    return new Promise<unknown>((resolve, reject) => {
      const abort = (): void => settle(() => reject(this.#cancelled()));
      const settle = (end: () => void): void => {
        if (!this.#pending.delete(key)) return; // answered already, or its worker is gone
        signal?.removeEventListener('abort', abort);
        end();
      };
      this.#pending.set(key, { reject: (error) => settle(() => reject(error)) });
      this.#unanswered.set(key, method);
      signal?.addEventListener('abort', abort, { once: true });
      remote[method]!(...args).then(
        (answer: Answer) => {
          this.#unanswered.delete(key);
          settle(() => (answer.ok ? resolve(answer.value) : reject(new EngineError(answer.error, this.id))));
          // The worker lives, but its engine does not.
          if (!answer.ok && answer.error.code === 'connection-lost') this.#died(generation, answer.error.message);
        },
        (e: unknown) => {
          this.#unanswered.delete(key);
          settle(() => reject(this.#asError(e)));
        }
      );
    });
  }

  /**
   * Stops what runs now. First it is asked; when the engine does not hear, its worker is ended and another opened
   * beside it. Resolves when the connection is usable again.
   */
  async cancelRunning(): Promise<void> {
    const running = this.#owed(LIGHT);
    if (running.length === 0) return;
    void this.#send('cancel', []).catch(() => undefined); // an engine deep in a statement cannot answer
    const heard = await this.#answeredWithin(running, HEAR_MS);
    if (heard || this.#status !== 'connected') return this.#ready;
    await this.#replace(this.#cancelled());
  }

  async #answeredWithin(calls: readonly symbol[], ms: number): Promise<boolean> {
    const end = performance.now() + ms;
    while (calls.some((key) => this.#unanswered.has(key))) {
      if (performance.now() > end) return false;
      await delay(5);
    }
    return true;
  }

  /** Ends the worker at once, as if it had crashed: it is replaced by itself. */
  kill(reason = 'Its worker was ended.'): void {
    this.#died(this.#generation, reason);
  }

  #died(generation: number, reason: string): void {
    if (generation !== this.#generation || this.#status === 'closed') return;
    const error = this.#lost(reason);
    // While it opens for the first time, the caller of open is told; nothing is replaced.
    if (this.#status === 'connecting' && !this.#worker) return this.#ending.abort(error);
    if (this.#status === 'connecting') return this.#drop(error);
    if (this.#status === 'connected') void this.#replace(error).catch(() => undefined); // its status says so
    else this.#drop(error);
  }

  /** Ends the worker; its calls are rejected with `error`. */
  #drop(error: EngineError): void {
    this.#stopWatching?.();
    this.#stopWatching = null;
    this.#worker?.terminate();
    this.#worker = null;
    this.#remote = null;
    this.#unanswered.clear();
    for (const { reject } of [...this.#pending.values()]) reject(error);
  }

  #replace(error: EngineError): Promise<void> {
    this.#drop(error);
    this.#set('reconnecting', error);
    const attempt = this.#reopen();
    this.#ready = attempt;
    return attempt;
  }

  async #reopen(): Promise<void> {
    let last: EngineError | null = null;
    for (const wait of REOPEN_DELAYS) {
      await delay(wait, this.#ending.signal);
      try {
        await this.#start();
        this.#set('connected');
        this.events.emit({ kind: 'replaced' });
        return;
      } catch (e) {
        last = this.#asError(e);
        this.#drop(last);
        if (this.#ending.signal.aborted) throw last;
        // What is damaged or refused stays so; only lost workers and held files are worth another try.
        if (!['connection-lost', 'storage', 'internal'].includes(last.code)) break;
      }
    }
    this.#set('error', last);
    throw last!;
  }

  /** Another round of tries after `error`. */
  async retry(): Promise<void> {
    if (this.#status !== 'error') return;
    await this.#replace(this.#error ?? this.#lost('The connection failed.'));
  }

  /** Ends the connection: the engine closes when it is idle, otherwise its worker is ended. */
  async close(): Promise<void> {
    if (this.#status === 'closed') return;
    const idle = this.#status === 'connected' && !this.busy;
    this.#ending.abort(this.#lost('This database is disconnected.'));
    this.#stopWatching?.();
    this.#stopWatching = null;
    if (idle) await Promise.race([this.#send('close', []).catch(() => undefined), delay(1500)]); // ended below in any case
    this.#status = 'closed';
    this.#drop(this.#lost('This database is disconnected.'));
    this.events.emit({ kind: 'status', status: 'closed', error: null });
  }

  #lost(message: string): EngineError {
    return new EngineError({ code: 'connection-lost', message, hint: 'Reconnect. What was committed is kept.' }, this.id);
  }

  #cancelled(): EngineError {
    return new EngineError({ code: 'cancelled', message: 'Cancelled.' }, this.id);
  }

  #asError(e: unknown): EngineError {
    if (e instanceof EngineError) return e;
    return new EngineError({ code: 'internal', message: e instanceof Error ? e.message : String(e) }, this.id);
  }
}
