import type { ColumnInfo, RelationInfo } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import type { RowChange } from '../wire/changes';
import type { Driver } from './driver';
import { readRows } from './readRows';

/** Values that no row has, for columns of a key within the transaction that is open. */
export class FreeValues {
  readonly #driver: Driver;
  readonly #changes: readonly RowChange[];
  readonly #lowest = new Map<ColumnInfo, bigint>();

  /** @param changes whose values are taken as well */
  constructor(driver: Driver, changes: readonly RowChange[]) {
    this.#driver = driver;
    this.#changes = changes;
  }

  /** NULL where the column takes it, else a value of its type. */
  async of(relation: RelationInfo, column: ColumnInfo): Promise<Cell> {
    if (column.nullable && column.keyPlace === 0) return null;
    if (column.family === 'uuid') return crypto.randomUUID();
    if (column.family !== 'integer') return `rowhouse ${crypto.randomUUID()}`;
    const lowest = (this.#lowest.get(column) ?? (await this.#lowestOf(relation, column))) - 1n;
    this.#lowest.set(column, lowest);
    // Postgres takes texts, and SQLite whole numbers of either kind.
    return this.#driver.dialect.engine === 'postgres' ? String(lowest) : lowest;
  }

  async #lowestOf(relation: RelationInfo, column: ColumnInfo): Promise<bigint> {
    const { dialect } = this.#driver;
    const sql = `SELECT min(${dialect.quote(column.name, true)}) FROM ${dialect.qualified(relation)}`;
    const { rows } = await readRows(this.#driver, { sql, params: [] });
    const values = this.#changes
      .filter((c) => c.relation === relation.relation && c.schema === relation.schema)
      .map((c) => wholeNumber(c.data[column.name] as Cell));
    return [wholeNumber(rows[0]?.[0] ?? null), ...values].reduce((a, b) => (b < a ? b : a), 0n);
  }
}

/** A cell that holds a whole number; 0 for any other. */
function wholeNumber(cell: Cell | undefined): bigint {
  if (typeof cell === 'bigint') return cell;
  if (typeof cell === 'number') return Number.isSafeInteger(cell) ? BigInt(cell) : 0n;
  return typeof cell === 'string' && /^-?\d+$/.test(cell) ? BigInt(cell) : 0n;
}
