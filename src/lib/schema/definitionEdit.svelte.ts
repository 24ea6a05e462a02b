import { dialectOf } from '$workers/dialect/dialectOf';
import { migrationOf } from '$workers/dialect/schemaSql';
import { schemaSqlOf } from '$workers/dialect/schemaSqlOf';
import type { EngineError, EngineKind, MigrateReport, Migration } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import type { SqlDocument } from '$lib/editor/sqlDocument';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { runMigration } from '$lib/queries/runMigration';
import type { DefinitionSource } from './definitionSource';

/** The SQL of a view, trigger or function while it is edited, and the migration that it asks for. */
export class DefinitionEdit {
  /** Null until the editor is loaded. */
  document = $state.raw<SqlDocument | null>(null);
  #anew = $state(false);
  isRunning = $state(false);
  report = $state.raw<MigrateReport | null>(null);
  failure = $state.raw<EngineError | Error | null>(null);
  #text = $state<string | null>(null);
  #source = $state.raw<DefinitionSource | null>(null);
  readonly #owner: { connectionId: ConnectionId; projectId: ProjectId };
  readonly #engine: EngineKind;

  constructor(owner: { connectionId: ConnectionId; projectId: ProjectId }, engine: EngineKind) {
    this.#owner = owner;
    this.#engine = engine;
  }

  /** Drop a view and make it again. */
  get anew(): boolean {
    return this.#anew;
  }

  set anew(on: boolean) {
    this.#anew = on;
    this.#forget();
  }

  /** What was said of another text is over. */
  #forget(): void {
    this.report = null;
    this.failure = null;
  }

  /** Takes what is edited; what has been typed stays when it is read again. `run` is what Ctrl Enter does. */
  begin(source: DefinitionSource, run: () => void): void {
    const isFirst = this.#source === null;
    this.#source = source;
    if (isFirst) void this.#load(source, run);
  }

  async #load(source: DefinitionSource, run: () => void): Promise<void> {
    const { SqlDocument } = await import('$lib/editor/sqlDocument');
    this.document = new SqlDocument({
      text: this.#before(source),
      dialect: dialectOf(this.#engine),
      catalog: () => projectStore.getConnection(this.#owner.projectId)?.catalog ?? null,
      actions: { run, runAll: run, format: () => undefined, explain: () => undefined },
      onText: (document) => {
        this.#text = document.text;
        this.#forget();
      },
      onCursor: () => undefined
    });
  }

  /** The statement that makes it, without what follows it. */
  #before(source: DefinitionSource): string {
    return dialectOf(this.#engine).split(source.ddl)[0]?.text ?? source.ddl;
  }

  get isChanged(): boolean {
    return this.#source !== null && ((this.#text !== null && this.#text.trim() !== this.#before(this.#source)) || this.anew);
  }

  readonly migration: Migration = $derived.by(() => {
    const source = this.#source;
    const text = this.#text;
    if (!source || !this.isChanged) return migrationOf(null, []);
    const sql = schemaSqlOf(this.#engine);
    const wanted = text ?? this.#before(source);
    if (source.object) return sql.changeObject(source.object, wanted);
    const { structure, reading } = source.view!;
    const { info, ddl, triggers } = structure;
    return sql.changeView({ schema: info.schema, relation: info.relation }, wanted, { kind: info.kind, ddl, triggers, dependants: reading.dependants }, this.anew);
  });

  /** Runs it. True when it is done; else the report or the failure says why not. */
  async apply(): Promise<boolean> {
    this.isRunning = true;
    this.#forget();
    try {
      const report = await runMigration(this.#owner, this.migration);
      if (report.done) return true;
      this.report = report;
    } catch (e) {
      this.failure = e instanceof Error ? e : new Error(String(e));
    } finally {
      this.isRunning = false;
    }
    return false;
  }
}
