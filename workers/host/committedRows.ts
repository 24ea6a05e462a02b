import { isLongCell, LONG_CELL_BYTES, LONG_CELL_HEAD, type Cell } from '../wire/cells';
import type { CommittedRow } from '../wire/changes';
import type { BoundSql } from '../dialect/dialect';
import type { PreparedChange } from './commit';
import type { Driver } from './driver';
import { readRows } from './readRows';

interface Look {
  one: PreparedChange;
  made: CommittedRow;
}

/** Looks at the rows of a commit: as they were where the change does not know it, and as they have become. */
export class RowLooks {
  readonly #driver: Driver;
  readonly #was = new Map<string, Record<string, Cell>>();
  readonly #made: Look[] = [];

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** True when `before` does not hold whole what the change takes away. What a DELETE takes comes back from it. */
  needsBefore({ change, overwrite }: PreparedChange): boolean {
    if (change.type !== 'update') return false;
    return overwrite || Object.keys(change.data).some((name) => isCutCell(change.before[name]));
  }

  /** Keeps the row as it is before its change. */
  async before(one: PreparedChange): Promise<void> {
    const { change } = one;
    const found = await this.#read(this.#driver.dialect.rowOf(change, one.relation), one);
    if (found) this.#was.set(change.id, found.row);
  }

  /** Takes in what a statement gave back. */
  made(one: PreparedChange, columns: readonly string[], cells: readonly Cell[]): void {
    const { change, overwrite } = one;
    const { row, rowId } = this.#taken(one, columns, cells);
    const made: CommittedRow = { id: change.id, now: change.type === 'delete' ? null : row };
    if (change.type === 'delete') {
      if (overwrite || Object.values(change.before).some(isCutCell)) made.was = row;
    } else if (rowId !== undefined) made.rowId = rowId;
    const was = this.#was.get(change.id);
    if (was) made.was = was;
    if (made.now) made.now = cut(made.now);
    this.#made.push({ one, made });
  }

  /** A delete whose row was gone already: there is nothing to take back. */
  gone(one: PreparedChange): void {
    this.#made.push({ one, made: { id: one.change.id, was: null, now: null } });
  }

  /** The row that a change is about, as it is now; null when it is gone. */
  async now(one: PreparedChange): Promise<Record<string, Cell> | null> {
    const found = await this.#read(this.#driver.dialect.rowOf(one.change, one.relation), one);
    return found ? cut(found.row) : null;
  }

  /** Where the only row lies that holds all values seen, for a change by place that found nothing there. */
  async elsewhere(one: PreparedChange): Promise<string | undefined> {
    const { change, relation } = one;
    if (change.rowId === undefined || this.#driver.dialect.placeOf(relation) === undefined) return undefined;
    const anywhere = { ...change };
    delete anywhere.rowId;
    const { rows } = await readRows(this.#driver, this.#driver.dialect.rowOf(anywhere, relation));
    const place = rows.length === 1 ? rows[0]!.at(-1) : undefined;
    return typeof place === 'string' ? place : undefined;
  }

  /** All rows as the database made them, read again where triggers may have gone on after the statement. */
  async finish(): Promise<CommittedRow[]> {
    const relations = new Set(this.#made.map(({ one }) => one.relation));
    if ([...relations].some((relation) => this.#driver.hasTriggers(relation))) {
      for (const look of this.#made) await this.#again(look);
    }
    return this.#made.map(({ made }) => made);
  }

  async #again({ one, made }: Look): Promise<void> {
    if (!made.now) return;
    const change = { ...one.change, before: made.now, ...(made.rowId === undefined ? {} : { rowId: made.rowId }) };
    const found = await this.#read(this.#driver.dialect.rowOf(change, one.relation), one);
    if (found) made.now = cut(found.row);
    // A row named by its place alone may have been moved on by its trigger: then it stays as the statement gave it.
    else if (made.rowId === undefined) made.now = null;
  }

  async #read(sql: BoundSql, one: PreparedChange): Promise<{ row: Record<string, Cell>; rowId?: string } | undefined> {
    const { columns, rows } = await readRows(this.#driver, sql);
    return rows[0] && this.#taken(one, columns.map((c) => c.name), rows[0]);
  }

  #taken(one: PreparedChange, columns: readonly string[], cells: readonly Cell[]): { row: Record<string, Cell>; rowId?: string } {
    const isPlaced = this.#driver.dialect.placeOf(one.relation) !== undefined;
    const names = isPlaced ? columns.slice(0, -1) : columns;
    const row = Object.fromEntries(names.map((name, i) => [name, cells[i]!]));
    return isPlaced ? { row, rowId: String(cells.at(-1)) } : { row };
  }
}

const isCutCell = (cell: Cell | undefined): boolean => cell !== null && cell !== undefined && isLongCell(cell);

/** A row as pages show it: values that are very long are cut. */
function cut(row: Record<string, Cell>): Record<string, Cell> {
  const isLong = (cell: Cell): boolean =>
    (typeof cell === 'string' && cell.length * 3 > LONG_CELL_BYTES) || (cell instanceof Uint8Array && cell.length > LONG_CELL_BYTES);
  if (!Object.values(row).some(isLong)) return row;
  return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cutCell(cell)]));
}

function cutCell(cell: Cell): Cell {
  if (cell instanceof Uint8Array && cell.length > LONG_CELL_BYTES) {
    return { long: 'blob', head: cell.slice(0, LONG_CELL_HEAD), bytes: cell.length };
  }
  if (typeof cell !== 'string' || cell.length * 3 <= LONG_CELL_BYTES) return cell;
  const bytes = new TextEncoder().encode(cell);
  if (bytes.length <= LONG_CELL_BYTES) return cell;
  const head = new TextDecoder().decode(bytes.subarray(0, LONG_CELL_HEAD), { stream: true });
  return { long: 'text', head, bytes: bytes.length };
}
