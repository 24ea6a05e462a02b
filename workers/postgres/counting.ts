import { postgres } from '../dialect/postgres';
import type { Cell } from '../wire/cells';
import { unpackPage } from '../wire/pageReader';
import { PageWriter } from '../wire/pageWriter';
import type { RelationInfo } from '../wire/catalog';
import type { BrowseRequest, RowCount } from '../wire/results';
import { slice } from './dump';
import { PortalCursor } from './portals';
import type { Session } from './session';

type CountRequest = Omit<BrowseRequest, 'from' | 'count' | 'sorts'>;

/** Blocks (8 KB) counted at once: some 15 ms of rows of usual width. */
const SLICE_BLOCKS = 1024;

/** How many rows lie before every slice of a table, as of one place in the write-ahead log. */
interface Sample {
  lsn: string;
  /** Rows before slice i; slice i begins at block i * SLICE_BLOCKS. */
  before: number[];
}

/**
 * Counts large tables by ranges of their blocks, and remembers how many rows lie before each: far places of an
 * unsorted table are then found by their block, not by stepping over all rows before them.
 */
export class RowPlaces {
  readonly #session: Session;
  #samples = new Map<string, Sample>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Counts; yields between slices. Throws EngineErrorData. */
  async *count(request: CountRequest, relation: RelationInfo | undefined): AsyncGenerator<void, RowCount, void> {
    const blocks = this.#blocks(request);
    if (blocks < 2 * SLICE_BLOCKS) return { count: this.#one(request, relation), exact: true };
    const plain = request.filters.every((f) => !f.enabled) && !request.where?.trim();
    const lsn = this.#lsn();
    const before: number[] = [];
    let count = 0;
    for (let from = 0; from < blocks; from += SLICE_BLOCKS) {
      before.push(count);
      const range = slice(from, from + SLICE_BLOCKS >= blocks ? null : from + SLICE_BLOCKS);
      count += this.#one(request, relation, range);
      yield;
    }
    if (plain && this.#lsn() === lsn) this.#samples.set(keyOf(request), { lsn, before });
    return { count, exact: true };
  }

  #one(request: CountRequest, relation: RelationInfo | undefined, range?: string): number {
    return this.#session.aside(() => {
      const { sql, params } = postgres.count(request, relation);
      const cells = readAll(this.#session, range ? withRange(sql, range) : sql, params);
      return Number(cells[0]?.[0] ?? 0);
    });
  }

  /** Size of a table that can be counted by blocks; 0 for views, for parents of others, and for what is not there. */
  #blocks(ref: CountRequest): number {
    const [row] = this.#session.ask(
      `SELECT pg_catalog.pg_relation_size(c.oid) / 8192
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_catalog.pg_am a ON a.oid = c.relam
        WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'm') AND a.amname = 'heap' AND NOT c.relhassubclass
          AND NOT c.relrowsecurity AND c.relpersistence = 'p'`,
      [ref.schema, ref.relation]
    );
    return Number(row?.[0] ?? 0);
  }

  /** Moves with every change that is logged. */
  #lsn(): string {
    return this.#session.ask('SELECT pg_catalog.pg_current_wal_insert_lsn()')[0]![0]!;
  }

  /**
   * The SELECT of a far page of an unsorted, unfiltered table, by block. Undefined where it is not known, or
   * something has changed since the count.
   */
  far(request: BrowseRequest): string | undefined {
    if (request.sorts.length > 0 || request.where?.trim() || request.filters.some((f) => f.enabled)) return undefined;
    const sample = this.#samples.get(keyOf(request));
    if (!sample || request.from < (sample.before[1] ?? Infinity)) return undefined;
    if (sample.lsn !== this.#lsn()) {
      this.#samples.delete(keyOf(request));
      return undefined;
    }
    let at = sample.before.length - 1;
    while (sample.before[at]! > request.from) at--;
    const offset = request.from - sample.before[at]!;
    const table = `${postgres.quote(request.schema, true)}.${postgres.quote(request.relation, true)}`;
    return `SELECT * FROM ${table} WHERE ${slice(at * SLICE_BLOCKS, null)} LIMIT ${request.count} OFFSET ${offset}`;
  }
}

const keyOf = (ref: { schema: string; relation: string }): string => JSON.stringify([ref.schema, ref.relation]);

/** A count's SELECT with one more condition, put before those that it has. */
function withRange(sql: string, range: string): string {
  const where = sql.indexOf('\nWHERE ');
  return where < 0 ? `${sql}\nWHERE ${range}` : `${sql.slice(0, where)}\nWHERE ${range}\n  AND ${sql.slice(where + 7)}`;
}

function readAll(session: Session, sql: string, params: Cell[]): Cell[][] {
  const cursor = new PortalCursor(session, sql, params);
  try {
    const writer = new PageWriter(cursor.columns.length);
    cursor.next(writer, 0);
    return unpackPage(writer.take());
  } finally {
    cursor.close();
  }
}
