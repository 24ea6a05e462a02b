import { dialectOf } from '$workers/dialect/dialectOf';
import type { Dialect } from '$workers/dialect/dialect';
import type { Catalog, Plan } from '$workers/engine';
import type { ConnectionId, ProjectId, TabId } from '$lib/base/id';
import { formatDuration, plural } from '$lib/base/format';
import { asEngineError } from '$lib/connections/connectionErrors';
import { commitsFound, connectionEvents, engineFor } from '$lib/connections/registry';
import type { SqlDocument } from '$lib/editor/sqlDocument';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { runStatement } from '$lib/queries/runStatement';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import type { Session } from '$lib/workspace/sessions.svelte';
import { noteStatement, noteTransaction } from '$lib/workspace/openTransactions.svelte';
import { dropTabStatus, setTabStatus } from '$lib/workspace/tabStatus.svelte';
import { fixFor, type Fix } from './applyHint';
import { DraftKeeper } from './draftKeeper';
import { offsetOf } from './failureWords';
import { formatText } from './formatText';
import { doneFacts } from './outcomeWords';
import { QueryJob } from './queryJob.svelte';
import { RunRecord, type SentScript } from './runRecord.svelte';

/** A plan that was asked for, with the statement that it is of. */
export interface ShownPlan {
  plan: Plan;
  sql: string;
  analyzed: boolean;
}

/** What a query tab is and does while its view comes and goes: text, runs, results, cancel. */
export class QuerySession implements Session {
  readonly tabId: TabId;
  readonly projectId: ProjectId;
  readonly dialect: Dialect;
  connectionId = $state.raw<ConnectionId | null>(null);
  document = $state.raw<SqlDocument | null>(null);
  record = $state.raw<RunRecord | null>(null);
  plan = $state.raw<ShownPlan | null>(null);
  /** What could not be done to the text, in words. */
  textNotice = $state<string | null>(null);
  /** Which part of the results is shown: `rows:0`, `messages`, `error`, `plan`. */
  shown = $state('');

  #loading: Promise<SqlDocument> | null = null;
  readonly #draft: DraftKeeper;
  readonly #job: QueryJob;
  #unsubscribe: () => void;

  constructor(tab: { id: TabId; projectId: ProjectId; connectionId: ConnectionId | null }) {
    this.tabId = tab.id;
    this.projectId = tab.projectId;
    this.connectionId = tab.connectionId;
    this.#draft = new DraftKeeper(tab.id);
    this.dialect = dialectOf(projectStore.getProject(tab.projectId)!.engine);
    this.#job = new QueryJob(tab.id, tab.projectId, this.dialect);
    this.#unsubscribe = connectionEvents.subscribe(({ connectionId, event }) => {
      if (connectionId !== this.record?.sent.connectionId) return;
      if (event.kind === 'replaced' || (event.kind === 'status' && event.status !== 'connected')) this.record.lose();
    });
  }

  get #catalog(): Catalog | null {
    return this.connectionId ? (projectStore.getConnectionById(this.connectionId)?.catalog ?? null) : null;
  }

  get isRunning(): boolean {
    return this.#job.isRunning;
  }

  /** Stopping goes on after "cancelled" is said; the next run waits for it. */
  get isStopping(): boolean {
    return this.#job.isStopping;
  }

  /** Epoch ms at which the run began. */
  get startedAt(): number {
    return this.#job.startedAt;
  }

  /** True while its connection is lost: what was read until then is all that there is. */
  get isLost(): boolean {
    return projectStore.getConnection(this.projectId)?.status === 'error';
  }

  /** True while another browser tab has the database, and with it the text of its queries. */
  get isElsewhere(): boolean {
    return projectStore.getConnection(this.projectId)?.error?.code === 'in-use';
  }

  get projectName(): string {
    return projectStore.getProject(this.projectId)?.name ?? '';
  }

  /** Follows the tab to another connection: what the old one held is gone. */
  bind(connectionId: ConnectionId | null): void {
    if (connectionId === this.connectionId) return;
    this.connectionId = connectionId;
    this.record?.lose();
  }

  /** The editor's document; CodeMirror is loaded when the first tab asks. */
  load(): Promise<SqlDocument> {
    this.#loading ??= import('$lib/editor/sqlDocument').then(({ SqlDocument }) => {
      this.document = new SqlDocument({
        text: uiStore.getTab(this.tabId)?.queryContent ?? '',
        dialect: this.dialect,
        catalog: () => this.#catalog,
        actions: {
          run: () => this.run(),
          runAll: () => this.runAll(),
          format: () => void this.format(),
          explain: () => this.explain(false)
        },
        onText: (document) => {
          this.textNotice = null;
          this.#draft.changed(document);
        },
        onCursor: (line, column) => setTabStatus(this.tabId, { right: [`Ln ${line}, Col ${column}`] })
      });
      return this.document;
    });
    return this.#loading;
  }

  /** Starts a job that can be cancelled: its number, or 0 when one is under way. @param counts it is a run, no plan */
  #begin(counts: boolean): number {
    if (this.isRunning || !this.connectionId) return 0;
    if (this.isLost) {
      this.textNotice = `${this.projectName} is not connected, so nothing ran. The text is kept.`;
      return 0;
    }
    const job = this.#job.begin(counts ? (this.document?.text ?? '') : null);
    this.document?.closeList();
    this.document?.clearErrors();
    this.#draft.flush();
    return job;
  }

  /** Runs the selection, or the statement at the cursor. */
  run(): void {
    void this.#do((document) => document.runRange());
  }

  /** Runs the whole text. */
  runAll(): void {
    void this.#do(async (document) => ({ from: 0, to: document.length }));
  }

  /** Runs once more what was run last. */
  runAgain(): void {
    if (this.record) this.#execute(this.record.sent.text, this.record.sent.from);
  }

  async #do(range: (document: SqlDocument) => Promise<{ from: number; to: number } | null>): Promise<void> {
    const job = this.#begin(true);
    if (job === 0) return;
    const document = await this.load();
    const found = await range(document);
    if (!this.#job.isCurrent(job)) return;
    const text = found ? document.slice(found.from, found.to) : '';
    if (!found || text.trim() === '') {
      this.#job.end('done', ['Nothing to run']);
      this.textNotice = 'There is no statement to run yet.';
      return;
    }
    await this.#send(job, text, found.from);
  }

  #execute(text: string, from: number): void {
    const job = this.#begin(true);
    if (job !== 0) void this.#send(job, text, from);
  }

  async #send(job: number, text: string, from: number): Promise<void> {
    const connectionId = this.connectionId!;
    const sent: SentScript = { connectionId, text, from };
    const record = new RunRecord(sent);
    const mine = (): boolean => this.record === record;
    this.#job.tell(() => record.rowsRead);
    try {
      await this.#job.ready;
      if (!(await this.#job.mayRun(job, connectionId, text))) return;
      this.record?.dispose();
      this.record = record;
      this.plan = null;
      this.shown = '';
      const report = await runStatement({ connectionId, projectId: this.projectId }, { sql: text }, (event) => {
        if (event.kind === 'outcome' && !record.isOver) noteStatement(connectionId, event.outcome);
        if (mine()) record.onEvent(event);
      }, { key: this.#job.key });
      record.finish(report);
      noteTransaction(connectionId, report.inTransaction);
    } catch (e) {
      if (this.record !== record && this.#job.isCurrent(job)) this.record = record;
      record.fail(asEngineError(e));
      void commitsFound(connectionId, e).then((found) => found && record.look(found));
    }
    if (!mine() || !this.#job.isCurrent(job)) return;
    if (record.failure) this.#showFailure(record);
    else this.#job.end(record.outcomes.some((o) => o.state === 'cancelled') ? 'cancelled' : 'done', doneFacts(record));
  }

  #showFailure(record: RunRecord): void {
    const { error, outcome } = record.failure!;
    const ran = record.outcomes.filter((o) => o.state === 'done').length;
    this.#job.end('failed', record.count > 1 ? [`${ran} of ${plural(record.count, 'statement')}`, formatDuration(record.ms)] : [formatDuration(record.ms)]);
    this.shown = 'error';
    const { text, from } = record.sent;
    const document = this.document;
    if (!document || document.slice(from, from + text.length) !== text) return;
    const at = offsetOf(error, outcome);
    const word = /^(?:[\p{L}\p{N}_$."`]+|.)/u.exec(text.slice(at))?.[0] ?? '';
    if (error.position !== undefined) document.markError(from + at, from + at + Math.max(1, word.length), error.message);
  }

  /** Stops what runs. "Cancelled" is said at once; the next run waits until the connection takes it. */
  cancel(): void {
    if (this.isRunning && this.connectionId) this.#job.cancel(this.connectionId);
  }

  /** The plan of the statement that Run would take; `analyze` runs it inside a transaction that is rolled back. */
  explain(analyze: boolean, again?: string): void {
    const job = this.#begin(false);
    if (job !== 0) void this.#explain(job, analyze, again);
  }

  async #explain(job: number, analyze: boolean, again?: string): Promise<void> {
    const document = await this.load();
    const found = again === undefined ? await document.runRange() : null;
    const sql = again ?? (found ? document.slice(found.from, found.to) : '');
    if (!this.#job.isCurrent(job)) return;
    if (sql.trim() === '') {
      this.#job.end('done', ['Nothing to explain']);
      this.textNotice = 'There is no statement to explain yet.';
      return;
    }
    const connectionId = this.connectionId!;
    const started = performance.now();
    try {
      await this.#job.ready;
      const plan = await engineFor(connectionId).explain(sql, analyze, { key: this.#job.key });
      if (!this.#job.isCurrent(job)) return;
      this.plan = { plan, sql, analyzed: analyze };
      this.shown = 'plan';
      this.#job.end('done', [analyze ? 'Plan, measured' : 'Plan', formatDuration(performance.now() - started)]);
    } catch (e) {
      if (!this.#job.isCurrent(job)) return;
      const record = new RunRecord({ connectionId, text: sql, from: found?.from ?? 0 });
      record.fail(asEngineError(e));
      record.count = 1;
      record.ms = performance.now() - started;
      this.record?.dispose();
      this.record = record;
      this.#showFailure(record);
    }
  }

  /** Lays out the selection, or the whole text. What cannot be read is left as it is, and said. */
  async format(): Promise<void> {
    const document = await this.load();
    this.textNotice = await formatText(document, this.dialect.engine);
  }

  /** The replacement that the failure calls for, or null. */
  get fix(): Fix | null {
    const failure = this.record?.failure;
    if (!failure?.outcome) return null;
    return fixFor(failure.error, this.record!.sent.text, failure.outcome, this.dialect, this.#catalog);
  }

  /** Puts a fix into the text and runs on from the statement that failed: those before it are not run twice. */
  applyFix(fix: Fix): void {
    const { record, document } = this;
    const outcome = record?.failure?.outcome;
    if (!record || !outcome || !document || this.isRunning) return;
    const { text, from } = record.sent;
    if (document.slice(from, from + text.length) !== text) {
      this.textNotice = 'The text has changed since it ran, so the change was not made. Run it again.';
      return;
    }
    document.replace(from + fix.from, from + fix.to, fix.insert);
    const mended = text.slice(0, fix.from) + fix.insert + text.slice(fix.to);
    this.#execute(mended.slice(outcome.from), from + outcome.from);
  }

  /** Ends the open transaction of this connection. */
  endTransaction(how: 'COMMIT' | 'ROLLBACK'): void {
    this.#execute(how, 0);
  }

  flush(): void {
    this.#draft.flush();
  }

  dispose(): void {
    this.#draft.dispose();
    this.#job.dispose();
    this.#unsubscribe();
    if (this.isRunning) this.cancel();
    this.record?.dispose();
    this.document?.detach();
    dropTabStatus(this.tabId);
  }

  debug(): unknown {
    return { running: this.isRunning, results: this.record?.results.length ?? 0, length: this.document?.length ?? 0 };
  }
}
