import type { RelationRef } from '../wire/catalog';
import type { RowCount } from '../wire/results';
import { rowidOf, tableName } from './rowidTable';
import type { SqliteConnection } from './sqliteConnection';

/** Work that a table is worth, in ms; beyond it a guess is made. */
const BUDGET_MS = 40;
/** A step that took less is followed by one of twice as many rows. */
const STEP_MS = 3;
const FIRST_STEP = 256;
const LONGEST_STEP = 16_384;
/** Places of the rest that are looked at for a guess, and rows read at each. */
const PROBES = 8;
const PROBE_ROWS = 32;
/** Rows counted of what has no rowid to guess by. */
const COUNTED = 20_000;

/**
 * Rows of a table: counted in steps that yield, as long as that is cheap; then guessed by how close to each other its
 * rowids are. Null where there is no rowid to guess by.
 */
export function* roughRows(connection: SqliteConnection, ref: RelationRef): Generator<void, RowCount | null, void> {
  const table = tableName(ref);
  const rowid = rowidOf(connection, ref);
  const one = (sql: string, ...params: (number | bigint)[]): number | bigint | undefined =>
    connection.query(sql, params)[0]?.[0] as number | bigint | undefined;
  if (rowid === null) {
    const count = Number(one(`SELECT count(*) FROM (SELECT 1 FROM ${table} LIMIT ${COUNTED + 1})`));
    return count > COUNTED ? null : { count, exact: true };
  }
  const far = (from: number | bigint, rows: number): number | bigint | undefined =>
    one(`SELECT ${rowid} FROM ${table} NOT INDEXED WHERE ${rowid} > ?1 ORDER BY ${rowid} LIMIT 1 OFFSET ${rows - 1}`, from);

  const first = one(`SELECT ${rowid} FROM ${table} NOT INDEXED ORDER BY ${rowid} LIMIT 1`);
  if (first === undefined) return { count: 0, exact: true };
  let at = first;
  let count = 1;
  let step = FIRST_STEP;
  let spent = 0;
  while (spent < BUDGET_MS) {
    const started = performance.now();
    const next = far(at, step);
    if (next === undefined) {
      const rest = one(`SELECT count(*) FROM ${table} NOT INDEXED WHERE ${rowid} > ?1`, at);
      return { count: count + Number(rest), exact: true };
    }
    at = next;
    count += step;
    const took = performance.now() - started;
    spent += took;
    if (took < STEP_MS) step = Math.min(LONGEST_STEP, step * 2);
    yield;
  }
  const last = Number(one(`SELECT max(${rowid}) FROM ${table}`) ?? at);
  const span = last - Number(at);
  let density = 0;
  for (let k = 0; k < PROBES; k++) {
    const from = Math.floor(Number(at) + (span * (k + 0.5)) / PROBES);
    const to = far(from, PROBE_ROWS);
    // Fewer are left behind this place: too few to matter.
    density += to === undefined ? 0 : Math.min(1, PROBE_ROWS / (Number(to) - from));
    yield;
  }
  return { count: count + Math.round((density / PROBES) * span), exact: false };
}
