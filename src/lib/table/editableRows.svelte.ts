import type { Dialect } from '$workers/dialect/dialect';
import { messageOf, type Cell, type ColumnInfo, type RelationInfo, type RelationRef, type ResultColumn, type RowIdentity } from '$workers/engine';
import { formatClock } from '$lib/base/format';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import { changesStore } from '$lib/changes/changesStore.svelte';
import type { StagedChange } from '$lib/changes/stagedChange';
import type { GridState } from '$lib/grid/gridState.svelte';
import type { MarkedRow } from '$lib/grid/rowOverlay';
import { rowsOf, type CellRange } from '$lib/grid/selection';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { notifications } from '$lib/workspace/notify.svelte';
import type { StagedRows } from './stagedRows';

export const DEFAULT = { default: true } as const;
/** Rows that are changed in one step. */
const MOST_ROWS = 10_000;

/** What of a table tab the editing of its rows stands on. */
export interface EditedTable {
  readonly owner: { connectionId: ConnectionId; projectId: ProjectId };
  readonly ref: RelationRef;
  readonly grid: GridState;
  readonly columns: readonly ResultColumn[];
  readonly info: RelationInfo | undefined;
  readonly staged: StagedRows;
  rowIdOf(row: readonly Cell[]): string | undefined;
  stageAll(changes: readonly StagedChange[], label: string): void;
}

/** What names a row for as long as it is staged. */
export type Target = Pick<StagedChange, 'rowKey' | 'originalData' | 'rowId'>;

/** A row as it is shown, with what it is in the database; without that it is only staged. */
export interface ShownRow {
  index: number;
  cells: readonly Cell[];
  marked: MarkedRow | undefined;
  target: Target;
}

/** The rows of a table tab as things that can be changed: how each is named, what refuses it, and how it is staged. */
export class EditableRows {
  readonly table: EditedTable;
  readonly dialect: Dialect;
  #reading = new AbortController();

  constructor(table: EditedTable, dialect: Dialect) {
    this.table = table;
    this.dialect = dialect;
  }

  get #owner() {
    return this.table.owner;
  }

  get names(): { schema: string; table: string } {
    const { schema, relation } = this.table.ref;
    return { schema, table: relation };
  }

  /** How rows are told apart. */
  readonly identity = $derived.by((): RowIdentity => {
    const { info } = this.table;
    return info ? this.dialect.rowIdentity(info) : { by: 'none', reason: 'What this relation is, is not known yet.' };
  });

  /** Why nothing here can be changed, in words; null when it can. */
  get refusal(): string | null {
    const connection = projectStore.getConnection(this.#owner.projectId);
    if (connection?.status === 'error') {
      const name = projectStore.getProject(this.#owner.projectId)?.name ?? 'the database';
      const rows = connection.lostAt === null ? 'These are the rows read last.' : `Rows as they were at ${formatClock(connection.lostAt)}.`;
      return `${rows} They cannot be edited until ${name} is back.`;
    }
    if (connection?.readOnly) return 'Another browser tab has this database; this one looks at it.';
    if (connection?.report?.readOnly) return connection.report.readOnly;
    if (projectStore.getProject(this.#owner.projectId)?.settings.readOnly === true) {
      return 'This project is read-only: its settings say so.';
    }
    return this.identity.by === 'none' ? this.identity.reason : null;
  }

  /** What the catalog says of a column, by its place among those that are shown. */
  columnInfo(column: number): ColumnInfo | undefined {
    return this.infoAt(this.table.grid.places[column] ?? -1);
  }

  /** The same by its place among those of the relation. */
  infoAt(place: number): ColumnInfo | undefined {
    const name = this.table.columns[place]?.name;
    return this.table.info?.columns.find((c) => c.name === name);
  }

  /** Why a column cannot be given a value, in words. */
  refusalOf(column: ColumnInfo | undefined): string | null {
    if (!column) return 'This column is not known yet.';
    return column.generated ? `The database calculates ${column.name}.` : null;
  }

  /** Says what could not be done. */
  say(title: string): void {
    const { projectId } = this.#owner;
    notifications.show({ title, text: `${this.table.ref.relation}, ${projectStore.getProject(projectId)?.name}`, projectId });
  }

  /** What names the row at a position; undefined while it is not at hand. */
  targetAt(row: number): Target | undefined {
    const { grid, staged } = this.table;
    if (row < grid.above) {
      const insert = staged.insertAt(row);
      return insert && { rowKey: insert.rowKey, originalData: {} };
    }
    const stored = grid.stored(row);
    return stored && this.targetOf(stored);
  }

  targetOf(stored: readonly Cell[]): Target {
    const rowId = this.table.rowIdOf(stored);
    const originalData = Object.fromEntries(this.table.columns.map((c, place) => [c.name, stored[place] ?? null]));
    return { rowKey: this.table.staged.rowKey(stored), originalData, ...(rowId === undefined ? {} : { rowId }) };
  }

  /** All rows of a selection, those that are not at hand read. Null, and said, when they are too many or cannot be read. */
  async rowsIn(range: CellRange): Promise<ShownRow[] | null> {
    const { grid, staged } = this.table;
    if (rowsOf(range) > MOST_ROWS) {
      this.say(`Select at most ${MOST_ROWS.toLocaleString('en')} rows. To change more at once, write an UPDATE or DELETE.`);
      return null;
    }
    const rows: ShownRow[] = [];
    for (let index = range.top; index <= Math.min(range.bottom, grid.above - 1); index++) {
      const marked = staged.rowAbove(index);
      rows.push({ index, cells: marked.cells, marked, target: this.targetAt(index)! });
    }
    const from = Math.max(range.top, grid.above);
    if (from > range.bottom) return rows;
    this.#reading.abort();
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    try {
      const stored = await grid.storedRows(from, range.bottom - from + 1, signal);
      if (signal.aborted) return null;
      for (const [i, row] of stored.entries()) {
        const marked = staged.of(row);
        rows.push({ index: from + i, cells: marked?.cells ?? row, marked, target: this.targetOf(row) });
      }
      return rows;
    } catch (e) {
      if (!signal.aborted) this.say(`The rows could not be read. ${messageOf(e)}`);
      return null;
    }
  }

  /** A change of this relation, to be filled in. */
  change(type: StagedChange['type'], rest: Partial<StagedChange>): StagedChange {
    const id = crypto.randomUUID();
    return {
      id,
      type,
      connectionId: this.#owner.connectionId,
      ...this.names,
      data: {},
      originalData: {},
      rowKey: id,
      seq: changesStore.nextSeq(),
      at: Date.now(),
      ...rest
    };
  }

  /** Stages updates as one step. */
  stage(edits: readonly { target: Target; data: StagedChange['data'] }[], label: string): void {
    const changes = edits.map(({ target, data }) => this.change('update', { ...target, data }));
    this.table.stageAll(changes, label);
  }

  dispose(): void {
    this.#reading.abort();
  }
}
