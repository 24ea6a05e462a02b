import { dialectOf } from '$workers/dialect/dialectOf';
import { migrationOf } from '$workers/dialect/schemaSql';
import { schemaSqlOf } from '$workers/dialect/schemaSqlOf';
import type { EngineError, EngineKind, MigrateReport, Migration } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import type { SqlDocument } from '$lib/editor/sqlDocument';
import { keepDialogDraft, readDialogDraft } from '$lib/persistence/dialogDrafts';
import { runMigration } from '$lib/queries/runMigration';
import { ddlDocument } from './ddlDocument';
import type { DefinitionSource } from './definitionSource';

/** What is kept of an edit that was not applied. */
interface DefinitionDraft {
  /** The statement that it began from. */
  from: string;
  text: string;
  anew: boolean;
}

/** What an editor makes of line ends: compared so, a definition with others is not taken for a changed one. */
const inLines = (sql: string): string => sql.replace(/\r\n?/g, '\n').trim();

/** The SQL of a view, trigger or function while it is edited, and the migration that it asks for. What is typed is kept until it is applied. */
export class DefinitionEdit {
  /** Null until the editor is loaded. */
  document = $state.raw<SqlDocument | null>(null);
  #anew = $state(false);
  isRunning = $state(false);
  report = $state.raw<MigrateReport | null>(null);
  failure = $state.raw<EngineError | Error | null>(null);
  /** It goes on from what was typed when the dialog was last open. */
  isKept = $state(false);
  #text = $state<string | null>(null);
  #source = $state.raw<DefinitionSource | null>(null);
  /** The statement that what is typed began from, however often it is read again since. */
  #from = $state<string | null>(null);
  readonly #owner: { connectionId: ConnectionId; projectId: ProjectId };
  readonly #engine: EngineKind;
  /** What its draft is kept by. */
  readonly #what: string;

  constructor(owner: { connectionId: ConnectionId; projectId: ProjectId }, engine: EngineKind, what: string) {
    this.#owner = owner;
    this.#engine = engine;
    this.#what = what;
  }

  /** Drop a view and make it again. */
  get anew(): boolean {
    return this.#anew;
  }

  set anew(on: boolean) {
    this.#anew = on;
    this.#changed();
  }

  /** What was said of another text is over. */
  #forget(): void {
    this.report = null;
    this.failure = null;
  }

  #changed(): void {
    this.#forget();
    const from = this.#from;
    const text = this.#text;
    const draft: DefinitionDraft | null = this.isChanged && from !== null && text !== null ? { from, text, anew: this.#anew } : null;
    keepDialogDraft(this.#owner.projectId, this.#what, draft);
    if (draft === null) this.isKept = false;
  }

  /** Takes what is edited; what has been typed stays when it is read again. `run` is what Ctrl Enter does. */
  begin(source: DefinitionSource, run: () => void): void {
    const isFirst = this.#source === null;
    this.#source = source;
    if (isFirst) void this.#load(source, run);
    else this.#follow();
  }

  /** Shows the definition as it is now where nothing is typed that it would write over. */
  #follow(): void {
    const { document } = this;
    const isTyped = this.#anew || (this.#text !== null && inLines(this.#text) !== inLines(this.#from ?? ''));
    if (document && !isTyped && this.#source && this.#from !== this.#before(this.#source)) this.reset();
  }

  async #load(source: DefinitionSource, run: () => void): Promise<void> {
    const from = this.#before(source);
    const draft = await readDialogDraft<DefinitionDraft>(this.#owner.projectId, this.#what).catch((e: unknown) => {
      console.error('A draft could not be read.', e);
      return undefined;
    });
    const document = await ddlDocument({
      projectId: this.#owner.projectId,
      engine: this.#engine,
      text: draft?.text ?? from,
      label: 'Definition',
      run,
      onText: (text) => {
        this.#text = text;
        this.#changed();
      }
    });
    this.#from = draft?.from ?? from;
    if (draft) {
      this.#text = draft.text;
      this.#anew = draft.anew;
      this.isKept = true;
    }
    this.document = document;
    this.#follow();
  }

  /** Back to the definition as it is. */
  reset(): void {
    if (!this.document || !this.#source) return;
    this.#from = this.#before(this.#source);
    this.#anew = false;
    this.document.replace(0, this.document.length, this.#from);
    this.#text = null;
    this.#changed();
  }

  /** The statement that makes it, without what follows it. */
  #before(source: DefinitionSource): string {
    return dialectOf(this.#engine).split(source.ddl)[0]?.text ?? source.ddl;
  }

  get isChanged(): boolean {
    return this.#source !== null && ((this.#text !== null && inLines(this.#text) !== inLines(this.#before(this.#source))) || this.anew);
  }

  /** What is typed began from another definition than the one that it would replace now. */
  get isStale(): boolean {
    return this.isChanged && !this.isRunning && this.#from !== null && this.#source !== null && this.#from !== this.#before(this.#source);
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
      if (report.done) {
        keepDialogDraft(this.#owner.projectId, this.#what, null);
        return true;
      }
      this.report = report;
    } catch (e) {
      this.failure = e instanceof Error ? e : new Error(String(e));
    } finally {
      this.isRunning = false;
    }
    return false;
  }
}
