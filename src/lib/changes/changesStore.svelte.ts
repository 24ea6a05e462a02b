import type { ConnectionId, ProjectId } from '$lib/base/id';
import { tableKey, tableKeyPrefix } from '$lib/base/tableKey';
import { changesRepository, type ChangesShelf } from '$lib/persistence/changesRepository';
import type { ChangeRow } from '$lib/persistence/database';
import { merge } from './rowChange';
import type { ChangeProblem, StagedChange } from './stagedChange';
import { UndoStack, type Move } from './undoStack';

/** What is staged in one table of one connection. */
class TableShelf {
  readonly rows = new Map<string, StagedChange>();
  readonly undo = new UndoStack<StagedChange>();
  #inserted: StagedChange[] | null = null;

  put(change: StagedChange): void {
    if (change.type === 'insert') this.#inserted = null;
    this.rows.set(change.rowKey, change);
  }

  remove(rowKey: string): void {
    if (this.rows.get(rowKey)?.type === 'insert') this.#inserted = null;
    this.rows.delete(rowKey);
  }

  /** Inserted rows in the order in which they came; the same array while they are the same. */
  get inserted(): readonly StagedChange[] {
    this.#inserted ??= [...this.rows.values()].filter((c) => c.type === 'insert').sort((a, b) => a.seq - b.seq);
    return this.#inserted;
  }
}

const none: readonly StagedChange[] = [];

/** The runtime part (connectionId) stays behind. */
const rowOf = (projectId: ProjectId, { connectionId: _, ...change }: StagedChange): ChangeRow => ({ ...change, projectId });

/**
 * Staged changes, each of one connection; at most one a row. Kept in Dexie by project, so that they are there again
 * after a reload, a crash or a reconnect.
 */
export class ChangesStore {
  readonly #tables = new Map<string, TableShelf>();
  readonly #projects = new Map<ConnectionId, ProjectId>();
  readonly #shelf: ChangesShelf;
  /** Grows with every change of what is staged. */
  revision = $state(0);
  #problems = $state.raw<ReadonlyMap<string, ChangeProblem>>(new Map());
  #seq = 0;

  constructor(shelf: ChangesShelf = changesRepository) {
    this.#shelf = shelf;
  }

  /** Brings back what is staged in a project, for its new connection; from then on it is kept by that project. */
  async attach(projectId: ProjectId, connectionId: ConnectionId): Promise<void> {
    const rows = await this.#shelf.read(projectId);
    this.#projects.set(connectionId, projectId);
    for (const { projectId: _, ...change } of rows) {
      this.#seq = Math.max(this.#seq, change.seq);
      this.#table(connectionId, change.schema, change.table).put({ ...change, connectionId });
    }
    this.revision++;
  }

  /** Lets a connection go without dropping what is staged in its project: it is there again with the next one. */
  detach(connectionId: ConnectionId): void {
    this.#forget(connectionId);
    this.#projects.delete(connectionId);
  }

  /** Writes down what is not written yet. */
  flush(): Promise<void> {
    return this.#shelf.flush();
  }

  #table(connectionId: ConnectionId, schema: string, table: string): TableShelf {
    const key = tableKey(connectionId, schema, table);
    let shelf = this.#tables.get(key);
    if (!shelf) this.#tables.set(key, (shelf = new TableShelf()));
    return shelf;
  }

  #tablesOf(connectionId: ConnectionId): TableShelf[] {
    void this.revision;
    const prefix = tableKeyPrefix(connectionId);
    return [...this.#tables].filter(([key]) => key.startsWith(prefix)).map(([, shelf]) => shelf);
  }

  /** The next place in the order of staged rows. */
  nextSeq(): number {
    return ++this.#seq;
  }

  #apply(shelf: TableShelf, change: StagedChange, after: StagedChange | null): void {
    const projectId = this.#projects.get(change.connectionId);
    if (after) {
      shelf.put(after);
      if (projectId) this.#shelf.put(rowOf(projectId, after));
    } else {
      shelf.remove(change.rowKey);
      if (projectId) this.#shelf.remove(change.id);
    }
    this.#dropProblems([change.id]);
  }

  /** Stages one change, merged with what is staged of its row. */
  stage(change: StagedChange): void {
    this.stageAll([change], 'Edit');
  }

  /**
   * Stages changes of one table of one connection as one step, which one undo takes back. Gives what is now staged of
   * each, null where nothing is left.
   */
  stageAll(changes: readonly StagedChange[], label: string): (StagedChange | null)[] {
    const moves: Move<StagedChange>[] = [];
    const results = this.#stageSlice(changes, moves);
    if (changes[0]) this.#table(changes[0].connectionId, changes[0].schema, changes[0].table).undo.push({ label, moves });
    this.revision++;
    return results;
  }

  /**
   * The same for thousands of changes of one table, which come in slices: between two of them the page goes on. Where a
   * slice cannot be made, what was staged of the others is taken back, and the reason is thrown.
   */
  async stageInSlices(slices: Iterable<readonly StagedChange[]>, label: string): Promise<void> {
    const moves: Move<StagedChange>[] = [];
    let shelf: TableShelf | undefined;
    try {
      for (const slice of slices) {
        if (slice[0]) shelf = this.#table(slice[0].connectionId, slice[0].schema, slice[0].table);
        this.#stageSlice(slice, moves);
        this.revision++;
        await new Promise((resolve) => setTimeout(resolve));
      }
    } catch (e) {
      for (const { before, after } of moves.reverse()) this.#apply(shelf!, (before ?? after)!, before);
      this.revision++;
      throw e;
    }
    shelf?.undo.push({ label, moves });
    this.revision++;
  }

  #stageSlice(changes: readonly StagedChange[], moves: Move<StagedChange>[]): (StagedChange | null)[] {
    return changes.map((next) => {
      const shelf = this.#table(next.connectionId, next.schema, next.table);
      const before = shelf.rows.get(next.rowKey);
      const after = merge(before, next);
      if (!before && !after) return null;
      moves.push({ id: (before ?? next).rowKey, before: before ?? null, after });
      this.#apply(shelf, before ?? next, after);
      return after;
    });
  }

  /** Puts another change in the place of one, as it is: the answer to a conflict. */
  replace(change: StagedChange, label: string): void {
    const shelf = this.#table(change.connectionId, change.schema, change.table);
    const before = shelf.rows.get(change.rowKey) ?? null;
    this.#apply(shelf, change, change);
    shelf.undo.push({ label, moves: [{ id: change.rowKey, before, after: change }] });
    this.revision++;
  }

  /** Drops changes; an undo in their table brings them back. */
  dropAll(changes: readonly StagedChange[], label = 'Discard'): void {
    const byShelf = new Map<TableShelf, StagedChange[]>();
    for (const change of changes) {
      const shelf = this.#table(change.connectionId, change.schema, change.table);
      if (shelf.rows.get(change.rowKey)?.id === change.id) byShelf.set(shelf, [...(byShelf.get(shelf) ?? []), change]);
    }
    for (const [shelf, own] of byShelf) {
      for (const change of own) this.#apply(shelf, change, null);
      shelf.undo.push({ label, moves: own.map((before) => ({ id: before.rowKey, before, after: null })) });
    }
    this.revision++;
  }

  drop(id: string): void {
    for (const shelf of this.#tables.values()) {
      const change = [...shelf.rows.values()].find((c) => c.id === id);
      if (change) this.dropAll([change]);
    }
  }

  /** Takes away what is in the database now. It can no longer be undone here: the history does that. */
  committed(changes: readonly StagedChange[]): void {
    for (const change of changes) {
      const shelf = this.#table(change.connectionId, change.schema, change.table);
      if (shelf.rows.get(change.rowKey)?.id === change.id) this.#apply(shelf, change, null);
      shelf.undo.clear();
    }
    this.revision++;
  }

  #travel(connectionId: ConnectionId, schema: string, table: string, way: 'undo' | 'redo'): string | null {
    const shelf = this.#table(connectionId, schema, table);
    const step = shelf.undo[way]();
    if (!step) return null;
    for (const { before, after } of step.moves) this.#apply(shelf, (after ?? before)!, after);
    this.revision++;
    return step.label;
  }

  /** Takes the last step in a table back. Gives what it was, in words; null when there is none. */
  undo(connectionId: ConnectionId, schema: string, table: string): string | null {
    return this.#travel(connectionId, schema, table, 'undo');
  }

  redo(connectionId: ConnectionId, schema: string, table: string): string | null {
    return this.#travel(connectionId, schema, table, 'redo');
  }

  canUndo(connectionId: ConnectionId, schema: string, table: string): boolean {
    void this.revision;
    return this.#tables.get(tableKey(connectionId, schema, table))?.undo.canUndo ?? false;
  }

  canRedo(connectionId: ConnectionId, schema: string, table: string): boolean {
    void this.revision;
    return this.#tables.get(tableKey(connectionId, schema, table))?.undo.canRedo ?? false;
  }

  /** All that is staged on a connection, in the order in which rows were first changed. */
  getChanges(connectionId: ConnectionId): readonly StagedChange[] {
    return this.#tablesOf(connectionId)
      .flatMap((shelf) => [...shelf.rows.values()])
      .sort((a, b) => a.seq - b.seq);
  }

  getChangesForTable(connectionId: ConnectionId, schema: string, table: string): readonly StagedChange[] {
    void this.revision;
    return [...(this.#tables.get(tableKey(connectionId, schema, table))?.rows.values() ?? [])].sort((a, b) => a.seq - b.seq);
  }

  /** What is staged of one row. */
  ofRow(connectionId: ConnectionId, schema: string, table: string, rowKey: string): StagedChange | undefined {
    void this.revision;
    return this.#tables.get(tableKey(connectionId, schema, table))?.rows.get(rowKey);
  }

  /** Rows that are to be inserted into a table; the same array while they are the same. */
  insertedInto(connectionId: ConnectionId, schema: string, table: string): readonly StagedChange[] {
    void this.revision;
    return this.#tables.get(tableKey(connectionId, schema, table))?.inserted ?? none;
  }

  count(connectionId: ConnectionId): number {
    return this.#tablesOf(connectionId).reduce((n, shelf) => n + shelf.rows.size, 0);
  }

  countForTable(connectionId: ConnectionId, schema: string, table: string): number {
    void this.revision;
    return this.#tables.get(tableKey(connectionId, schema, table))?.rows.size ?? 0;
  }

  /** Why a change could not be committed, as long as it is the same. */
  problemOf(id: string): ChangeProblem | undefined {
    return this.#problems.get(id);
  }

  setProblem(id: string, problem: ChangeProblem): void {
    this.#problems = new Map(this.#problems).set(id, problem);
    this.revision++;
  }

  #dropProblems(ids: readonly string[]): void {
    if (!ids.some((id) => this.#problems.has(id))) return;
    const kept = new Map(this.#problems);
    for (const id of ids) kept.delete(id);
    this.#problems = kept;
  }

  /** Forgets what is staged on a connection, for good. */
  clearChangesForConnection(connectionId: ConnectionId): void {
    if (this.#projects.has(connectionId)) for (const { id } of this.getChanges(connectionId)) this.#shelf.remove(id);
    this.#forget(connectionId);
  }

  #forget(connectionId: ConnectionId): void {
    const prefix = tableKeyPrefix(connectionId);
    for (const key of [...this.#tables.keys()]) if (key.startsWith(prefix)) this.#tables.delete(key);
    this.revision++;
  }
}

export const changesStore = new ChangesStore();
