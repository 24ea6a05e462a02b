import type { BoundSql } from '../dialect/dialect';
import { postgres } from '../dialect/postgres';
import type { RelationInfo, RelationRef } from '../wire/catalog';
import type { BrowseRequest } from '../wire/results';
import type { Session } from './session';

/** Rows between two keys that are remembered. */
const KEY_EVERY = 5_000;

export const keyOf = (ref: RelationRef): string => JSON.stringify([ref.schema, ref.relation]);

/** A relation as SQL names it. */
export const nameOf = (ref: RelationRef): string => `${postgres.quote(ref.schema, true)}.${postgres.quote(ref.relation, true)}`;

/**
 * Moves with every transaction that writes, and within one with everything that is logged. Looking moves it not, nor
 * does a checkpoint.
 */
export function writeMark(session: Session): string {
  const [row] = session.ask(
    `SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot()),
            CASE WHEN pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL THEN pg_catalog.pg_current_wal_insert_lsn() END`
  );
  return row!.join();
}

/** So near to the end a page is read from there where its key is not known yet. */
const FROM_END = 10_000;

interface KnownKeys {
  mark: string;
  /** At every {@link KEY_EVERY} rows, from the first on. */
  keys: (string | null)[][];
  /** There are no more. */
  whole: boolean;
  /** They are being looked for between calls. */
  isSampling: boolean;
}

/** Keys at every so many rows of tables that are looked at in the order of their key, found as they are needed. */
export class KeyPlaces {
  readonly #session: Session;
  #known = new Map<string, KnownKeys>();

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * The SELECT of a far page from the nearest key before it, or from the end; undefined where it is not sorted by the
   * key alone.
   * @param total how many rows there are, where that is known
   */
  far(request: BrowseRequest, relation: RelationInfo, total: number | undefined): BoundSql | undefined {
    if (request.from < KEY_EVERY) return undefined;
    const columns = keyOrder(request, relation);
    if (!columns) return undefined;
    const list = listOf(columns);
    const place = Math.floor(request.from / KEY_EVERY);
    if (total !== undefined && this.#at(relation).keys.length <= place && total > request.from && total - request.from <= FROM_END) {
      const count = Math.min(request.count, total - request.from);
      const descending = columns.map((name) => `${postgres.quote(name, true)} DESC`).join(', ');
      const last = `SELECT * FROM ${nameOf(relation)} ORDER BY ${descending} LIMIT ${count} OFFSET ${total - request.from - count}`;
      return { sql: `SELECT * FROM (${last}) AS last ORDER BY ${list}`, params: [] };
    }
    const keys = this.#keysTo(relation, columns, place);
    const at = Math.min(keys.length - 1, place);
    if (at < 1) return undefined;
    const places = columns.map((_, i) => `$${i + 1}`).join(', ');
    const sql = `SELECT * FROM ${nameOf(relation)} WHERE (${list}) >= (${places})
ORDER BY ${list} LIMIT ${request.count} OFFSET ${request.from - at * KEY_EVERY}`;
    return { sql, params: keys[at]! };
  }

  /**
   * Finds all keys of a table that is looked at in their order, yielding between them; undefined where there is
   * nothing to find. Ends early when something is written.
   */
  sample(request: BrowseRequest, relation: RelationInfo): Generator<void, void, void> | undefined {
    const columns = keyOrder(request, relation);
    if (!columns) return undefined;
    const known = this.#at(relation);
    if (known.whole || known.isSampling) return undefined;
    known.isSampling = true;
    return this.#sampling(relation, columns, known);
  }

  *#sampling(relation: RelationInfo, columns: readonly string[], known: KnownKeys): Generator<void, void, void> {
    try {
      while (this.#known.get(keyOf(relation)) === known && known.mark === writeMark(this.#session) && this.#next(relation, columns, known)) yield;
    } finally {
      known.isSampling = false;
    }
  }

  /** What is known of a table, as long as nothing was written. */
  #at(relation: RelationInfo): KnownKeys {
    const mark = writeMark(this.#session);
    let known = this.#known.get(keyOf(relation));
    if (known?.mark !== mark) this.#known.set(keyOf(relation), (known = { mark, keys: [], whole: false, isSampling: false }));
    return known;
  }

  /** The keys at positions 0, KEY_EVERY, 2 * KEY_EVERY … as far as wanted, or to the end. */
  #keysTo(relation: RelationInfo, columns: readonly string[], wanted: number): (string | null)[][] {
    const known = this.#at(relation);
    while (known.keys.length <= wanted && this.#next(relation, columns, known));
    return known.keys;
  }

  /** Goes on to the next key; false at the end. */
  #next(relation: RelationInfo, columns: readonly string[], known: KnownKeys): boolean {
    if (known.whole) return false;
    const list = listOf(columns);
    const from = nameOf(relation);
    const last = known.keys.at(-1);
    const sql = last
      ? `SELECT ${list} FROM ${from} WHERE (${list}) > (${last.map((_, i) => `$${i + 1}`).join(', ')}) ORDER BY ${list} LIMIT 1 OFFSET ${KEY_EVERY - 1}`
      : `SELECT ${list} FROM ${from} ORDER BY ${list} LIMIT 1`;
    const [key] = this.#session.ask(sql, last ?? []);
    if (!key) known.whole = true;
    else known.keys.push(key);
    return key !== undefined;
  }
}

const listOf = (columns: readonly string[]): string => columns.map((name) => postgres.quote(name, true)).join(', ');

/** The columns of the key in whose order rows are asked for, all of them and without filters; else undefined. */
function keyOrder(request: BrowseRequest, relation: RelationInfo): string[] | undefined {
  if (!relation.kind.endsWith('table') || request.sorts.length === 0) return undefined;
  const identity = postgres.rowIdentity(relation);
  if (identity.by !== 'key') return undefined;
  const { columns } = identity;
  // What the sorts leave open the rest of the primary key decides.
  const isPrimary = columns.every((name) => relation.columns.some((c) => c.name === name && c.keyPlace > 0));
  const isByKey = request.sorts.every((sort, i) => sort.column === columns[i] && !sort.descending);
  return isByKey && (isPrimary || request.sorts.length === columns.length) ? columns : undefined;
}
