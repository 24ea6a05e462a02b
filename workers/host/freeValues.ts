import type { ColumnInfo, RelationInfo } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import type { NewValue, RowChange } from '../wire/changes';
import type { Driver } from './driver';
import { readRows } from './readRows';

/** Texts that are tried before one that fits no limit is taken. */
const TRIES = 50;

/** Whole numbers that are taken, and those between them. */
interface Range {
  lowest: bigint;
  highest: bigint;
}

/** Values that no row has, for columns of a key within the transaction that is open. */
export class FreeValues {
  readonly #driver: Driver;
  readonly #changes: readonly RowChange[];
  readonly #ranges = new Map<ColumnInfo, Range>();
  readonly #given = new Set<string>();

  /** @param changes whose values are taken as well */
  constructor(driver: Driver, changes: readonly RowChange[]) {
    this.#driver = driver;
    this.#changes = changes;
  }

  /**
   * NULL where the column takes it, else a value of its type. One that its limits are likely to allow: a text has the
   * letters and digits of the one that the row is to have in other order of the same kinds, and so its length; a number
   * follows the highest, where there is room, else goes before the lowest.
   */
  async of(relation: RelationInfo, column: ColumnInfo, change: RowChange): Promise<Cell> {
    if (column.nullable && column.keyPlace === 0) return null;
    if (column.family === 'uuid') return crypto.randomUUID();
    if (column.family !== 'integer') return this.#alike(relation, column, change.data[column.name]);
    const value = await this.#number(relation, column);
    // Postgres takes texts, and SQLite whole numbers of either kind.
    return this.#driver.dialect.engine === 'postgres' ? String(value) : value;
  }

  async #alike(relation: RelationInfo, column: ColumnInfo, like: NewValue | undefined): Promise<Cell> {
    if (typeof like === 'string') {
      const { dialect } = this.#driver;
      const name = dialect.quote(column.name, true);
      const taken = new Set(this.#changes.map((c) => c.data[column.name]));
      for (let tries = 0; tries < TRIES; tries++) {
        const value = shuffled(like);
        // Both engines take this for the first value.
        const sql = `SELECT 1 FROM ${dialect.qualified(relation)} WHERE ${name} = $1 LIMIT 1`;
        if (taken.has(value) || this.#given.has(value) || (await readRows(this.#driver, { sql, params: [value] })).rows.length > 0) continue;
        this.#given.add(value);
        return value;
      }
    }
    return `rowhouse ${crypto.randomUUID()}`;
  }

  async #number(relation: RelationInfo, column: ColumnInfo): Promise<bigint> {
    const range = this.#ranges.get(column) ?? (await this.#rangeOf(relation, column));
    const next = range.highest < mostOf(column) ? { ...range, highest: range.highest + 1n } : { ...range, lowest: range.lowest - 1n };
    this.#ranges.set(column, next);
    return next.highest > range.highest ? next.highest : next.lowest;
  }

  async #rangeOf(relation: RelationInfo, column: ColumnInfo): Promise<Range> {
    const { dialect } = this.#driver;
    const name = dialect.quote(column.name, true);
    const { rows } = await readRows(this.#driver, { sql: `SELECT min(${name}), max(${name}) FROM ${dialect.qualified(relation)}`, params: [] });
    const values = this.#changes
      .filter((c) => c.relation === relation.relation && c.schema === relation.schema)
      .map((c) => wholeNumber(c.data[column.name] as Cell));
    const all = [wholeNumber(rows[0]?.[0] ?? null), wholeNumber(rows[0]?.[1] ?? null), ...values];
    return { lowest: all.reduce((x, y) => (y < x ? y : x)), highest: all.reduce((x, y) => (y > x ? y : x)) };
  }
}

/** Kinds of characters that a pattern is likely to tell apart. */
const KINDS = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789'];

/** Another text with the same kinds of characters at the same places. */
const shuffled = (text: string): string =>
  text.replace(/[a-zA-Z0-9]/g, (char) => {
    const kind = KINDS.find((chars) => chars.includes(char))!;
    return kind[Math.floor(Math.random() * kind.length)]!;
  });

/** The highest whole number of a column's type. */
function mostOf({ base, type }: ColumnInfo): bigint {
  const name = (base ?? type).toLowerCase();
  if (/^(smallint|int2)$/.test(name)) return 2n ** 15n - 1n;
  return /^(integer|int|int4)$/.test(name) ? 2n ** 31n - 1n : 2n ** 63n - 1n;
}

/** A cell that holds a whole number; 0 for any other. */
function wholeNumber(cell: Cell | undefined): bigint {
  if (typeof cell === 'bigint') return cell;
  if (typeof cell === 'number') return Number.isSafeInteger(cell) ? BigInt(cell) : 0n;
  return typeof cell === 'string' && /^-?\d+$/.test(cell) ? BigInt(cell) : 0n;
}
