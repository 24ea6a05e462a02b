import { dialectOf } from '$workers/dialect/dialectOf';
import { type Cell, EngineError, type OrderedRows, type RelationInfo, type RelationRef, type ResultColumn, type RowCount } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import { changesStore } from '$lib/changes/changesStore.svelte';
import type { StagedChange } from '$lib/changes/stagedChange';
import { engineFor } from '$lib/connections/registry';
import { GridState } from '$lib/grid/gridState.svelte';
import type { RowSource } from '$lib/grid/rowSource';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { queryClient } from '$lib/queries/queryClient';
import { countRows, tableDataQuery } from '$lib/queries/tableData';
import type { LiveTab } from '$lib/tabs/tab';
import { leavesOut, requestOf, toggleSort, type FilterSet, type TableState } from '$lib/tabs/tableState';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { commitInstantly } from '$lib/workspace/commitStaged.svelte';
import type { Session } from '$lib/workspace/sessions.svelte';
import { CellEditing } from './cellEditing.svelte';
import { EditableRows, type EditedTable } from './editableRows.svelte';
import { FilterQueue, type FilterChange, type FilterOutcome } from './filterQueue';
import { RowActions } from './rowActions';
import { StagedRows } from './stagedRows';
import { TableLayout } from './tableLayout.svelte';

export type TableLook = 'rows' | 'structure' | 'ddl';

/** Rows asked for to learn whether a filter is one; the first page of the grid for ten columns. */
const TRIED_ROWS = 1;

const isSameColumns = (a: readonly ResultColumn[], b: readonly ResultColumn[]): boolean =>
  a.length === b.length &&
  a.every((c, i) => c.name === b[i]!.name && c.type === b[i]!.type && c.family === b[i]!.family && c.oid === b[i]!.oid);

/**
 * What a table tab keeps while another tab is shown: its rows at hand, place, selection and count. How the table
 * is sorted and filtered is the store's, by connection and relation.
 */
export class TableSession implements Session, RowSource, EditedTable {
  readonly owner: { connectionId: ConnectionId; projectId: ProjectId };
  readonly ref: RelationRef;
  readonly grid: GridState;
  readonly layout: TableLayout;
  readonly staged: StagedRows;
  readonly editable: EditableRows;
  readonly editing: CellEditing;
  readonly actions: RowActions;
  readonly #filters = new FilterQueue({
    read: () => this.state,
    ask: (set) => this.#tryFilters(set),
    put: (set) => this.#putFilters(set)
  });
  /** Where rows lie, for relations whose rows have no key. */
  readonly #rowIds = new WeakMap<readonly Cell[], string>();
  look = $state<TableLook>('rows');
  isFilterShown = $state(true);
  /** The form of the active row. */
  isFormOpen = $state(false);
  revision = $state(0);
  /** Time of the last page in the engine, ms. */
  ms = $state<number | null>(null);
  #columns = $state.raw<readonly ResultColumn[] | null>(null);
  #count = $state.raw<RowCount | null>(null);
  /** Rows without filters; null while unknown. */
  total = $state.raw<RowCount | null>(null);
  #counting = new AbortController();
  #basis: { rows: string; count: string } | null = null;

  constructor(tab: LiveTab) {
    this.owner = { connectionId: tab.connectionId, projectId: tab.projectId };
    this.ref = { schema: tab.schema ?? '', relation: tab.table ?? '' };
    const dialect = dialectOf(projectStore.getProject(tab.projectId)?.engine ?? 'sqlite');
    this.editable = new EditableRows(this, dialect);
    this.editing = new CellEditing(this.editable);
    this.actions = new RowActions(this.editable);
    this.staged = new StagedRows({
      connectionId: tab.connectionId,
      ref: this.ref,
      changes: changesStore,
      columns: () => this.columns,
      info: () => this.info,
      identity: () => this.editable.identity,
      fillsItself: (column) => this.info !== undefined && dialect.fillsItself(column, this.info),
      rowIdOf: (row) => this.rowIdOf(row)
    });
    this.layout = new TableLayout(this);
    this.grid = new GridState(this, {
      widths: () => this.state.widths,
      onresize: (widths) =>
        uiStore.setColumnWidths(this.owner, this.ref.schema, this.ref.relation, { ...this.state.widths, ...widths }),
      ...this.layout.gridOptions
    });
  }

  /** The relation in the catalog; undefined while that is not known, or when there is none of this name. */
  get info(): RelationInfo | undefined {
    return this.#schema?.relations.find((r) => r.relation === this.ref.relation);
  }

  get #schema() {
    return projectStore.getConnection(this.owner.projectId)?.schemas.find((s) => s.name === this.ref.schema);
  }

  /** True when the catalog is known and holds no such relation. */
  get isMissing(): boolean {
    const connection = projectStore.getConnection(this.owner.projectId);
    return !!connection?.catalog && !connection.schemasLoading && !this.info;
  }

  /** True once its connection is lost: what was read until then is all that there is. */
  get isLost(): boolean {
    const connection = projectStore.getConnection(this.owner.projectId);
    return connection?.connectionId !== this.owner.connectionId || connection.status === 'error';
  }

  get state(): TableState {
    return uiStore.getTableState(this.owner.connectionId, this.ref.schema, this.ref.relation);
  }

  get isFiltered(): boolean {
    return leavesOut(this.state);
  }

  /** Those of the last page; before the first one, what the catalog says. */
  get columns(): readonly ResultColumn[] {
    if (this.#columns) return this.#columns;
    const known = this.info?.columns.filter((c) => !c.hidden) ?? [];
    return known.map(({ name, type, family }) => ({ name, type, family }));
  }

  get rowCount(): number | null {
    if (this.#count) return this.#count.count;
    return this.isFiltered ? null : (this.info?.rows?.count ?? null);
  }

  get isExact(): boolean {
    return this.#count?.exact ?? false;
  }

  #request(change: Partial<TableState> = {}): OrderedRows {
    return { ...this.ref, ...requestOf({ ...this.state, ...change }) };
  }

  async rows(from: number, count: number): Promise<Cell[][]> {
    const { connectionId } = this.owner;
    if (this.isLost) throw new EngineError({ code: 'connection-lost', message: 'These rows had not been read when the connection was lost.' }, connectionId);
    // The grid keeps the rows: a second copy in the query cache would only cost memory.
    const page = await queryClient.fetchQuery({ ...tableDataQuery(connectionId, { ...this.#request(), from, count }), gcTime: 0 });
    if (!this.#columns || !isSameColumns(this.#columns, page.columns)) this.#columns = page.columns;
    this.ms = page.ms;
    const places = page.rowIds?.split(' ');
    if (places) page.rows.forEach((row, i) => this.#rowIds.set(row, places[i]!));
    return page.rows;
  }

  get overlay(): StagedRows {
    return this.staged;
  }

  rowIdOf(row: readonly Cell[]): string | undefined {
    return this.#rowIds.get(row);
  }

  stageAll(changes: readonly StagedChange[], label: string): void {
    const staged = changesStore.stageAll(changes, label);
    commitInstantly(this.owner, staged);
  }

  wholeCell(row: number, column: number, signal?: AbortSignal): Promise<Cell> {
    const request = { ...this.#request(), from: row, count: 1 };
    return engineFor(this.owner.connectionId).browseCell(request, row, column, { signal });
  }

  /** What the rows depend on, and what their number does; `dataRevision` is that of the connection's rows. */
  basis(dataRevision: number): { rows: string; count: string } {
    const { sorts, ...counted } = this.#request();
    const count = JSON.stringify([counted, dataRevision]);
    return { rows: JSON.stringify([count, sorts]), count };
  }

  /** Reads rows and number again where what they depend on has changed; the tab calls it whenever that may be so. */
  follow(basis: { rows: string; count: string }): void {
    const before = this.#basis;
    this.#basis = basis;
    if (before && before.rows !== basis.rows) this.revision++;
    if (before?.count !== basis.count) void this.#countRows();
  }

  async #countRows(): Promise<void> {
    this.#counting.abort();
    this.#counting = new AbortController();
    const { signal } = this.#counting;
    const { sorts: _sorts, ...counted } = this.#request();
    const { connectionId } = this.owner;
    try {
      const count = await countRows(connectionId, counted, signal);
      if (signal.aborted) return;
      this.#count = count;
      if (!this.isFiltered) this.total = count;
      else {
        const total = await countRows(connectionId, { ...this.ref, filters: [] }, signal);
        if (!signal.aborted) this.total = total;
      }
    } catch (e) {
      if (signal.aborted) return;
      // Without a count the grid finds the end by reading; what is wrong with the relation its rows say.
      this.#count = null;
      console.warn(`The rows of ${this.ref.relation} could not be counted.`, e);
    }
  }

  sort(column: string, add: boolean): void {
    if (this.isLost) return; // nobody can read them in another order
    this.grid.toTop();
    uiStore.setSorts(this.owner, this.ref.schema, this.ref.relation, toggleSort(this.state.sorts, column, add));
  }

  /** Filters the rows by something else when the engine takes it; changes are made one after the other. */
  filter(change: FilterChange): Promise<FilterOutcome> {
    return this.#filters.apply(change);
  }

  async #tryFilters(set: FilterSet): Promise<void> {
    if (this.isLost) throw new Error('Nothing can be filtered until the database is connected again.');
    const tried = { ...this.#request(set), sorts: [], from: 0, count: TRIED_ROWS };
    await queryClient.fetchQuery({ ...tableDataQuery(this.owner.connectionId, tried), gcTime: 0 });
  }

  #putFilters(set: FilterSet): void {
    this.#count = null;
    this.grid.toTop();
    uiStore.setFilters(this.owner, this.ref.schema, this.ref.relation, set);
  }

  dispose(): void {
    this.#counting.abort();
    this.editing.dispose();
    this.editable.dispose();
    this.grid.dispose();
  }

  debug(): unknown {
    return { ...this.ref, ...this.grid.debug() };
  }
}
