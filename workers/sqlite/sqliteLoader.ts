import type { Dialect } from '../dialect/dialect';
import type { LoadOutcome, LoadRequest, RowLoader } from '../transfer/importTarget';
import type { Cell } from '../wire/cells';
import { toErrorData, type EngineErrorData } from '../wire/errors';
import { RowBinder } from './rowBinder';
import type { SqliteConnection, Statement } from './sqliteConnection';

/** Rows by one prepared INSERT; a row that fails has changed nothing, and those before it stay. */
export class SqliteLoader implements RowLoader {
  readonly #connection: SqliteConnection;
  readonly #statement: Statement;
  readonly #binder: RowBinder;
  readonly #settle: () => void;

  /** @param settle after each piece: what the store says of its writes */
  constructor(connection: SqliteConnection, dialect: Dialect, request: LoadRequest, settle: () => void) {
    this.#connection = connection;
    this.#settle = settle;
    this.#statement = connection.prepare(insertSql(dialect, request))!;
    this.#binder = new RowBinder(connection);
  }

  load(rows: readonly (readonly Cell[])[]): LoadOutcome {
    const statement = this.#statement;
    let taken = 0;
    let written = 0;
    for (const row of rows) {
      try {
        this.#binder.bind(statement.pointer, row);
        statement.step();
        written += this.#connection.changes() > 0 ? 1 : 0;
        statement.reset();
        taken++;
      } catch (e) {
        if (this.#connection.broken) throw e;
        statement.reset();
        this.#settle();
        return { taken, written, error: inWords(toErrorData(e)) };
      }
    }
    this.#settle();
    return { taken, written };
  }

  finish(): void {
    // AUTOINCREMENT keeps its counter by itself.
  }

  close(): void {
    this.#statement.finalize();
    this.#binder.free();
  }
}

/** SQLite says of a key that is no integer no more than `datatype mismatch`. */
const inWords = (error: EngineErrorData): EngineErrorData =>
  error.code.startsWith('SQLITE_MISMATCH') ? { ...error, message: 'datatype mismatch: a column that is the INTEGER PRIMARY KEY takes whole numbers alone' } : error;

function insertSql(dialect: Dialect, { target, columns, conflict, keys }: LoadRequest): string {
  const quote = (name: string): string => dialect.quote(name, true);
  const names = columns.map((c) => quote(c.name));
  const values = columns.map((_, i) => `?${i + 1}`).join(', ');
  const head = `INSERT INTO ${quote(target.schema)}.${quote(target.relation)} (${names.join(', ')}) VALUES (${values})`;
  if (conflict === 'fail') return head;
  const others = columns.filter((c) => !keys.includes(c.name)).map((c) => quote(c.name));
  if (conflict === 'skip' || others.length === 0) return `${head} ON CONFLICT DO NOTHING`;
  const sets = others.map((name) => `${name} = excluded.${name}`).join(', ');
  return `${head} ON CONFLICT (${keys.map(quote).join(', ')}) DO UPDATE SET ${sets}`;
}
