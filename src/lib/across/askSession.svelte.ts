import { SvelteSet } from 'svelte/reactivity';
import { unpackPage, messageOf, type Cell, type ResultColumn } from '$workers/engine';
import type { ProjectId } from '$lib/base/id';
import { isCancelled } from '$lib/connections/connectionErrors';
import { engineFor, stoppable } from '$lib/connections/registry';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { runStatement } from '$lib/queries/runStatement';

/** Rows that are shown of each answer. */
const SHOWN = 500;

/** What one of the databases answered. */
export interface Answer {
  projectId: ProjectId;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  columns: readonly ResultColumn[];
  rows: readonly (readonly Cell[])[];
  /** Rows of all; null where the statement returns none. */
  count: number | null;
  ms: number;
  error: string | null;
}

/** One query on several connections at once: the answer of each under its name, whatever the others do. */
export class AskSession {
  readonly chosen = new SvelteSet<ProjectId>();
  sql = $state('');
  answers = $state.raw<readonly Answer[]>([]);
  readonly #stops = new Map<ProjectId, () => void>();

  get running(): boolean {
    return this.answers.some((a) => a.state === 'running');
  }

  async run(): Promise<void> {
    const sql = this.sql.trim();
    if (sql === '' || this.running) return;
    const asked = projectStore.connected.filter((p) => this.chosen.has(p.id));
    this.answers = asked.map((p) => ({ projectId: p.id, state: 'running', columns: [], rows: [], count: null, ms: 0, error: null }));
    await Promise.all(asked.map((p) => this.#ask(p.id, sql)));
  }

  #set(projectId: ProjectId, change: Partial<Answer>): void {
    this.answers = this.answers.map((a) => (a.projectId === projectId ? { ...a, ...change } : a));
  }

  async #ask(projectId: ProjectId, sql: string): Promise<void> {
    const connection = projectStore.getConnection(projectId);
    if (!connection) return this.#set(projectId, { state: 'failed', error: 'It is not connected any more.' });
    const { connectionId } = connection;
    const { key, stop } = stoppable(connectionId);
    this.#stops.set(projectId, stop);
    try {
      const report = await runStatement({ connectionId, projectId }, { sql, firstRows: SHOWN }, (event) => {
        if (event.kind === 'rows') this.#set(projectId, { columns: event.columns, rows: unpackPage(event.page) });
      }, { key });
      const last = report.outcomes.at(-1);
      for (const { resultId } of report.outcomes) if (resultId !== undefined) void engineFor(connectionId).release(resultId);
      if (last?.state === 'done') this.#set(projectId, { state: 'done', count: last.rows, ms: report.ms });
      else this.#set(projectId, { state: last?.state ?? 'failed', error: last?.error?.message ?? 'There is no statement to run.' });
    } catch (e) {
      this.#set(projectId, { state: isCancelled(e) ? 'cancelled' : 'failed', error: messageOf(e) });
    }
  }

  cancel(projectId?: ProjectId): void {
    for (const answer of this.answers) {
      if (answer.state !== 'running' || (projectId && answer.projectId !== projectId)) continue;
      this.#stops.get(answer.projectId)?.();
    }
  }
}
