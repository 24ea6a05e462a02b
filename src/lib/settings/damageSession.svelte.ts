import { messageOf, type Progress, type RelationRef } from '$workers/engine';
import type { ProjectId } from '$lib/base/id';
import { isCancelled } from '$lib/connections/connectionErrors';
import { engineFor, stoppable } from '$lib/connections/registry';
import type { Project } from '$lib/projects/project';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { salvageProject } from '$lib/workspace/salvageProject';

/** What a look at one table has found. */
export interface TableCheck {
  name: string;
  /** In the engine's words; none: it is sound. */
  found: readonly string[];
}

/** Looks a database over table by table, other calls between them, and saves what can be read. */
export class DamageSession {
  readonly #projectId: ProjectId;
  readonly #tables: readonly RelationRef[];
  checks = $state.raw<readonly TableCheck[]>([]);
  /** What is being looked at; null when that is over. */
  current = $state<string | null>(null);
  progress = $state.raw<Progress | null>(null);
  problem = $state<string | null>(null);
  recovered = $state.raw<Project | null>(null);
  #stop: (() => void) | null = null;
  #isOver = false;

  constructor(projectId: ProjectId) {
    this.#projectId = projectId;
    const schemas = projectStore.getConnection(projectId)?.schemas ?? [];
    this.#tables = schemas.flatMap((s) => s.relations).filter((r) => r.kind === 'table').map(({ schema, relation }) => ({ schema, relation }));
  }

  get total(): number {
    return this.#tables.length + 1;
  }

  get damaged(): readonly TableCheck[] {
    return this.checks.filter((c) => c.found.length > 0);
  }

  /** Looks at all tables, then at what belongs to none. */
  async check(): Promise<void> {
    const known = new Set<string>();
    for (const table of [...this.#tables, null]) {
      if (this.#isOver) return;
      this.current = table?.relation ?? 'Free pages and the list of tables';
      try {
        const found = (await this.#call((key) => this.#engine().checkTable(table, { key }))).filter((words) => !known.has(words));
        // The engine says of every table what is wrong with the file as a whole.
        for (const words of found) known.add(words);
        this.checks = [...this.checks, { name: this.current, found }];
      } catch (e) {
        if (this.#isOver) return;
        if (isCancelled(e)) break;
        this.checks = [...this.checks, { name: this.current, found: [messageOf(e)] }];
      }
    }
    this.current = null;
  }

  /** Makes a new project of what can be read. */
  async save(): Promise<void> {
    this.stop();
    this.problem = null;
    this.progress = { label: 'Reading pages', done: 0, total: null, unit: 'rows' };
    try {
      this.recovered = await this.#call((key) => salvageProject(this.#projectId, (progress) => (this.progress = progress), { key }));
    } catch (e) {
      if (!isCancelled(e)) this.problem = messageOf(e);
    } finally {
      this.progress = null;
    }
  }

  /** Stops what is being done. */
  stop(): void {
    this.#stop?.();
  }

  dispose(): void {
    this.#isOver = true;
    this.stop();
  }

  #engine() {
    return engineFor(projectStore.getConnection(this.#projectId)!.connectionId);
  }

  async #call<T>(work: (key: symbol) => Promise<T>): Promise<T> {
    const { key, stop } = stoppable(projectStore.getConnection(this.#projectId)!.connectionId);
    this.#stop = stop;
    try {
      return await work(key);
    } finally {
      if (this.#stop === stop) this.#stop = null;
    }
  }
}


