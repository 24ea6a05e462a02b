import { isDefaultValue, type Cell, type ColumnInfo, type RelationInfo, type RelationRef, type ResultColumn, type RowIdentity } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import type { ChangesStore } from '$lib/changes/changesStore.svelte';
import type { StagedChange } from '$lib/changes/stagedChange';
import { rowKeyOf } from '$lib/changes/rowKey';
import type { MarkedRow, RowOverlay } from '$lib/grid/rowOverlay';

export interface StagedRowsInput {
  connectionId: ConnectionId;
  ref: RelationRef;
  changes: ChangesStore;
  columns: () => readonly ResultColumn[];
  info: () => RelationInfo | undefined;
  identity: () => RowIdentity;
  /** True for a column that the database fills when an insert leaves it out. */
  fillsItself: (column: ColumnInfo) => boolean;
  /** Where a row lies, for relations without a key. */
  rowIdOf: (row: readonly Cell[]) => string | undefined;
}

const nowhere: ReadonlySet<number> = new Set();

/** What is staged in one relation, laid over its rows as the grid shows them. */
export class StagedRows implements RowOverlay {
  readonly #in: StagedRowsInput;
  readonly #marked = new WeakMap<object, { of: StagedChange; columns: readonly ResultColumn[]; problem: string | null; row: MarkedRow }>();
  readonly #keys = new WeakMap<readonly Cell[], string>();

  constructor(input: StagedRowsInput) {
    this.#in = input;
  }

  get #inserted(): readonly StagedChange[] {
    const { changes, connectionId, ref } = this.#in;
    return changes.insertedInto(connectionId, ref.schema, ref.relation);
  }

  get above(): number {
    return this.#inserted.length;
  }

  rowAbove(index: number): MarkedRow {
    const change = this.#inserted[index]!;
    return this.#remember(change, change, () => this.#insertedRow(change));
  }

  of(row: readonly Cell[]): MarkedRow | undefined {
    const change = this.changeOf(row);
    return change && this.#remember(row, change, () => this.#changedRow(row, change));
  }

  /** What is staged of a row of the relation. */
  changeOf(row: readonly Cell[]): StagedChange | undefined {
    const { changes, connectionId, ref } = this.#in;
    if (changes.countForTable(connectionId, ref.schema, ref.relation) === 0) return undefined;
    return changes.ofRow(connectionId, ref.schema, ref.relation, this.rowKey(row));
  }

  /** What is staged at a place among the rows above. */
  insertAt(index: number): StagedChange | undefined {
    return this.#inserted[index];
  }

  /** What tells a row from all others of its relation, as a text. */
  rowKey(row: readonly Cell[]): string {
    let key = this.#keys.get(row);
    if (key === undefined) this.#keys.set(row, (key = this.#makeKey(row)));
    return key;
  }

  #makeKey(row: readonly Cell[]): string {
    const columns = this.#in.columns();
    const valueOf = (name: string): Cell => row[columns.findIndex((c) => c.name === name)] ?? null;
    return rowKeyOf(this.#in.identity(), { values: row, valueOf, rowId: this.#in.rowIdOf(row) });
  }

  #remember(key: object, change: StagedChange, make: () => MarkedRow): MarkedRow {
    const problem = this.#in.changes.problemOf(change.id)?.error.message ?? null;
    const columns = this.#in.columns();
    const known = this.#marked.get(key);
    if (known && known.of === change && known.problem === problem && known.columns === columns) return known.row;
    const row = { ...make(), problem };
    this.#marked.set(key, { of: change, columns, problem, row });
    return row;
  }

  #insertedRow(change: StagedChange): MarkedRow {
    const info = this.#in.info();
    const columns = this.#in.columns();
    const defaults = new Set<number>();
    const cells = columns.map(({ name }, place): Cell => {
      const value = Object.hasOwn(change.data, name) ? change.data[name] : undefined;
      if (value !== undefined && !isDefaultValue(value)) return value;
      const column = info?.columns.find((c) => c.name === name);
      if (column && this.#in.fillsItself(column)) defaults.add(place);
      return null;
    });
    return { mark: 'insert', cells, places: null, defaults, problem: null };
  }

  #changedRow(row: readonly Cell[], change: StagedChange): MarkedRow {
    if (change.type === 'delete') return { mark: 'delete', cells: [...row], places: null, defaults: nowhere, problem: null };
    const places = new Set<number>();
    const defaults = new Set<number>();
    const cells = this.#in.columns().map(({ name }, place): Cell => {
      const value = Object.hasOwn(change.data, name) ? change.data[name]! : undefined;
      if (value === undefined) return row[place] ?? null;
      places.add(place);
      if (!isDefaultValue(value)) return value;
      defaults.add(place);
      return null;
    });
    return { mark: 'update', cells, places, defaults, problem: null };
  }
}
