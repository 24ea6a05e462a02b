import type { BoundSql } from '../dialect/dialect';
import { postgres } from '../dialect/postgres';
import { primaryKey } from '../dialect/primaryKey';
import type { Cell } from '../wire/cells';
import { unpackPage } from '../wire/pageReader';
import { PageWriter } from '../wire/pageWriter';
import type { RelationInfo, RelationRef } from '../wire/catalog';
import type { BrowseRequest, RowCount, RowSet } from '../wire/results';
import { slice } from './dump';
import { keyOf, KeyPlaces, nameOf, writeMark } from './keyPlaces';
import { PortalCursor } from './portals';
import type { Session } from './session';


/** Blocks (8 KB) counted at once where no places are to be remembered. */
const SLICE_BLOCKS = 1024;
/** Fewer blocks are counted in one go. */
const SMALL_BLOCKS = 64;
/** Rows between two places that are remembered, about: a far page reads no more than twice as many. */
const SAMPLE_EVERY = 5_000;
/** Tables of so many rows are shown in the order of their key. */
const ORDERED_ROWS = 100_000;
/** A table of so many blocks is counted on the side: 2 MB, some milliseconds. */
const CHEAP_BLOCKS = 256;
/** How long a slice of counting lasts, in ms. */
const SLICE_MS = 12;

/** How many rows lie before every slice of a table, as long as nothing has been written. */
interface Sample {
  mark: string;
  /** Blocks of a slice. */
  step: number;
  /** Rows before slice i, which begins at block i * step. */
  before: number[];
  /** All rows. */
  total: number;
}

/**
 * Counts large tables by ranges of their blocks, and remembers how many rows lie before each: far places of an
 * unsorted table are then found by their block, not by stepping over all rows before them. In the order of the key,
 * the keys at such places are remembered.
 */
export class RowPlaces {
  readonly #session: Session;
  readonly #keys: KeyPlaces;
  #samples = new Map<string, Sample>();

  constructor(session: Session) {
    this.#session = session;
    this.#keys = new KeyPlaces(session);
  }

  /** Counts; yields between slices. Throws EngineErrorData. */
  async *count(request: RowSet, relation: RelationInfo | undefined): AsyncGenerator<void, RowCount, void> {
    const blocks = this.#blocks(request);
    const plain = isPlain(request);
    if (blocks < (plain ? SMALL_BLOCKS : 2 * SLICE_BLOCKS)) return { count: this.#one(request, relation), exact: true };
    const step = plain ? this.#step(request, relation) : SLICE_BLOCKS;
    const mark = writeMark(this.#session);
    const before: number[] = [];
    let count = 0;
    let sliceEnd = performance.now() + SLICE_MS;
    for (let from = 0; from < blocks; from += step) {
      before.push(count);
      const range = slice(from, from + step >= blocks ? null : from + step);
      count += this.#one(request, relation, range);
      if (performance.now() < sliceEnd) continue;
      yield;
      sliceEnd = performance.now() + SLICE_MS;
    }
    if (plain && writeMark(this.#session) === mark) this.#samples.set(keyOf(request), { mark, step, before, total: count });
    return { count, exact: true };
  }

  /** Rows of a table of a few blocks, counted; null for others, of which the catalog has a guess. */
  smallCount(ref: RelationRef): RowCount | null {
    const [row] = this.#session.ask(
      `SELECT c.relkind, c.relhassubclass, pg_catalog.pg_relation_size(c.oid) / 8192
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname = $2`,
      [ref.schema, ref.relation]
    );
    const [kind, hasParts, blocks] = row ?? [];
    if ((kind !== 'r' && kind !== 'm') || hasParts === 't' || Number(blocks) > CHEAP_BLOCKS) return null;
    return { count: this.#one({ ...ref, filters: [] }, undefined), exact: true };
  }

  /** Blocks that hold about as many rows as lie between two places, by the table's first ones. */
  #step(request: RowSet, relation: RelationInfo | undefined): number {
    const rows = this.#one(request, relation, slice(0, SMALL_BLOCKS));
    return Math.min(SLICE_BLOCKS, Math.max(1, Math.floor((SAMPLE_EVERY * SMALL_BLOCKS) / Math.max(1, rows))));
  }

  #one(request: RowSet, relation: RelationInfo | undefined, range?: string): number {
    return this.#session.aside(() => {
      const { sql, params } = postgres.count(request, relation);
      const cells = readAll(this.#session, range ? withRange(sql, range) : sql, params);
      return Number(cells[0]?.[0] ?? 0);
    });
  }

  /** Size of a table that can be counted by blocks; 0 for views, for parents of others, and for what is not there. */
  #blocks(ref: RowSet): number {
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

  /**
   * What is asked for without an order, in the order of the key where the table is not large: a row that is changed
   * moves to the end of its table in Postgres, and would be lost from sight. A large one is shown as it lies, for
   * which far places cost least.
   */
  inOrder(request: BrowseRequest, relation: RelationInfo | undefined): BrowseRequest {
    if (request.sorts.length > 0 || relation?.kind !== 'table') return request;
    const key = primaryKey(relation.columns);
    const small = relation.rows ? relation.rows.count <= ORDERED_ROWS : this.#blocks(request) <= SLICE_BLOCKS;
    if (key.length === 0 || !small) return request;
    return { ...request, sorts: key.map(({ name }) => ({ column: name, descending: false })) };
  }

  /**
   * The SELECT of a far page of a table as it lies or in the order of its key, with no filters. Undefined where its
   * place is not known, or something was written since the count.
   */
  far(request: BrowseRequest, relation: RelationInfo | undefined): BoundSql | undefined {
    if (!isPlain(request)) return undefined;
    const sample = this.#sampleOf(request);
    if (request.sorts.length > 0) return relation && this.#keys.far(request, relation, sample?.total);
    if (!sample || request.from < (sample.before[1] ?? Infinity)) return undefined;
    let at = sample.before.length - 1;
    while (sample.before[at]! > request.from) at--;
    const offset = request.from - sample.before[at]!;
    const sql = `SELECT * FROM ${nameOf(request)} WHERE ${slice(at * sample.step, null)} LIMIT ${request.count} OFFSET ${offset}`;
    return { sql, params: [] };
  }

  /** What makes far pages in the order of these rows quick, in slices between calls; undefined where nothing is to do. */
  sample(request: BrowseRequest, relation: RelationInfo | undefined): Generator<void, void, void> | undefined {
    if (!relation || !isPlain(request) || request.sorts.length === 0) return undefined;
    return (this.#sampleOf(request)?.total ?? 0) >= MANY_ROWS ? this.#keys.sample(request, relation) : undefined;
  }

  /** What counting has found, where nothing was written since. */
  #sampleOf(request: BrowseRequest): Sample | undefined {
    const sample = this.#samples.get(keyOf(request));
    if (!sample || sample.mark === writeMark(this.#session)) return sample;
    this.#samples.delete(keyOf(request));
    return undefined;
  }
}

/** Fewer rows are stepped through. */
const MANY_ROWS = 50_000;

/** True where all rows are asked for. */
const isPlain = (request: RowSet): boolean =>
  request.filters.every((f) => !f.enabled) && !request.where?.trim() && !request.search;

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
