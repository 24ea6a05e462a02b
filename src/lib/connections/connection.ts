import * as Comlink from 'comlink';
import {
  type ArchiveChoice,
  type ArchiveContents,
  type EngineCode,
  EngineError,
  type EngineKind,
  type OpenReport,
  type OpenSource,
  type Progress,
  type SaveState
} from '$workers/engine';
import { REOPEN_DELAYS, delay } from '$lib/base/backoff';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import { Subscribable } from '$lib/base/subscribable';
import { Calls, type CallOptions, type Method } from './calls';
import { asEngineError, callCancelled, connectionLost } from './connectionErrors';
import { watchHealth } from './health';
import { spawnWorker } from './spawn';
import { countRequestsOf } from './workerRequests';

export type LiveStatus = 'connecting' | 'connected' | 'reconnecting' | 'error' | 'closed';

export type ConnectionEvent =
  | { kind: 'status'; status: LiveStatus; error: EngineError | null }
  | { kind: 'progress'; progress: Progress }
  | { kind: 'opened'; report: OpenReport }
  /** There is a commit that the page had not heard of; who asked for it hears of it after what it is told to wait for. */
  | { kind: 'committed'; wait: (until: Promise<void>) => void }
  /** How the copy of a large dropped file goes on. */
  | { kind: 'save'; save: SaveState }
  /** An archive that is opened asks what of it is wanted; null cancels the opening. */
  | { kind: 'choose'; contents: ArchiveContents; answer: (choice: ArchiveChoice | null) => void }
  /** Its worker was replaced: windows of results are gone. */
  | { kind: 'replaced' };

export interface ConnectionSpec {
  connectionId: ConnectionId;
  projectId: ProjectId;
  engine: EngineKind;
  source: OpenSource;
  access: 'write' | 'read';
  /** With access read: as of this commit. */
  asOf: number | undefined;
  readOnly: boolean;
}

export interface CloseOptions {
  /** ms that what runs now may take to end by itself; nothing more is begun meanwhile. */
  patience?: number;
  /** Aborted, what runs is not waited for any longer. */
  hurry?: AbortSignal;
  /** Why, for the calls that are cut short. */
  reason?: string;
}

/** The commits of a connection when its worker had ended: the last that the page had been told of, and the last that was found. */
export interface CommitsFound {
  told: number;
  found: number;
}

/** Code of the engines that were opened: the next worker has no need to fetch and compile it. */
const engineCode = new Map<EngineKind, EngineCode>();

/** One live connection: its worker, the calls that wait for it, and its replacement when it dies. */
export class Connection {
  readonly events = new Subscribable<ConnectionEvent>();
  readonly id: ConnectionId;
  readonly projectId: ProjectId;
  readonly engine: EngineKind;
  readonly access: 'write' | 'read';
  /** With access read: as of this commit. */
  readonly asOf: number | undefined;
  #readOnly: boolean;
  #source: OpenSource;
  #generation = 0;
  #worker: Worker | null = null;
  readonly #calls: Calls;
  /** Calls that wait until there is a worker to send them to. */
  readonly #early = new Set<symbol>();
  #ready: Promise<void> = Promise.resolve();
  #status: LiveStatus = 'connecting';
  #error: EngineError | null = null;
  #stopWatching: (() => void) | null = null;
  #ending = new AbortController();
  /** It ends when what runs is through. */
  #isLeaving = false;
  #found: CommitsFound | null = null;
  /** What the calls of the worker before were rejected with. */
  #endedBy: EngineError | null = null;

  constructor(spec: ConnectionSpec) {
    this.id = spec.connectionId;
    this.projectId = spec.projectId;
    this.engine = spec.engine;
    this.access = spec.access;
    this.asOf = spec.asOf;
    this.#readOnly = spec.readOnly;
    this.#source = spec.source;
    this.#calls = new Calls(
      this.id,
      (reason) => this.#died(this.#generation, reason),
      () => this.#tellCommit()
    );
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

  /** True while the worker is at work for calls that others wait behind, also for those that nobody waits for any more. */
  get busy(): boolean {
    return this.#calls.isBusy;
  }

  /** True while the worker may be deep in the engine, and could not answer a ping. */
  get isAtWork(): boolean {
    return this.#calls.isAtWork;
  }

  /** Aborted when it is closed, or killed before it is open. */
  get over(): AbortSignal {
    return this.#ending.signal;
  }

  get pending(): number {
    return this.#calls.pending;
  }

  #tellCommit(): Promise<unknown> | undefined {
    const waits: Promise<void>[] = [];
    this.events.emit({ kind: 'committed', wait: (until) => waits.push(until) });
    return waits.length > 0 ? Promise.allSettled(waits) : undefined;
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
      const error = asEngineError(e, this.id);
      this.#drop(error);
      if (this.#status !== 'closed') this.#set('error', error);
      throw error;
    }
  }

  async #start(): Promise<OpenReport> {
    this.#ending.signal.throwIfAborted();
    const generation = ++this.#generation;
    const worker = spawnWorker(this.engine, this.id);
    countRequestsOf(worker);
    this.#worker = worker;
    this.#calls.begin(Comlink.wrap(worker));
    let isOpen = false;
    // The answer to the opening tells of the last one that is there.
    const told = this.#calls.lastCommit;
    worker.onerror = (event) => {
      event.preventDefault();
      // Once it is open, what nobody caught in it ends one errand of it, not the worker: its lock and the pings tell.
      if (isOpen) console.error(`Uncaught in the worker of connection ${this.id}`, event.message);
      else this.#died(generation, event.message || 'The worker of this connection could not be started.');
    };
    const { code, ...report } = (await this.#calls.send('open', [
      {
        connectionId: this.id,
        projectId: this.projectId,
        generation,
        opening: `${Date.now().toString(36).padStart(9, '0')}-${this.id}-${generation}`,
        source: this.#source,
        access: this.access,
        ...(this.asOf === undefined ? {} : { asOf: this.asOf }),
        readOnly: this.#readOnly,
        code: engineCode.get(this.engine)
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
      ),
      Comlink.proxy((commit: number) => {
        if (generation === this.#generation) this.#calls.lastCommit = commit;
      })
    ])) as OpenReport;
    this.#found = told === undefined || report.commit === undefined ? null : { told, found: report.commit };

    isOpen = true;
    if (code) engineCode.set(this.engine, code);
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
   * `connection-lost` when the worker died, `cancelled` when the call was cancelled or its signal aborted.
   */
  async call(method: Method, args: unknown[], options: CallOptions = {}): Promise<unknown> {
    const { signal, key = Symbol(method) } = options;
    if (this.#status === 'closed' || this.#isLeaving) throw connectionLost(this.id, 'This database is disconnected.');
    if (signal?.aborted) throw callCancelled(this.id);
    this.#early.add(key);
    let isStillWanted: boolean;
    try {
      await this.#ready;
    } catch (e) {
      throw asEngineError(e, this.id);
    } finally {
      isStillWanted = this.#early.delete(key) && !signal?.aborted;
    }
    if (!isStillWanted) throw callCancelled(this.id);
    return this.#calls.send(method, args, { signal, key });
  }

  /**
   * Stops one call: the engine is asked first; where it does not hear, its worker is ended and another opened beside
   * it, to which the calls behind it go. Resolves when the connection is usable again.
   * @param key what the call was given
   * @returns what had been committed when a worker was ended for it; null where none was, or commits are not numbered
   */
  async cancelCall(key: symbol): Promise<CommitsFound | null> {
    if (this.#early.delete(key)) return null;
    const heard = await this.#calls.stop(key);
    if (heard || this.#status !== 'connected') {
      await this.#ready;
      return null;
    }
    const error = callCancelled(this.id);
    this.#calls.dropFor(key, error);
    this.#endWorker();
    await this.#replace(error);
    return this.#found;
  }

  /**
   * For a call that was rejected because its worker is gone: what had been committed by then, once the next one has
   * looked. Null where there is no next one, commits are not numbered, or the call was rejected for another reason.
   * @param error what it was rejected with
   */
  async commitsFound(error: EngineError): Promise<CommitsFound | null> {
    try {
      await this.#ready;
    } catch {
      return null; // its status says why
    }
    return error === this.#endedBy ? this.#found : null;
  }

  /**
   * Opens the database anew so that nothing can be written any more, or so that it can again. Resolves when the
   * connection is usable; an open transaction is rolled back.
   */
  async setReadOnly(readOnly: boolean): Promise<void> {
    if (this.#readOnly === readOnly) return;
    this.#readOnly = readOnly;
    await this.#ready.catch(() => undefined); // a connection that failed takes it with its next worker
    if (this.#status !== 'connected') return;
    if (!this.busy) await Promise.race([this.#calls.send('close', []).catch(() => undefined), delay(1500)]); // ended in any case
    const message = readOnly ? 'The project was opened anew, to be read only.' : 'The project was opened anew, to be written to.';
    const error = new EngineError({ code: 'cancelled', message }, this.id);
    this.#drop(error);
    await this.#replace(error);
  }

  /** Ends the worker at once, as if it had crashed: it is replaced by itself. */
  kill(reason = 'Its worker was ended.'): void {
    this.#died(this.#generation, reason);
  }

  #died(generation: number, reason: string): void {
    if (generation !== this.#generation || this.#status === 'closed') return;
    const error = connectionLost(this.id, reason);
    // While it opens for the first time, the caller of open is told; nothing is replaced.
    if (this.#status === 'connecting' && !this.#worker) return this.#ending.abort(error);
    if (this.#status === 'connecting') return this.#drop(error);
    const isReplaced = this.#status === 'connected';
    this.#drop(error);
    if (isReplaced) void this.#replace(error).catch(() => undefined); // its status says so
  }

  /** Ends the worker; its calls are rejected with `error`. */
  #drop(error: EngineError): void {
    this.#endWorker();
    this.#calls.drop(error);
  }

  #endWorker(): void {
    this.#stopWatching?.();
    this.#stopWatching = null;
    this.#worker?.terminate();
    this.#worker = null;
  }

  #replace(error: EngineError): Promise<void> {
    this.#endedBy = error;
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
        this.#calls.resend();
        this.#set('connected');
        this.events.emit({ kind: 'replaced' });
        return;
      } catch (e) {
        last = asEngineError(e, this.id);
        this.#endWorker();
        if (this.#ending.signal.aborted) break;
        // What is damaged or refused stays so; only lost workers and held files are worth another try.
        if (!['connection-lost', 'storage', 'internal'].includes(last.code)) break;
      }
    }
    this.#drop(last!);
    if (!this.#ending.signal.aborted) this.#set('error', last);
    throw last!;
  }

  /** Another round of tries after `error`. */
  async retry(): Promise<void> {
    if (this.#status !== 'error') return;
    await this.#replace(this.#error ?? connectionLost(this.id, 'The connection failed.'));
  }

  /** Ends its worker for good: it is open, but of no use. The next `retry` makes another. */
  giveUp(error: EngineError): void {
    if (this.#status === 'closed') return;
    this.#drop(error);
    this.#set('error', error);
  }

  /**
   * Ends the connection: the engine closes when it is idle, otherwise its worker is ended.
   * @returns true when something ran that was cut short
   */
  async close({ patience = 0, hurry, reason = 'This database is disconnected.' }: CloseOptions = {}): Promise<boolean> {
    if (this.#status === 'closed') return false;
    if (patience > 0 && this.#status === 'connected') {
      this.#isLeaving = true;
      await this.#calls.settled(patience, hurry);
    }
    const busy = this.busy;
    const idle = this.#status === 'connected' && !busy;
    const error = connectionLost(this.id, reason);
    this.#ending.abort(error);
    this.#stopWatching?.();
    this.#stopWatching = null;
    if (idle) await Promise.race([this.#calls.send('close', []).catch(() => undefined), delay(1500)]); // ended below in any case
    this.#status = 'closed';
    this.#drop(error);
    this.events.emit({ kind: 'status', status: 'closed', error: null });
    return busy;
  }
}
