import type { RelationRef, ResultColumn } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import type { GridOptions } from '$lib/grid/gridColumns.svelte';
import type { GridState } from '$lib/grid/gridState.svelte';
import { frozenCount, hiddenNames, isPlain, moveColumn, orderedNames, plainLayout, setFrozen, setHidden, shownPlaces, type ColumnLayout } from '$lib/tabs/columnLayout';
import type { TableState } from '$lib/tabs/tableState';
import { uiStore } from '$lib/tabs/uiStore.svelte';

interface LaidOut {
  readonly owner: { connectionId: ConnectionId; projectId: ProjectId };
  readonly ref: RelationRef;
  readonly grid: GridState;
  readonly columns: readonly ResultColumn[];
  readonly state: TableState;
}

/** Which columns of a table tab are shown, in which order, which stay in sight: kept by project, changed from here. */
export class TableLayout {
  readonly #table: LaidOut;
  readonly gridOptions: Pick<GridOptions, 'places' | 'frozen' | 'onmove'>;

  constructor(table: LaidOut) {
    this.#table = table;
    const namesOf = (columns: readonly ResultColumn[]): string[] => columns.map((c) => c.name);
    this.gridOptions = {
      places: (columns) => (isPlain(this.#layout) ? columns.map((_, place) => place) : shownPlaces(this.#layout, namesOf(columns))),
      frozen: (columns) => frozenCount(this.#layout, namesOf(columns)),
      onmove: (from, to) => this.move(table.grid.columns[from]!.name, table.grid.columns[to]!.name)
    };
  }

  get #layout(): ColumnLayout {
    return this.#table.state.layout;
  }

  readonly #names = $derived.by((): string[] => this.#table.columns.map((c) => c.name));
  /** All columns, each name once, in their order. */
  readonly names = $derived.by((): string[] => orderedNames(this.#layout, this.#names));
  /** Those that are not shown. */
  readonly hidden = $derived.by((): ReadonlySet<string> => new Set(hiddenNames(this.#layout, this.#names)));
  readonly frozen = $derived.by((): ReadonlySet<string> => new Set(this.#layout.frozen));

  /** True when columns stand as the relation has them, with widths that nobody chose. */
  get isPlain(): boolean {
    return isPlain(this.#layout) && Object.keys(this.#table.state.widths).length === 0;
  }

  /** Hides or shows a column; the last one stays. */
  setHidden(name: string, isHidden: boolean): void {
    if (isHidden && this.hidden.size + 1 >= this.names.length) return;
    this.#set(setHidden(this.#layout, name, isHidden));
  }

  /** Shows these columns alone; all when none of them is there. */
  showOnly(names: readonly string[]): void {
    const shown = new Set(names);
    this.#set({ ...this.#layout, hidden: this.names.filter((name) => !shown.has(name)) });
  }

  showAll(): void {
    this.#set({ ...this.#layout, hidden: [] });
  }

  setFrozen(name: string, isFrozen: boolean): void {
    this.#set(setFrozen(this.#layout, name, isFrozen));
  }

  /** Moves a column to where another one stands. */
  move(name: string, target: string): void {
    this.#set(moveColumn(this.#layout, this.#names, name, target));
  }

  /** All columns as the relation has them, as wide as they were before somebody chose. */
  reset(): void {
    const { owner, ref, grid } = this.#table;
    uiStore.setColumnWidths(owner, ref.schema, ref.relation, {});
    grid.forgetWidths();
    this.#set(plainLayout);
  }

  #set(layout: ColumnLayout): void {
    const { owner, ref, grid } = this.#table;
    const name = grid.columns[grid.active.column]?.name;
    uiStore.setColumnLayout(owner, ref.schema, ref.relation, layout);
    // The active cell stays with its column; where that is gone, with the nearest one.
    const at = grid.columns.findIndex((c) => c.name === name);
    grid.go({ row: grid.active.row, column: at >= 0 ? at : Math.max(0, Math.min(grid.active.column, grid.columns.length - 1)) });
  }
}
