import type { EngineError, EngineErrorData, RunEvent, RunReport, StatementOutcome } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import type { CommitsFound } from '$lib/connections/connection';
import { RowsResult } from './rowsResult.svelte';

/** What was sent to the engine: a part of the tab's text as it was then. */
export interface SentScript {
  connectionId: ConnectionId;
  text: string;
  /** Where it stood in the tab's text. */
  from: number;
}

/** Why a run stopped. */
export interface Failure {
  error: EngineErrorData;
  /** The statement that failed; null when the connection did. */
  outcome: StatementOutcome | null;
}

/** One run of a tab: what was sent, and what has come back so far. Events may come late, even after the report. */
export class RunRecord {
  readonly sent: SentScript;
  results = $state.raw<readonly RowsResult[]>([]);
  outcomes = $state.raw<readonly StatementOutcome[]>([]);
  failure = $state.raw<Failure | null>(null);
  /** Statements in the script; 0 while unknown. */
  count = $state(0);
  /** The statement that runs now, from 0. */
  current = $state(0);
  isOver = $state(false);
  /** Commits of it that were found when its worker was gone, beyond those that it had told of; null where nobody looked. */
  commitsFound = $state<number | null>(null);
  inTransaction = $state(false);
  ms = $state(0);
  /** Its worker is gone, or nobody looks at it any more: what comes late is not held. */
  #end: 'lose' | 'dispose' | null = null;

  constructor(sent: SentScript) {
    this.sent = sent;
  }

  get rowsRead(): number {
    return this.results.reduce((n, r) => n + r.rowCount, 0);
  }

  /** Statements that returned no rows, and what the engine said beside any of them. */
  get messages(): readonly StatementOutcome[] {
    return this.outcomes.filter((o) => o.notices.length > 0 || (o.state !== 'failed' && o.resultId === undefined));
  }

  onEvent(event: RunEvent): void {
    switch (event.kind) {
      case 'statement':
        this.current = event.index;
        this.count = event.count;
        break;
      case 'rows':
        this.#result(event.index, event.resultId, event.columns).begin(event.page);
        break;
      case 'read':
        this.results.find((r) => r.resultId === event.resultId)?.read(event.rows);
        break;
      case 'outcome':
        this.#outcome(event.outcome);
    }
  }

  finish(report: RunReport): void {
    for (const outcome of report.outcomes) this.#outcome(outcome);
    this.count = report.count;
    this.inTransaction = report.inTransaction;
    this.ms = report.ms;
    this.isOver = true;
  }

  /** The run ended without a report: the connection failed, or was ended by a cancel. */
  fail(error: EngineError): void {
    if (error.code === 'cancelled') this.lose();
    else this.failure = { error: error.toData(), outcome: null };
    this.isOver = true;
  }

  /** The next worker has looked what was committed. */
  look({ told, found }: CommitsFound): void {
    this.commitsFound = found - Math.max(told, ...this.outcomes.map((outcome) => outcome.commit ?? 0));
  }

  /** The worker behind the results is gone. */
  lose(): void {
    this.#end ??= 'lose';
    for (const result of this.results) result.lose();
  }

  dispose(): void {
    this.#end ??= 'dispose';
    for (const result of this.results) result.dispose();
  }

  #outcome(outcome: StatementOutcome): void {
    if (this.outcomes.some((o) => o.index === outcome.index)) return;
    this.outcomes = [...this.outcomes, outcome];
    if (outcome.resultId !== undefined && outcome.columns) {
      const result = this.#result(outcome.index, outcome.resultId, outcome.columns);
      result.name = outcome.name;
      result.end(outcome.rows ?? 0);
    }
    if (outcome.state === 'failed' && outcome.error) this.failure = { error: outcome.error, outcome };
  }

  #result(index: number, resultId: number, columns: RowsResult['columns']): RowsResult {
    const known = this.results.find((r) => r.index === index);
    if (known) return known;
    const place = this.results.length;
    const title = place === 0 ? 'Result' : `Result ${place + 1}`;
    const result = new RowsResult(this.sent.connectionId, index, title, resultId, columns);
    this.results = [...this.results, result];
    if (this.#end) result[this.#end]();
    return result;
  }
}
