import { asEngineError, isCancelled } from '$lib/connections/connectionErrors';
import * as registry from '$lib/connections/registry';
import { EngineError, type CopyPlan, type CopyReport, type Progress, type RelationRef, type RelationStructure, type RelationSurvey } from '$workers/engine';
import { planCopy, typeKey } from '$workers/dialect/copyPlan';
import { dialectOf } from '$workers/dialect/dialectOf';
import type { ProjectId } from '$lib/base/id';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { invalidateCatalog, invalidateRows } from '$lib/queries/invalidate';
import type { Owner } from '$lib/workspace/navigate';

export type CopyState =
  | { kind: 'choosing' }
  | { kind: 'looking'; done: number; total: number }
  | { kind: 'ready' }
  | { kind: 'copying'; progress: Progress | null }
  | { kind: 'done'; report: CopyReport }
  | { kind: 'failed'; message: string; hint: string };

/** Copies wait for each other: two in opposite directions would wait for ever. */
let running: Promise<unknown> = Promise.resolve();

/** Tables on their way into another connection: where to, as which types, and how it goes. */
export class CopySession {
  readonly owner: Owner;
  readonly relations: readonly RelationRef[];
  target = $state<ProjectId | ''>('');
  /** Where the tables are made; empty: in the schema that a bare name means. */
  schema = $state('');
  state = $state.raw<CopyState>({ kind: 'choosing' });
  types = $state.raw<ReadonlyMap<string, string>>(new Map());
  /** What tables are called there, where it is not as here. */
  names = $state.raw<ReadonlyMap<string, string>>(new Map());
  #tables = $state.raw<readonly { structure: RelationStructure; survey: RelationSurvey }[]>([]);
  #stop = new AbortController();
  #cancel: () => void = () => undefined;

  constructor(owner: Owner, relations: readonly RelationRef[]) {
    this.owner = owner;
    this.relations = relations;
  }

  get targets() {
    return projectStore.connected.filter((p) => p.id !== this.owner.projectId);
  }

  /** Names of the target's schemas, where there are several to choose from. */
  get schemas(): string[] {
    const schemas = (this.target === '' ? undefined : projectStore.getConnection(this.target))?.schemas ?? [];
    return schemas.length > 1 ? schemas.map((s) => s.name) : [];
  }

  get plan(): CopyPlan | null {
    const connection = this.target === '' ? undefined : projectStore.getConnection(this.target);
    if (this.#tables.length === 0 || !connection?.catalog) return null;
    const dialect = (projectId: ProjectId) => dialectOf(projectStore.getProject(projectId)!.engine);
    const { catalog } = connection;
    return planCopy({
      from: dialect(this.owner.projectId), to: dialect(this.target as ProjectId), tables: this.#tables, schema: this.schemas.includes(this.schema) ? this.schema : catalog.defaultSchema, catalog, types: this.types, names: this.names
    });
  }

  /** Rows of all tables. */
  get rows(): number {
    return this.#tables.reduce((sum, t) => sum + t.survey.rows, 0);
  }

  setType(relation: string, column: string, type: string): void {
    this.types = new Map(this.types).set(typeKey(relation, column), type);
  }

  setName(relation: string, name: string): void {
    this.names = new Map(this.names).set(relation, name.trim());
  }

  /** Looks at the tables: what they are, and what their values are. */
  async look(): Promise<void> {
    const engine = registry.engineFor(this.owner.connectionId);
    const { signal } = this.#stop;
    const tables: { structure: RelationStructure; survey: RelationSurvey }[] = [];
    try {
      for (const ref of this.relations) {
        this.state = { kind: 'looking', done: tables.length, total: this.relations.length };
        const structure = await engine.structure(ref, { signal });
        tables.push({ structure, survey: await engine.surveyRelation(ref, { signal }) });
      }
      this.#tables = tables;
      this.state = { kind: 'ready' };
    } catch (e) {
      if (!signal.aborted) this.#fail(e);
    }
  }

  #fail(e: unknown): void {
    const error = asEngineError(e);
    const message = isCancelled(error) ? 'Cancelled. The target is as it was.' : error.message;
    this.state = { kind: 'failed', message, hint: error.hint ?? '' };
  }

  /** Copies, worker to worker; resolves when it is done, failed or cancelled. */
  async run(): Promise<void> {
    const { plan } = this;
    if (!plan || this.target === '' || this.state.kind === 'copying') return;
    const connection = projectStore.getConnection(this.target)!;
    this.state = { kind: 'copying', progress: null };
    const before = running;
    const work = (async () => {
      await before.catch(() => undefined);
      const { port1, port2 } = new MessageChannel();
      const columns = plan.tables.map((t) => ({ ref: t.source, columns: t.columns.map((c) => c.name) }));
      const receiver = registry.stoppable(connection.connectionId);
      this.#cancel = receiver.stop;
      const sender = registry.stoppable(this.owner.connectionId);
      const sending = registry.engineFor(this.owner.connectionId).sendRows({ tables: columns }, port1, { key: sender.key });
      // What goes wrong at the source comes to the target as a letter, unless its worker is gone.
      sending.catch((e: unknown) => {
        if (e instanceof EngineError && e.code === 'connection-lost') receiver.stop();
      });
      const from = projectStore.getProject(this.owner.projectId)!.engine;
      const receiving = registry.engineFor(connection.connectionId).receiveRows({ plan, from, expected: this.rows }, port2, (progress) => {
        if (this.state.kind === 'copying') this.state = { kind: 'copying', progress };
      }, { key: receiver.key });
      // Where the target's worker is gone the source would wait for ever.
      receiving.catch(() => sender.stop());
      return receiving;
    })();
    running = work;
    try {
      this.state = { kind: 'done', report: await work };
    } catch (e) {
      this.#fail(e);
    } finally {
      await invalidateCatalog(connection.connectionId).catch((e: unknown) => console.error('catalog after a copy', e));
      await invalidateRows(connection.connectionId);
    }
  }

  /** Stops what is under way. */
  cancel(): void {
    this.#cancel();
  }

  dispose(): void {
    this.#stop.abort();
  }
}
