import { postgres } from '../dialect/postgres';
import { hexText } from '../formats/valueText';
import type { LoadOutcome, LoadRequest, RowLoader } from '../transfer/importTarget';
import { isBrokenText, isLongCell, isWholeReal, type Cell } from '../wire/cells';
import { toErrorData } from '../wire/errors';
import { MessageReader } from './messages';
import type { Session } from './session';

const COMPLETE = 0x43; // C
const MARK = 'rowhouse_load';
/** Where rows wait that may meet others of their key. */
const STAGE = 'pg_temp."rowhouse load"';

const encoder = new TextEncoder();
const quote = (name: string): string => postgres.quote(name, true);

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A cell as a field of COPY's text format. */
function copyField(cell: Cell): string {
  if (cell === null) return '\\N';
  if (typeof cell === 'string') return /[\\\t\n\r]/.test(cell) ? cell.replace(/[\\\t\n\r]/g, (c) => escapes[c]!) : cell;
  if (typeof cell === 'number' || typeof cell === 'bigint') return String(cell);
  if (cell instanceof Uint8Array) return `\\${hexText(cell)}`;
  if (isWholeReal(cell)) return String(cell.real);
  if (isBrokenText(cell)) throw { code: '22021', message: 'Postgres holds no text that is not valid UTF-8.' };
  if (isLongCell(cell)) throw { code: 'internal', message: 'A value that was cut cannot be loaded.' };
  throw { code: 'internal', message: 'This is no value that Postgres can hold.' };
}

/**
 * Rows by COPY, a piece in one exchange, with a savepoint before it. Where one fails the piece is taken back and
 * those before it are loaded again: COPY says the line, and where it does not the piece is halved.
 */
export class PostgresLoader implements RowLoader {
  readonly #session: Session;
  readonly #request: LoadRequest;
  readonly #tend: () => void;
  readonly #copy: string;
  readonly #move: string | null;

  /** @param tend between two pieces: a checkpoint where the log has grown long */
  constructor(session: Session, request: LoadRequest, tend: () => void) {
    this.#session = session;
    this.#request = request;
    this.#tend = tend;
    const { target, columns, conflict, keys } = request;
    const table = `${quote(target.schema)}.${quote(target.relation)}`;
    const names = columns.map((c) => quote(c.name)).join(', ');
    if (conflict === 'fail') {
      this.#copy = `COPY ${table} (${names}) FROM STDIN`;
      this.#move = null;
      return;
    }
    session.exec(`CREATE TEMP TABLE "rowhouse load" ON COMMIT DROP AS SELECT ${names} FROM ${table} WITH NO DATA`);
    this.#copy = `COPY ${STAGE} (${names}) FROM STDIN`;
    const others = columns.filter((c) => !keys.includes(c.name)).map((c) => quote(c.name));
    const action =
      conflict === 'skip' || others.length === 0
        ? 'ON CONFLICT DO NOTHING'
        : `ON CONFLICT (${keys.map(quote).join(', ')}) DO UPDATE SET ${others.map((n) => `${n} = excluded.${n}`).join(', ')}`;
    this.#move = `INSERT INTO ${table} (${names}) OVERRIDING SYSTEM VALUE SELECT ${names} FROM ${STAGE} ${action}`;
  }

  load(rows: readonly (readonly Cell[])[]): LoadOutcome {
    const outcome = this.#piece(rows);
    this.#tend();
    return outcome;
  }

  #piece(rows: readonly (readonly Cell[])[]): LoadOutcome {
    if (rows.length === 0) return { taken: 0, written: 0 };
    const session = this.#session;
    session.exec(`SAVEPOINT ${MARK}`);
    try {
      const written = this.#write(rows);
      session.exec(`RELEASE ${MARK}`);
      return { taken: rows.length, written };
    } catch (e) {
      if (session.backend.lost) throw e;
      session.exec(`ROLLBACK TO ${MARK}; RELEASE ${MARK}`);
      const error = toErrorData(e);
      const line = Number(/^COPY .*?, line (\d+)/m.exec(error.detail ?? '')?.[1] ?? 0);
      if (rows.length === 1) return { taken: 0, written: 0, error };
      if (line > 0) {
        const before = this.#piece(rows.slice(0, line - 1));
        return before.error ? before : { ...before, error };
      }
      const half = rows.length >> 1;
      const first = this.#piece(rows.slice(0, half));
      if (first.error) return first;
      const second = this.#piece(rows.slice(half));
      return { taken: first.taken + second.taken, written: first.written + second.written, error: second.error };
    }
  }

  #write(rows: readonly (readonly Cell[])[]): number {
    let text = '';
    for (const row of rows) {
      text += copyField(row[0] ?? null);
      for (let i = 1; i < row.length; i++) text += `\t${copyField(row[i] ?? null)}`;
      text += '\n';
    }
    const copied = this.#copyIn(encoder.encode(text));
    if (this.#move === null) return copied;
    const written = this.#session.exec(this.#move);
    this.#session.exec(`TRUNCATE ${STAGE}`);
    return written;
  }

  #copyIn(bytes: Uint8Array): number {
    const { backend, builder } = this.#session;
    const query = builder.query(this.#copy).take().slice();
    const head = builder.copyDataHead(bytes.length).take().slice();
    const done = builder.copyDone().take();
    let rows = 0;
    const error = backend.exchangeToReady(
      [query, head, bytes, done],
      (type, message, from, to) => {
        if (type === COMPLETE) rows += Number(/\d+$/.exec(new MessageReader(message, from, to).text())?.[0] ?? 0);
        else this.#session.takeNotice(type, message, from, to);
      },
      true
    );
    if (error) throw this.#session.failure(error, this.#copy);
    return rows;
  }

  /** Sequences of the columns go on behind what came in. */
  finish(): void {
    const { target, columns } = this.#request;
    const table = `${quote(target.schema)}.${quote(target.relation)}`;
    for (const { name, family } of columns) {
      if (family !== 'integer') continue;
      const [found] = this.#session.ask('SELECT pg_catalog.pg_get_serial_sequence($1, $2)', [table, name]);
      const sequence = found?.[0];
      if (!sequence) continue;
      this.#session.ask(
        `SELECT pg_catalog.setval($1, m) FROM (SELECT max(${quote(name)}) AS m FROM ${table}) t
          WHERE m >= 1 AND m > coalesce(pg_catalog.pg_sequence_last_value($1::pg_catalog.regclass), 0)`,
        [sequence]
      );
    }
  }

  close(): void {
    // Its temporary table goes with the transaction.
  }
}
