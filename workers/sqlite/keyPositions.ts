import type { Dialect } from '../dialect/dialect';
import type { RelationRef } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import { PageWriter } from '../wire/pageWriter';
import type { BrowsePage, BrowseRequest } from '../wire/results';
import { tableName } from './rowidTable';
import { quoteName, textOf } from './schemaObjects';
import type { SqliteConnection } from './sqliteConnection';
import { resultColumns, stepRows } from './statementCursor';

/** Every so many rows the key is remembered. */
export const KEY_EVERY = 2_500;

/** What is known of a table without rowids. */
interface Known {
  /** Its key's columns as they are compared; null for what has no such key. */
  key: { column: string; sql: string }[] | null;
  /** `samples[k]` is the key at position k * KEY_EVERY, as far as they are known. */
  samples: Cell[][];
  /** All positions are known up to the table's end. */
  whole: boolean;
}

/** Rows by position of tables WITHOUT ROWID, which lie in the order of their key. Forgotten at the first write. */
export class KeyPositions {
  readonly #connection: SqliteConnection;
  readonly #dialect: Dialect;
  readonly #known = new Map<string, Known>();

  constructor(connection: SqliteConnection, dialect: Dialect) {
    this.#connection = connection;
    this.#dialect = dialect;
  }

  forget(): void {
    this.#known.clear();
  }

  known(ref: RelationRef): Known {
    const name = `${ref.schema}\0${ref.relation}`;
    let known = this.#known.get(name);
    if (!known) this.#known.set(name, (known = { key: keyOf(this.#connection, ref), samples: [], whole: false }));
    return known;
  }

  /** Goes on to the next sample; false when the table ends before it. */
  sampleNext(ref: RelationRef): boolean {
    const known = this.known(ref);
    const { key, samples } = known;
    if (known.whole || key === null) return false;
    const columns = key.map((k) => k.sql).join(', ');
    const last = samples.at(-1);
    const from = `SELECT ${key.map((k) => quoteName(k.column)).join(', ')} FROM ${tableName(ref)}`;
    const sql =
      last === undefined
        ? `${from} ORDER BY ${columns} LIMIT 1`
        : `${from} WHERE (${columns}) > (${placeholders(key)}) ORDER BY ${columns} LIMIT 1 OFFSET ${KEY_EVERY - 1}`;
    const [found] = this.#connection.query(sql, last ?? []);
    if (!found) {
      known.whole = true;
      return false;
    }
    samples.push(found);
    return true;
  }

  /** Rows behind the last sample, once all are known. */
  rest(ref: RelationRef): number {
    const { key, samples } = this.known(ref);
    const last = samples.at(-1);
    if (!key || !last) return 0;
    const [row] = this.#connection.query(
      `SELECT count(*) FROM ${tableName(ref)} WHERE (${key.map((k) => k.sql).join(', ')}) >= (${placeholders(key)})`,
      last
    );
    return Number(row?.[0] ?? 0);
  }

  /** A far page from the nearest key before it; undefined where it is not in the order of such a key, or near. */
  browse(request: BrowseRequest, longest: number): BrowsePage | undefined {
    const started = performance.now();
    if (request.from < KEY_EVERY || request.filters.some((f) => f.enabled) || request.where?.trim() || request.search) return undefined;
    const { key, samples } = this.known(request);
    if (!key || !isInOrder(request, key)) return undefined;
    const wanted = Math.floor(request.from / KEY_EVERY);
    while (samples.length <= wanted && this.sampleNext(request));
    const at = Math.min(wanted, samples.length - 1);
    if (at < 0) return undefined;
    const columns = key.map((k) => k.sql).join(', ');
    const statement = this.#connection.prepare(
      `SELECT * FROM ${tableName(request)} WHERE (${columns}) >= (${placeholders(key)}) ORDER BY ${columns} LIMIT ${request.count} OFFSET ${request.from - at * KEY_EVERY}`
    )!;
    try {
      statement.bind(samples[at]!);
      const described = resultColumns(statement, this.#dialect);
      const writer = new PageWriter(described.length, longest);
      stepRows(this.#connection, statement, writer, request.count);
      const page = writer.take();
      return { columns: described, page, from: request.from, end: page.rows < request.count, ms: performance.now() - started };
    } finally {
      statement.finalize();
    }
  }
}

const placeholders = (key: readonly unknown[]): string => key.map((_, i) => `?${i + 1}`).join(', ');

/** Unsorted rows lie in the order of the key; what the sorts leave open its rest decides. */
function isInOrder({ sorts }: BrowseRequest, key: readonly { column: string; sql: string }[]): boolean {
  return sorts.every((sort, i) => sort.column === key[i]?.column && !sort.descending && key[i].sql === quoteName(sort.column));
}

/** The key of a table WITHOUT ROWID, each column with the collation that its order has; null for one with descending columns. */
function keyOf(connection: SqliteConnection, ref: RelationRef): Known['key'] {
  const [kind] = connection.query('SELECT type, wr FROM pragma_table_list(?1) WHERE schema = ?2', [ref.relation, ref.schema]);
  if (kind?.[0] !== 'table' || kind[1] !== 1) return null;
  const columns = connection.query(
    `SELECT x.name, x.desc, x.coll FROM pragma_index_list(?1, ?2) AS l, pragma_index_xinfo(l.name, ?2) AS x
      WHERE l.origin = 'pk' AND x.cid >= 0 AND x.seqno < (SELECT count(*) FROM pragma_table_info(?1, ?2) WHERE pk > 0) ORDER BY x.seqno`,
    [ref.relation, ref.schema]
  );
  if (columns.length === 0 || columns.some(([, descending]) => descending !== 0)) return null;
  return columns.map(([name, , collation]) => {
    const column = quoteName(textOf(name));
    return { column: textOf(name), sql: collation === 'BINARY' ? column : `${column} COLLATE ${quoteName(textOf(collation))}` };
  });
}
