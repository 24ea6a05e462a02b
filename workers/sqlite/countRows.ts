import type { Dialect } from '../dialect/dialect';
import type { Cell } from '../wire/cells';
import type { RowCount, RowSet } from '../wire/results';
import { KEY_EVERY, type KeyPositions } from './keyPositions';
import { SAMPLE_EVERY, type RowPositions } from './rowPositions';
import type { RelationCache } from './relationCache';
import { tableName } from './rowidTable';
import type { SqliteConnection } from './sqliteConnection';


/** How long a slice of counting lasts, in ms. */
const SLICE_MS = 8;
/** After so many writes in between, it is counted in one go. */
const MOST_RESTARTS = 3;

/** What counting needs of the connection around it. */
export interface CountContext {
  connection: SqliteConnection;
  dialect: Dialect;
  positions: RowPositions;
  relations: RelationCache;
  /** Grows with everything that may write. */
  epoch(): number;
}

/**
 * Counts rows exactly, and yields in between; a write on the way begins it anew. Where there is a rowid it goes
 * range by range, and the rowids (or keys, WITHOUT ROWID) at the bounds are kept for browsing; else row by row.
 */
export async function* countRows(context: CountContext, request: RowSet): AsyncGenerator<void, RowCount, void> {
  for (let restarts = 0; restarts < MOST_RESTARTS; restarts++) {
    const epoch = context.epoch();
    const slices = slicesOf(context, request);
    let sliceEnd = performance.now() + SLICE_MS;
    for (;;) {
      const { done, value } = slices.next();
      if (done) return { count: value, exact: true };
      if (performance.now() < sliceEnd) continue;
      yield;
      if (context.epoch() !== epoch) break;
      sliceEnd = performance.now() + SLICE_MS;
    }
  }
  const { sql, params } = context.dialect.count(request, context.relations.get(request));
  return { count: Number(context.connection.query(sql, params)[0]?.[0] ?? 0), exact: true };
}

function slicesOf(context: CountContext, request: RowSet): Generator<void, number, void> {
  const { positions } = context;
  if (positions.known(request).rowid !== null) return byRanges(context, request);
  const isPlain = request.filters.every((f) => !f.enabled) && !request.where?.trim() && !request.search;
  return isPlain && positions.keys.known(request).key !== null ? byKeys(positions.keys, request) : rowByRow(context, request);
}

/** Yields after each key that is remembered; gives the count. For tables WITHOUT ROWID. */
function* byKeys(keys: KeyPositions, request: RowSet): Generator<void, number, void> {
  while (keys.sampleNext(request)) yield;
  return Math.max(0, keys.known(request).samples.length - 1) * KEY_EVERY + keys.rest(request);
}

/** Rows between two looks at the clock. */
const ROWS_AT_ONCE = 2_000;

/** Yields after some rows; gives the count. For views, virtual tables, and tables WITHOUT ROWID under filters. */
function* rowByRow({ connection, dialect, positions, relations }: CountContext, request: RowSet): Generator<void, number, void> {
  const { sql, params } = dialect.count(request, relations.get(request));
  const statement = connection.prepare(sql.replace('count(*)', '1'))!;
  positions.hold(statement);
  let total = 0;
  try {
    statement.bind(params);
    while (statement.step()) if (++total % ROWS_AT_ONCE === 0) yield;
    return total;
  } finally {
    positions.release(statement);
  }
}

/** Yields after each range; gives the count. */
function* byRanges({ connection, dialect, positions, relations }: CountContext, request: RowSet): Generator<void, number, void> {
  const { rowid, samples } = positions.known(request);
  const { sql, params } = dialect.count(request, relations.get(request));
  const bare = dialect.count({ schema: request.schema, relation: request.relation, filters: [] }).sql;
  const filtered = sql !== bare;
  const within = (condition: string, bounds: Cell[]): number => {
    const ranged = `${sql}${filtered ? '\n  AND ' : '\nWHERE '}${condition}`;
    return Number(connection.query(ranged, [...params, ...bounds])[0]?.[0] ?? 0);
  };
  const place = params.length;
  let total = 0;
  for (let k = 0; ; k++) {
    if (samples.length <= k && !positions.sampleNext(request) && samples.length <= k) break;
    if (k > 0) {
      total += filtered
        ? within(`${rowid} >= ?${place + 1} AND ${rowid} < ?${place + 2}`, [samples[k - 1]!, samples[k]!])
        : SAMPLE_EVERY;
    }
    yield;
  }
  const last = samples.at(-1);
  if (last === undefined) return 0;
  if (filtered) return total + within(`${rowid} >= ?${place + 1}`, [last]);
  // Fewer rows than a sample apart are left: counted through the table itself, which the sampling has just read.
  const rest = connection.query(`SELECT count(*) FROM ${tableName(request)} NOT INDEXED WHERE ${rowid} >= ?1`, [last]);
  return total + Number(rest[0]?.[0] ?? 0);
}
