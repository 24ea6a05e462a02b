import type { Dialect } from '../dialect/dialect';
import type { RelationInfo, RelationRef } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import { PageWriter } from '../wire/pageWriter';
import type { BrowsePage, BrowseRequest, OrderedRows } from '../wire/results';
import { KeyPositions } from './keyPositions';
import { resultColumns, stepRows } from './statementCursor';
import { rowidAlias, rowidOf, tableName } from './rowidTable';
import { textOf } from './schemaObjects';
import type { SqliteConnection, Statement } from './sqliteConnection';
import { VALUE } from './valueLayout';

/** Every so many rows the rowid is remembered. */
export const SAMPLE_EVERY = 2_500;
/** Below this position OFFSET is quick enough. */
const DEEP = 2_000;
/** The most rows whose order is kept in memory (8 bytes each). */
const MOST_ORDERED = 8_000_000;


/** What is known of a table without reading it again. */
interface Known {
  rowid: string | null;
  /** The column that is the rowid itself. */
  alias: string | null;
  /** `samples[k]` is the rowid at position k * SAMPLE_EVERY, as far as they are known. */
  samples: Cell[];
  /** All positions are known up to the table's end. */
  whole: boolean;
}

/**
 * Rows by position, also deep down, without reading all that lies before: rowids sampled on the way through a
 * table, and the whole order of a sorted or filtered one. All of it is forgotten at the first write.
 */
export class RowPositions {
  readonly #connection: SqliteConnection;
  readonly #dialect: Dialect;
  #known = new Map<string, Known>();
  /** What the page that is being read is of. */
  #relation: RelationInfo | undefined;
  #place: string | undefined;
  #order: { key: string; rowids: BigInt64Array } | null = null;
  readonly #open = new Set<Statement>();
  /** The same for tables WITHOUT ROWID. */
  readonly keys: KeyPositions;

  constructor(connection: SqliteConnection, dialect: Dialect) {
    this.#connection = connection;
    this.#dialect = dialect;
    this.keys = new KeyPositions(connection, dialect);
  }

  /** To be called before anything that may write, and before the end. */
  forget(): void {
    this.#known.clear();
    this.keys.forget();
    this.#order = null;
    // A statement that stands between two rows would lock its tables against DROP and VACUUM.
    for (const statement of this.#open) statement.finalize();
    this.#open.clear();
  }

  /** Keeps a statement that stays open between calls; it is ended by the next `forget`. */
  hold(statement: Statement): void {
    this.#open.add(statement);
  }

  release(statement: Statement): void {
    this.#open.delete(statement);
    statement.finalize();
  }

  known(ref: RelationRef): Known {
    const key = `${ref.schema}\0${ref.relation}`;
    let known = this.#known.get(key);
    if (!known) {
      known = { rowid: rowidOf(this.#connection, ref), alias: rowidAlias(this.#connection, ref), samples: [], whole: false };
      this.#known.set(key, known);
    }
    return known;
  }

  /** Goes on to the next sample; false when the table ends before it. */
  sampleNext(ref: RelationRef): boolean {
    const { rowid, samples, whole } = this.known(ref);
    if (whole || rowid === null) return false;
    const last = samples.at(-1);
    const sql =
      last === undefined
        ? `SELECT ${rowid} FROM ${tableName(ref)} NOT INDEXED ORDER BY ${rowid} LIMIT 1`
        : `SELECT ${rowid} FROM ${tableName(ref)} NOT INDEXED WHERE ${rowid} > ?1 ORDER BY ${rowid} LIMIT 1 OFFSET ${SAMPLE_EVERY - 1}`;
    const found = this.#connection.query(sql, last === undefined ? [] : [last])[0]?.[0];
    if (found === undefined) {
      this.known(ref).whole = true;
      return false;
    }
    samples.push(found);
    return true;
  }

  /** A page of rows; undefined where the relation has no rowid and no key found, which leaves it to the dialect's statement. */
  browse(request: BrowseRequest, relation: RelationInfo | undefined, longest: number): BrowsePage | undefined {
    const started = performance.now();
    const { rowid } = this.known(request);
    if (rowid === null) return this.keys.browse(request, longest);
    this.#relation = relation;
    this.#place = relation && this.#dialect.placeOf(relation);
    // In the order of the rowid the table lies already.
    const [sort, ...more] = request.sorts;
    const isOwnOrder = !sort || (more.length === 0 && !sort.descending && sort.column === this.known(request).alias);
    const plain = isOwnOrder && !request.filters.some((f) => f.enabled) && !request.where?.trim() && !request.search;
    const deep = request.from >= DEEP;
    const page = !deep
      ? this.#near(request, rowid, plain, longest)
      : plain
        ? this.#plain(request, rowid, longest)
        : this.#ordered(request, rowid, longest);
    return { ...page, from: request.from, end: page.page.rows < request.count, ms: performance.now() - started };
  }

  /** Reads the rows of a `SELECT *`, run once for each set of values. */
  #read(sql: string, sets: Iterable<readonly Cell[]>, count: number, longest: number): Pick<BrowsePage, 'columns' | 'page' | 'rowIds'> {
    const place = this.#place;
    const statement = this.#connection.prepare(place ? sql.replace('SELECT *', `SELECT *, ${place}`) : sql)!;
    try {
      const described = resultColumns(statement, this.#dialect);
      const columns = place ? described.slice(0, -1) : described;
      const writer = new PageWriter(columns.length, longest);
      const rowIds: string[] = [];
      const last = place ? (cell: Cell) => void rowIds.push(textOf(cell)) : undefined;
      for (const params of sets) {
        statement.bind(params);
        stepRows(this.#connection, statement, writer, count, last);
        statement.reset();
      }
      return { columns, page: writer.take(), ...(place ? { rowIds: rowIds.join(' ') } : {}) };
    } finally {
      statement.finalize();
    }
  }

  /**
   * The dialect's statement, with the rowid as the last thing to sort by, so that equal rows keep their places
   * from page to page; in the direction of the last sort, which lets an index do it.
   */
  #statement(request: BrowseRequest, rowid: string): { select: string; params: Cell[] } {
    const { sql, params } = this.#dialect.browse(request, this.#relation);
    const select = sql.slice(0, sql.lastIndexOf('\nLIMIT '));
    const last = request.sorts.at(-1);
    const order = last ? `, ${rowid}${last.descending ? ' DESC' : ''}` : `\nORDER BY ${rowid}`;
    return { select: select + order, params };
  }

  #near(request: BrowseRequest, rowid: string, plain: boolean, longest: number) {
    const { sql, params } = this.#dialect.browse(request, this.#relation);
    if (plain && request.sorts.length === 0) return this.#read(sql, [params], request.count, longest);
    const ordered = this.#statement(request, rowid);
    const page = `\nLIMIT ${request.count} OFFSET ${request.from}`;
    return this.#read(ordered.select + page, [ordered.params], request.count, longest);
  }

  /** Rows in the table's own order: from the nearest sample before them. */
  #plain(request: BrowseRequest, rowid: string, longest: number) {
    const { samples } = this.known(request);
    const wanted = Math.floor(request.from / SAMPLE_EVERY);
    while (samples.length <= wanted && this.sampleNext(request));
    const sample = Math.min(wanted, samples.length - 1);
    const table = tableName(request);
    const skip = request.from - Math.max(0, sample) * SAMPLE_EVERY;
    const sql = `SELECT * FROM ${table} NOT INDEXED WHERE ${rowid} >= ?1 ORDER BY ${rowid} LIMIT ${request.count} OFFSET ${skip}`;
    return this.#read(sql, [[samples[sample] ?? 0]], request.count, longest);
  }

  /** Rows under sorts and filters: the rowids of all of them are read once, in order, then looked up. */
  #ordered(request: BrowseRequest, rowid: string, longest: number) {
    const key = JSON.stringify([request.schema, request.relation, request.sorts, request.filters, request.where ?? '', request.search ?? '']);
    if (this.#order?.key !== key) {
      const rowids = this.#readOrder(request, rowid);
      if (rowids === null) {
        const { select, params } = this.#statement(request, rowid);
        return this.#read(`${select}\nLIMIT ${request.count} OFFSET ${request.from}`, [params], request.count, longest);
      }
      this.#order = { key, rowids };
    }
    const rowids = this.#order.rowids.subarray(request.from, request.from + request.count);
    return this.#read(`SELECT * FROM ${tableName(request)} WHERE ${rowid} = ?1`, Array.from(rowids, (id) => [id]), 1, longest);
  }

  /** Null when there are too many. */
  #readOrder(request: OrderedRows, rowid: string): BigInt64Array | null {
    const { select, params } = this.#statement({ ...request, from: 0, count: 1 }, rowid);
    const statement = this.#connection.prepare(select.replace('*', rowid))!;
    try {
      statement.bind(params);
      let rowids = new BigInt64Array(65_536);
      let count = 0;
      while (statement.step()) {
        if (count === MOST_ORDERED) return null;
        if (count === rowids.length) {
          const bigger = new BigInt64Array(count * 2);
          bigger.set(rowids);
          rowids = bigger;
        }
        rowids[count++] = this.#integer(statement);
      }
      return rowids.subarray(0, count);
    } finally {
      statement.finalize();
    }
  }

  /** The integer in the first column of the row on which a statement stands. */
  #integer(statement: Statement): bigint {
    const { heap } = this.#connection;
    const row = this.#connection.module.resultRow(statement.pointer);
    return heap.view.getBigInt64(row + VALUE.number, true);
  }
}
