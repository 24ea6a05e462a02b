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

/** Keys at every so many rows of tables that are looked at in the order of their key, found as they are needed. */
export class KeyPlaces {
  readonly #session: Session;
  #known = new Map<string, { mark: string; keys: (string | null)[][] }>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** The SELECT of a far page from the nearest key before it; undefined where it is not sorted by the key alone. */
  far(request: BrowseRequest, relation: RelationInfo): BoundSql | undefined {
    if (request.from < KEY_EVERY || !relation.kind.endsWith('table')) return undefined;
    const identity = postgres.rowIdentity(relation);
    if (identity.by !== 'key') return undefined;
    const { columns } = identity;
    // What the sorts leave open the rest of the primary key decides.
    const isPrimary = columns.every((name) => relation.columns.some((c) => c.name === name && c.keyPlace > 0));
    const isByKey = request.sorts.every((sort, i) => sort.column === columns[i] && !sort.descending);
    if (!isByKey || !(isPrimary || request.sorts.length === columns.length)) return undefined;
    const list = columns.map((name) => postgres.quote(name, true)).join(', ');
    const keys = this.#keysTo(relation, list, Math.floor(request.from / KEY_EVERY));
    const at = keys.length - 1;
    if (at < 1) return undefined;
    const from = Math.min(at, Math.floor(request.from / KEY_EVERY));
    const places = columns.map((_, i) => `$${i + 1}`).join(', ');
    const sql = `SELECT * FROM ${nameOf(relation)} WHERE (${list}) >= (${places})
ORDER BY ${list} LIMIT ${request.count} OFFSET ${request.from - from * KEY_EVERY}`;
    return { sql, params: keys[from]! };
  }

  /** The keys at positions 0, KEY_EVERY, 2 * KEY_EVERY … as far as wanted, or to the end. */
  #keysTo(relation: RelationInfo, list: string, wanted: number): (string | null)[][] {
    const mark = writeMark(this.#session);
    let known = this.#known.get(keyOf(relation));
    if (known?.mark !== mark) {
      known = { mark, keys: [] };
      this.#known.set(keyOf(relation), known);
    }
    const { keys } = known;
    const from = nameOf(relation);
    while (keys.length <= wanted) {
      const last = keys.at(-1);
      const sql = last
        ? `SELECT ${list} FROM ${from} WHERE (${list}) > (${last.map((_, i) => `$${i + 1}`).join(', ')}) ORDER BY ${list} LIMIT 1 OFFSET ${KEY_EVERY - 1}`
        : `SELECT ${list} FROM ${from} ORDER BY ${list} LIMIT 1`;
      const [key] = this.#session.ask(sql, last ?? []);
      if (!key) break;
      keys.push(key);
    }
    return keys;
  }
}
