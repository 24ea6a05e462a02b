import { migrationOf } from '$workers/dialect/schemaSql';
import { schemaSqlOf } from '$workers/dialect/schemaSqlOf';
import type { EngineError, EngineKind, MigrateReport, Migration, TableReading } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import type { SqlDocument } from '$lib/editor/sqlDocument';
import { keepDialogDraft, readDialogDraft } from '$lib/persistence/dialogDrafts';
import { runMigration } from '$lib/queries/runMigration';
import type { SchemaAction } from '$lib/workspace/schemaAction';
import { ddlDocument } from './ddlDocument';

interface NewDraft {
  name: string;
  text: string;
}

/** What its text is, by what is made; kinds without a text are left out. */
const TEXTS: Partial<Record<SchemaAction['kind'], { label: string; isSql: boolean }>> = {
  'create-view': { label: 'Query', isSql: true },
  'create-materialized-view': { label: 'Query', isSql: true },
  'create-object': { label: 'Definition', isSql: true },
  'create-type': { label: 'Labels, one a line', isSql: false },
  comment: { label: 'Comment', isSql: false }
};

const nameOf = (action: SchemaAction): string =>
  action.kind === 'rename' ? action.ref.relation : action.kind === 'duplicate' ? `${action.ref.relation}_copy` : '';

/** One change of the schema while its dialog is open: what is typed, and the migration that it asks for. What is typed of something new is kept until it is made. */
export class SchemaChange {
  readonly action: SchemaAction;
  /** Null where it has no text, or one that is no SQL, or until the editor is loaded. */
  document = $state.raw<SqlDocument | null>(null);
  withRows = $state(true);
  cascade = $state(false);
  report = $state.raw<MigrateReport | null>(null);
  failure = $state.raw<EngineError | Error | null>(null);
  isRunning = $state(false);
  /** It goes on from what was typed before. */
  isKept = $state(false);
  #name = $state('');
  #text = $state('');
  readonly #owner: { connectionId: ConnectionId; projectId: ProjectId };
  readonly #engine: EngineKind;
  readonly #reading: () => TableReading | undefined;

  /** @param reading the table that is duplicated, once it is read */
  constructor(owner: { connectionId: ConnectionId; projectId: ProjectId }, engine: EngineKind, action: SchemaAction, reading: () => TableReading | undefined) {
    this.#owner = owner;
    this.#engine = engine;
    this.action = action;
    this.#reading = reading;
    this.#name = nameOf(action);
    this.#text = this.#template;
  }

  /** What its text is called, and whether it is SQL; null where it has none. */
  get textKind(): { label: string; isSql: boolean } | null {
    return TEXTS[this.action.kind] ?? null;
  }

  get #template(): string {
    const { action } = this;
    if (action.kind === 'create-object') return schemaSqlOf(this.#engine).template(action.objectKind, action.schema, action.relation, action.onKind);
    return action.kind === 'comment' ? action.was : '';
  }

  /** What its draft is kept by; null where nothing new is made. */
  get #what(): string | null {
    const { action } = this;
    if (!action.kind.startsWith('create-')) return null;
    return `new:${JSON.stringify([action.kind, 'objectKind' in action ? action.objectKind : '', 'schema' in action ? action.schema : '', 'relation' in action ? action.relation : ''])}`;
  }

  get name(): string {
    return this.#name;
  }

  set name(name: string) {
    this.#name = name;
    this.#changed();
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    this.#text = text;
    this.#changed();
  }

  #changed(): void {
    this.report = null;
    this.failure = null;
    if (this.#what === null) return;
    const isBegun = this.#name.trim() !== '' || this.#text.trim() !== this.#template.trim();
    const draft: NewDraft | null = isBegun ? { name: this.#name, text: this.#text } : null;
    keepDialogDraft(this.#owner.projectId, this.#what, draft);
    if (draft === null) this.isKept = false;
  }

  /** Brings back what was typed before, and makes the editor where the text is SQL. `run` is what Ctrl Enter does. */
  async begin(run: () => void): Promise<void> {
    const draft = this.#what === null ? undefined : await readDialogDraft<NewDraft>(this.#owner.projectId, this.#what).catch((e: unknown) => {
      console.error('A draft could not be read.', e);
      return undefined;
    });
    // Whoever types faster than that is not written over.
    if (draft && this.#name === nameOf(this.action) && this.#text === this.#template) {
      this.#name = draft.name;
      this.#text = draft.text;
      this.isKept = true;
    }
    const kind = this.textKind;
    if (!kind?.isSql) return;
    this.document = await ddlDocument({ projectId: this.#owner.projectId, engine: this.#engine, text: this.#text, label: kind.label, run, onText: (text) => (this.text = text) });
  }

  /** Back to an empty form. */
  reset(): void {
    this.name = nameOf(this.action);
    if (this.document) this.document.replace(0, this.document.length, this.#template);
    this.text = this.#template;
  }

  /** Why it cannot be said what is to run, in words. */
  get problem(): string | null {
    return this.action.kind === 'duplicate' ? (this.#reading()?.unreadable ?? null) : null;
  }

  readonly migration: Migration = $derived.by(() => {
    const { action, cascade } = this;
    const sql = schemaSqlOf(this.#engine);
    const nothing = migrationOf(null, []);
    const name = this.#name.trim();
    const text = this.#text;
    switch (action.kind) {
      case 'rename':
        return name === '' || name === action.ref.relation ? nothing : sql.renameRelation(action.ref, action.relationKind, name);
      case 'duplicate': {
        const table = this.#reading()?.table;
        return name === '' || !table ? nothing : sql.duplicate(table, name, this.withRows);
      }
      case 'truncate':
        return sql.truncate(action.ref);
      case 'drop':
        return sql.drop(action.ref, action.relationKind, cascade);
      case 'drop-object':
        return sql.dropObject(action.object, cascade);
      case 'create-view':
      case 'create-materialized-view':
        return name === '' || !text.trim() ? nothing : sql.createView({ schema: action.schema, relation: name }, text, action.kind === 'create-materialized-view');
      case 'comment':
        return text === action.was ? nothing : sql.comment(action.subject, text);
      case 'create-object':
        return !text.trim() ? nothing : sql.createObject(text);
      case 'create-schema':
        return name === '' ? nothing : sql.createSchema(name);
      case 'create-type': {
        const labels = text.split('\n').map((l) => l.trim()).filter(Boolean);
        return name === '' || labels.length === 0 ? nothing : sql.createEnum(action.schema, name, labels);
      }
      case 'drop-type':
        return name === '' ? nothing : sql.dropType(action.schema, name);
    }
  });

  /** Runs it. True when it is done; else the report or the failure says why not. */
  async run(): Promise<boolean> {
    this.isRunning = true;
    this.report = null;
    this.failure = null;
    try {
      const done = await runMigration(this.#owner, this.migration, this.action.kind === 'rename' ? this.#name.trim() : undefined);
      if (done.done) {
        if (this.#what !== null) keepDialogDraft(this.#owner.projectId, this.#what, null);
        return true;
      }
      this.report = done;
    } catch (e) {
      this.failure = e instanceof Error ? e : new Error(String(e));
    } finally {
      this.isRunning = false;
    }
    return false;
  }
}
