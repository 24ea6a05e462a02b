import { dialectOf } from '$workers/dialect/dialectOf';
import type { Dialect } from '$workers/dialect/dialect';
import { migrationOf, type SchemaSql } from '$workers/dialect/schemaSql';
import { schemaSqlOf } from '$workers/dialect/schemaSqlOf';
import { isSame, withoutColumn } from '$workers/dialect/tableChange';
import type { ColumnDefinition, Dependant, EngineError, EngineKind, MigrateReport, Migration, TableDefinition, TableReading } from '$workers/engine';
import type { ConnectionId, ProjectId, TabId } from '$lib/base/id';
import { runMigration } from '$lib/queries/runMigration';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import type { LiveTab } from '$lib/tabs/tab';
import type { Session } from '$lib/workspace/sessions.svelte';
import { newColumn, newTable } from './newTable';
import { readDraft } from './tableDraft';

/** What one create or edit tab holds: the table as it is, as it is wanted, and the statements between them. */
export class TableForm implements Session {
  readonly tabId: TabId;
  readonly owner: { connectionId: ConnectionId; projectId: ProjectId };
  readonly dialect: Dialect;
  readonly sql: SchemaSql;
  readonly isNew: boolean;
  /** The table as it is; null for a new one, and until it is read. */
  from = $state.raw<TableDefinition | null>(null);
  wanted = $state.raw<TableDefinition>(null!);
  dependants = $state.raw<readonly Dependant[]>([]);
  /** Why no form can change it; null when one can. */
  unreadable = $state.raw<string | null>(null);
  /** The table was changed by others since this draft was begun. */
  isStale = $state(false);
  isRunning = $state(false);
  report = $state.raw<MigrateReport | null>(null);
  /** The connection failed, or refused. */
  failure = $state.raw<EngineError | Error | null>(null);
  #latest: TableReading | null = null;
  #draft: string | null;

  constructor(tab: LiveTab, engine: EngineKind) {
    this.tabId = tab.id;
    this.owner = { connectionId: tab.connectionId, projectId: tab.projectId };
    this.dialect = dialectOf(engine);
    this.sql = schemaSqlOf(engine);
    this.isNew = tab.type === 'create-table';
    this.#draft = tab.queryContent;
    const draft = this.isNew ? readDraft(this.#draft) : null;
    this.wanted = draft?.wanted ?? newTable(this.dialect, tab.schema ?? this.dialect.defaultSchema);
  }

  /** Rows that nothing was written into are left out. */
  readonly #whole = $derived.by((): TableDefinition => {
    const known = new Set(this.from?.columns.map((c) => c.id));
    const columns = this.wanted.columns.filter((c) => c.name.trim() !== '' || known.has(c.id));
    return columns.length === this.wanted.columns.length ? this.wanted : { ...this.wanted, columns };
  });

  readonly migration = $derived.by((): Migration => {
    if (this.isNew) return this.sql.createTable(this.#whole);
    return this.from ? this.sql.migrate(this.from, this.#whole, { dependants: this.dependants }) : migrationOf(null, []);
  });

  readonly isChanged = $derived.by(() => this.isNew || (this.from !== null && !isSame(this.from, this.#whole)));

  /** Takes in what the engine says of the table; what was changed by hand stays, and is marked when it is stale. */
  take(reading: TableReading): void {
    if (reading === this.#latest || this.isRunning) return;
    this.#latest = reading;
    this.dependants = reading.dependants;
    this.unreadable = reading.unreadable;
    if (!reading.table) return;
    const draft = this.from === null ? readDraft(this.#draft) : null;
    const wanted = draft?.wanted ?? this.wanted;
    const before = draft?.from ?? this.from;
    const isKept = before !== null && before !== undefined && !isSame(before, wanted);
    this.from = reading.table;
    if (!isKept) this.#show(reading.table);
    else if (isSame(before, reading.table)) this.#show(wanted);
    else {
      this.from = before;
      this.#show(wanted);
      this.isStale = true;
    }
  }

  #show(table: TableDefinition): void {
    this.wanted = table;
    this.isStale = false;
  }

  /** Begins anew from the table as it is after a migration. */
  begin(reading: TableReading): void {
    this.#latest = reading;
    this.dependants = reading.dependants;
    if (!reading.table) return;
    this.from = reading.table;
    this.#show(reading.table);
    this.#save();
  }

  /** Throws the changes away. */
  reset(): void {
    const table = this.isNew ? newTable(this.dialect, this.wanted.schema) : (this.#latest?.table ?? this.from);
    if (!table) return;
    this.from = this.isNew ? null : table;
    this.#show(table);
    this.report = null;
    this.failure = null;
    this.#save();
  }

  change(part: Partial<TableDefinition>): void {
    this.wanted = { ...this.wanted, ...part };
    this.report = null;
    this.failure = null;
    this.#save();
  }

  #save(): void {
    const isClean = !this.isNew && this.from !== null && isSame(this.from, this.wanted);
    this.#draft = isClean ? '' : JSON.stringify({ from: this.from, wanted: this.wanted });
    uiStore.setQueryContent(this.tabId, this.#draft);
  }

  setColumn(id: string, part: Partial<ColumnDefinition>): void {
    this.change({ columns: this.wanted.columns.map((c) => (c.id === id ? { ...c, ...part } : c)) });
  }

  addColumn(): void {
    this.change({ columns: [...this.wanted.columns, newColumn(this.wanted, this.dialect)] });
  }

  removeColumn(id: string): void {
    this.change(withoutColumn(this.wanted, id, this.sql.speaks));
  }

  /** Moves a column up or down, where the dialect lets it. */
  moveColumn(id: string, by: number): void {
    const { columns } = this.wanted;
    const at = columns.findIndex((c) => c.id === id);
    const to = at + by;
    if (at < 0 || to < 0 || to >= columns.length) return;
    const moved = columns.with(at, columns[to]!).with(to, columns[at]!);
    this.change({ columns: moved });
  }

  isPrimary(id: string): boolean {
    return this.wanted.primaryKey?.columns.includes(id) ?? false;
  }

  setPrimary(id: string, on: boolean): void {
    const before = this.wanted.primaryKey?.columns ?? [];
    const columns = on ? [...before, id] : before.filter((c) => c !== id);
    const old = this.from?.primaryKey ?? null;
    const isOld = old !== null && isSame([...old.columns].sort(), [...columns].sort());
    const fresh = { id: old?.id ?? 'primary key', name: old?.name ?? null, columns, modifiers: columns.map(() => ''), tail: '', nullsNotDistinct: false, inline: true };
    this.change({ primaryKey: columns.length === 0 ? null : isOld ? old : fresh });
  }

  /** Runs the migration. Gives the table's name when it was changed, null when nothing was. */
  async apply(): Promise<string | null> {
    if (this.isRunning) return null;
    this.isRunning = true;
    this.report = null;
    this.failure = null;
    const name = this.#whole.relation;
    try {
      const report = await runMigration(this.owner, this.migration, name);
      this.report = report;
      return report.done ? name : null;
    } catch (e) {
      this.failure = e instanceof Error ? e : new Error(String(e));
      return null;
    } finally {
      this.isRunning = false;
    }
  }

  dispose(): void {
    // The draft is in the store already.
  }

  debug(): unknown {
    return { relation: this.wanted.relation, steps: this.migration.steps.length };
  }
}
