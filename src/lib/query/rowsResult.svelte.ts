import { EngineError, unpackPage, type Cell, type PackedPage, type ResultColumn } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import { engineFor } from '$lib/connections/registry';
import { GridState } from '$lib/grid/gridState.svelte';
import type { RowSource } from '$lib/grid/rowSource';

/** The rows that one statement returned: the first ones at hand, the rest in the worker. */
export class RowsResult implements RowSource {
  /** Place of its statement in the script. */
  readonly index: number;
  /** Name of its grid: "Result", "Result 2". */
  readonly title: string;
  readonly columns: readonly ResultColumn[];
  readonly revision = 0;
  readonly connectionId: ConnectionId;
  readonly resultId: number;
  readonly grid: GridState;
  /** Name that a `-- name:` comment gives it. */
  name = $state<string | undefined>();
  rowCount = $state(0);
  /** True when all rows have been read. */
  isExact = $state(false);
  /** True when the worker does not hold the rows any more; the first ones may still be here. */
  isGone = $state(false);
  #first = $state.raw<Cell[][]>([]);

  constructor(connectionId: ConnectionId, index: number, title: string, resultId: number, columns: readonly ResultColumn[]) {
    this.connectionId = connectionId;
    this.index = index;
    this.title = title;
    this.resultId = resultId;
    this.columns = columns;
    this.grid = new GridState(this);
  }

  /** How many of the first rows stay when the worker is gone. */
  get held(): number {
    return this.#first.length;
  }

  begin(page: PackedPage): void {
    if (this.#first.length > 0) return;
    this.#first = unpackPage(page);
    this.rowCount = Math.max(this.rowCount, this.#first.length);
  }

  read(rows: number): void {
    if (!this.isExact) this.rowCount = Math.max(this.rowCount, rows);
  }

  end(rows: number): void {
    this.rowCount = rows;
    this.isExact = true;
  }

  /** The worker that held the rows is gone. */
  lose(): void {
    this.isGone = true;
    this.rowCount = this.#first.length;
    this.isExact = true;
  }

  async rows(from: number, count: number, signal: AbortSignal): Promise<Cell[][]> {
    const end = Math.min(from + count, this.rowCount);
    if (end <= this.#first.length) return this.#first.slice(from, end);
    const page = await engineFor(this.connectionId).fetch(this.resultId, from, count, { signal });
    return unpackPage(page);
  }

  wholeCell(row: number, column: number, signal?: AbortSignal): Promise<Cell> {
    if (this.isGone) {
      const gone = { code: 'refused', message: 'The rest of this value is no longer held.', hint: 'Run the statement again.' };
      return Promise.reject(new EngineError(gone, this.connectionId));
    }
    return engineFor(this.connectionId).wholeCell(this.resultId, row, column, { signal });
  }

  /** Lets the worker forget the rows. */
  dispose(): void {
    this.grid.dispose();
    if (this.isGone) return;
    this.isGone = true;
    // A connection that has ended holds nothing any more.
    try {
      engineFor(this.connectionId)
        .release(this.resultId)
        .catch(() => undefined);
    } catch (e) {
      if (!(e instanceof EngineError)) throw e;
    }
  }
}
