import type { Dialect } from '$workers/dialect/dialect';
import type { ConnectionId, ProjectId, TabId } from '$lib/base/id';
import { formatDuration, plural } from '$lib/base/format';
import { cancelCall, engineFor } from '$lib/connections/registry';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { dialogs } from '$lib/workspace/dialogs.svelte';
import { setTabStatus, tabStatus, type RunState, type TabStatus } from '$lib/workspace/tabStatus.svelte';
import { dangerQuestion } from './dangerQuestion';

/** How often the status line counts rows while they are read, in ms. */
const TELL_MS = 200;

/** What runs for a query tab, one at a time: its number, its cancelling, and what the status line says of it meanwhile. */
export class QueryJob {
  isRunning = $state(false);
  /** Stopping goes on after "cancelled" is said; the next job waits for it. */
  isStopping = $state(false);
  /** Epoch ms at which it began. */
  startedAt = $state(0);
  /** What its call is cancelled by. */
  key = Symbol('job');
  #number = 0;
  /** Whether the status says that it runs. */
  #isSaid = true;
  /** What the status said before it. */
  #before: TabStatus = tabStatus('' as TabId);
  #stopped: Promise<void> = Promise.resolve();
  #tellTimer: ReturnType<typeof setInterval> | undefined;
  readonly #tabId: TabId;
  readonly #projectId: ProjectId;
  readonly #dialect: Dialect;

  constructor(tabId: TabId, projectId: ProjectId, dialect: Dialect) {
    this.#tabId = tabId;
    this.#projectId = projectId;
    this.#dialect = dialect;
  }

  /** Whether statements that do away with much are asked about. A read-only project refuses them by itself. */
  get #asks(): boolean {
    const settings = projectStore.getProject(this.#projectId)?.settings;
    return settings?.asksBeforeDanger !== false && settings?.readOnly !== true;
  }

  /**
   * Begins a job; that it runs is said at once, but of a run that may ask first: of that once it is answered.
   * @param text what is run, or within what; null for what counts as no run @returns its number
   */
  begin(text: string | null): number {
    this.isRunning = true;
    this.#before = tabStatus(this.#tabId);
    this.#isSaid = text === null || !this.#asks || this.#dialect.dangers(text).length === 0;
    if (this.#isSaid) this.#sayRunning(text !== null);
    this.key = Symbol('job');
    return ++this.#number;
  }

  /** False for one that was cancelled, or that another came after. */
  isCurrent(number: number): boolean {
    return number === this.#number;
  }

  /** Resolves when what was cancelled before has stopped. */
  get ready(): Promise<void> {
    return this.#stopped;
  }

  #sayRunning(counts: boolean): void {
    this.startedAt = Date.now();
    const { run } = tabStatus(this.#tabId);
    setTabStatus(this.#tabId, { state: 'running', run: counts ? run + 1 : run, facts: [] });
  }

  /** Asks once a run about what would do away with much at once. False when it is not to run, or was cancelled meanwhile. */
  async mayRun(number: number, connectionId: ConnectionId, text: string): Promise<boolean> {
    const may = await this.#ask(connectionId, text);
    if (!this.isCurrent(number)) return false;
    if (!may) {
      clearInterval(this.#tellTimer);
      this.isRunning = false;
    } else if (!this.#isSaid) {
      this.#sayRunning(true);
      this.#isSaid = true;
    }
    return may;
  }

  async #ask(connectionId: ConnectionId, text: string): Promise<boolean> {
    if (!this.#asks || this.#dialect.dangers(text).length === 0) return true;
    const dangers = await engineFor(connectionId).dangers(text);
    if (dangers.length === 0) return true;
    const { state, run, facts } = this.#before;
    if (this.#isSaid) setTabStatus(this.#tabId, { state, run, facts });
    this.#isSaid = false;
    return dialogs.confirm(dangerQuestion(dangers, projectStore.getProject(this.#projectId)?.name ?? ''));
  }

  /** Counts rows in the status line until the job ends. */
  tell(rowsRead: () => number): void {
    this.#tellTimer = setInterval(() => {
      if (rowsRead() > 0) setTabStatus(this.#tabId, { state: 'running', facts: [`${plural(rowsRead(), 'row')} so far`] });
    }, TELL_MS);
  }

  end(state: RunState, facts: readonly string[]): void {
    clearInterval(this.#tellTimer);
    this.isRunning = false;
    setTabStatus(this.#tabId, { state, facts });
  }

  /** Stops what runs. "Cancelled" is said at once; the next job waits until the connection takes it. */
  cancel(connectionId: ConnectionId): void {
    this.#number++;
    this.end('cancelled', [formatDuration(Date.now() - this.startedAt)]);
    this.isStopping = true;
    const stopping = cancelCall(connectionId, this.key).catch((e: unknown) => {
      // The connection's own status says why it did not come back; a run would say it too.
      console.error('The connection did not come back after a cancel.', e);
    });
    this.#stopped = stopping.then(() => {
      this.isStopping = false;
    });
  }

  dispose(): void {
    clearInterval(this.#tellTimer);
  }
}
