import { isLongCell, LONG_CELL_BYTES, LONG_CELL_HEAD, type Cell } from '../wire/cells';
import type { RelationInfo } from '../wire/catalog';
import type { CommittedRow } from '../wire/changes';
import { PackedChange, plainChange, type PackedReport } from '../wire/packedCommit';
import { RecordPacker } from '../wire/packedRecords';
import type { BoundSql } from '../dialect/dialect';
import type { PreparedChange } from './changeStatements';
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
  readonly #kept: PreparedChange[] = [];

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** True when `before` does not hold whole what the change takes away. What a DELETE takes comes back from it. */
  needsBefore({ change, overwrite }: PreparedChange): boolean {
    if (change.type !== 'update') return false;
    return overwrite || (hasCut(change) && Object.keys(change.data).some((name) => isCutCell(change.before[name])));
  }

  /** Keeps the row as it is before its change. */
  async before(one: PreparedChange): Promise<void> {
    const found = await this.#read(this.#driver.dialect.rowOf(one.change, one.of.info), one);
    if (found) this.#was.set(one.change.id, found.row);
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

  /** Forgets the row of a change that goes on; undefined where there is none. */
  unmake({ id }: { id: string }): CommittedRow | undefined {
    const at = this.#made.findLastIndex(({ made }) => made.id === id);
    return at < 0 ? undefined : this.#made.splice(at, 1)[0]!.made;
  }

  /** A change whose row is as it was given, or gone. */
  kept(one: PreparedChange): void {
    if (one.change.type === 'delete') this.#made.push({ one, made: { id: one.change.id, now: null } });
    else this.#kept.push(one);
  }

  /** A delete whose row was gone already: there is nothing to take back. */
  gone(one: PreparedChange): void {
    this.#made.push({ one, made: { id: one.change.id, was: null, now: null } });
  }

  /** The row that a change is about, as it is now; null when it is gone. */
  async now(one: PreparedChange): Promise<Record<string, Cell> | null> {
    const found = await this.#read(this.#driver.dialect.rowOf(one.change, one.of.info), one);
    return found ? cut(found.row) : null;
  }

  /** Where the only row lies that holds all values seen, for a change by place that found nothing there. */
  async elsewhere(one: PreparedChange): Promise<string | undefined> {
    const { change, of } = one;
    if (change.rowId === undefined || this.#driver.dialect.placeOf(of.info) === undefined) return undefined;
    const anywhere = plainChange(change);
    delete anywhere.rowId;
    const { rows } = await readRows(this.#driver, this.#driver.dialect.rowOf(anywhere, of.info));
    const place = rows.length === 1 ? rows[0]!.at(-1) : undefined;
    return typeof place === 'string' ? place : undefined;
  }

  /** Reads rows again where triggers may have gone on after the statement. */
  async finish(): Promise<void> {
    const looks = this.#made.filter(({ one, made }) => one.of.hasTriggers && made.now !== null);
    const again = looks.map((look) => ({ look, sql: this.#again(look) }));
    for (let at = 0; at < again.length; ) {
      let to = at + 1;
      while (to < again.length && again[to]!.sql.sql === again[at]!.sql.sql) to++;
      const run = again.slice(at, to);
      const { columns, rows, error } = await this.#driver.runEach(run[0]!.sql.sql, run.map(({ sql }) => sql.params));
      if (error) throw error;
      for (const [i, { look }] of run.entries()) {
        const cells = rows[i]![0];
        if (cells) look.made.now = cut(this.#taken(look.one, columns, cells).row);
        // A row named by its place alone may have been moved on by its trigger: then it stays as the statement gave it.
        else if (look.made.rowId === undefined) look.made.now = null;
      }
      at = to;
    }
  }

  #again({ one, made }: Look): BoundSql {
    const place = made.rowId === undefined ? {} : { rowId: made.rowId };
    return this.#driver.dialect.rowOf(plainChange(one.change, { before: made.now!, ...place }), one.of.info);
  }

  /** What became of a change's row, as far as it is known: null when it is gone. */
  rowOf({ change }: PreparedChange): Record<string, Cell> | null {
    const look = this.#made.find(({ made }) => made.id === change.id);
    if (look) return look.made.now;
    return change.type === 'delete' ? null : { ...change.before, ...(change.data as Record<string, Cell>) };
  }

  /** All rows as they cross. @param relationOf the relation of a head */
  packed(relationOf: (head: number) => RelationInfo): Pick<PackedReport, 'kept' | 'columns' | 'rows'> {
    const now = new RecordPacker<Cell>();
    const was = new Map<number, Record<string, Cell> | null>();
    for (const [i, { made }] of this.#made.entries()) {
      now.add(made.now);
      if (made.was !== undefined) was.set(i, made.was);
    }
    const rowIds = this.#made.some(({ made }) => made.rowId !== undefined) ? this.#made.map(({ made }) => made.rowId) : null;
    const at = Uint32Array.from(this.#made, ({ made }) => Number(made.id));
    const columns: Record<number, string[]> = {};
    for (const { change } of this.#kept) {
      // What is kept comes out of the packed changes themselves.
      const { head } = change as PackedChange;
      columns[head] ??= relationOf(head).columns.map((c) => c.name);
    }
    const kept = Uint32Array.from(this.#kept, ({ change }) => Number(change.id));
    return { kept, columns, rows: { at, now: now.take(), rowIds, was } };
  }

  async #read(sql: BoundSql, one: PreparedChange): Promise<{ row: Record<string, Cell>; rowId?: string } | undefined> {
    const { columns, rows } = await readRows(this.#driver, sql);
    return rows[0] && this.#taken(one, columns.map((c) => c.name), rows[0]);
  }

  #taken(one: PreparedChange, columns: readonly string[], cells: readonly Cell[]): { row: Record<string, Cell>; rowId?: string } {
    const isPlaced = this.#driver.dialect.placeOf(one.of.info) !== undefined;
    const names = isPlaced ? columns.slice(0, -1) : columns;
    const row = Object.fromEntries(names.map((name, i) => [name, cells[i]!]));
    return isPlaced ? { row, rowId: String(cells.at(-1)) } : { row };
  }
}

/** Packed changes with cut values say so by their statement, which is of its own kind. */
const hasCut = (change: PreparedChange['change']): boolean => !(change instanceof PackedChange) || change.beforeView.names.some((_, at) => isCutCell(change.beforeView.valueAt(at)));

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
