import type { Cursor } from '../host/driver';
import { isBrokenText, isLongCell, isWholeReal, type Cell } from '../wire/cells';
import type { PageWriter } from '../wire/pageWriter';
import type { Notice, ResultColumn } from '../wire/results';
import type { MessageHandler } from './backend';
import { MessageReader, readFields, readRowDescription, type FieldDescription } from './messages';
import { errorOf } from './postgresErrors';
import { DataRowReader, firstWord, isBytea, type Session } from './session';

const ROW_DESCRIPTION = 0x54; // T
const PARAMETERS = 0x74; // t
const DATA_ROW = 0x44; // D
const COMPLETE = 0x43; // C
const EMPTY = 0x49; // I
const SUSPENDED = 0x73; // s
const COPY_OUT = 0x48; // H
const ERROR = 0x45; // E

/** Commands whose tag counts rows that they changed. */
const CHANGING = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'COPY']);
/** Statements that only read, by their first word: ending them early undoes nothing. */
const READING = /^\s*(?:SELECT|VALUES|TABLE|SHOW|FETCH)\b/i;

/**
 * A statement as an unnamed portal of the extended protocol: parsed and described at once, bound and run at
 * the first `next`, read in slices. Its implicit transaction stays open until the end of the reading; the
 * Sync that ends it commits, and an error of that commit is the statement's.
 */
export class PortalCursor implements Cursor {
  readonly columns: ResultColumn[];
  readonly #session: Session;
  readonly #sql: string;
  readonly #values: (string | Uint8Array | null)[];
  readonly #binary: boolean[];
  #state: 'parsed' | 'open' | 'closed' = 'parsed';
  #tag = '';
  /** Rows given so far: the tag of a portal that was read in slices counts its last one. */
  #rows = 0;
  #notices: Notice[] = [];
  /** The statement began its own transaction, which ends with it. */
  readonly #implicit: boolean;

  /** Parses and describes. Throws EngineErrorData. */
  constructor(session: Session, sql: string, params: readonly Cell[]) {
    this.#session = session;
    this.#sql = sql;
    this.#implicit = session.backend.status === 'I';
    session.takeNotices();
    this.#values = params.map(parameterOf);
    let fields = this.#parse();
    if (!session.knows(fields)) {
      // The questions about types and tables take the place of the unnamed statement: parse it again after them.
      this.#sync();
      session.learn(fields);
      fields = this.#parse();
    }
    this.columns = fields.map((f) => session.column(f));
    this.#binary = fields.some(isBytea) ? fields.map(isBytea) : [];
  }

  #parse(): FieldDescription[] {
    const { backend, builder } = this.#session;
    let fields: FieldDescription[] = [];
    let count = 0;
    this.#guarded(builder.parse(this.#sql).describeStatement().take(), (type, bytes, from, to) => {
      if (type === ROW_DESCRIPTION) fields = readRowDescription(bytes, from, to);
      else if (type === PARAMETERS) count = new MessageReader(bytes, from, to).int16();
    });
    if (count !== this.#values.length) {
      this.#state = 'closed';
      backend.exchangeToReady(builder.sync().take(), () => undefined);
      throw {
        code: 'refused',
        message: `This statement has ${count} parameter${count === 1 ? '' : 's'}, but ${this.#values.length} were given.`,
        hint: count > 0 ? 'Write the values into the statement in place of $1, $2, …' : undefined
      };
    }
    return fields;
  }

  /** Sends without a Sync. After an error the Sync is made up for, and the error thrown. */
  #guarded(messages: Uint8Array, handler: MessageHandler): void {
    const { backend, builder } = this.#session;
    let error: Map<string, string> | null = null;
    backend.exchange(messages, (type, bytes, from, to) => {
      if (type === ERROR) error ??= readFields(bytes, from, to);
      else if (!this.#session.takeNotice(type, bytes, from, to)) handler(type, bytes, from, to);
    });
    if (error === null) return;
    this.#state = 'closed';
    backend.exchangeToReady(builder.sync().take(), (...m) => void this.#session.takeNotice(...m));
    throw this.#session.failure(error, this.#sql);
  }

  /** @param last takes the text of the last column, which is then no part of the rows written */
  next(writer: PageWriter, most: number, last?: (text: string) => void): boolean {
    if (this.#state === 'closed') return false;
    const { builder } = this.#session;
    if (this.#state === 'parsed') builder.bind(this.#values, this.#binary);
    this.#state = 'open';
    let suspended = false;
    let copied = false;
    const binary = this.#binary;
    const messages = builder.execute(this.columns.length > 0 ? most : 0).take();
    this.#guarded(messages, (type, bytes, from, to) => {
      if (type === DATA_ROW) {
        writeRow(writer, bytes, from, binary, last);
        this.#rows++;
      }
      else if (type === SUSPENDED) suspended = true;
      else if (type === COMPLETE) this.#tag = new MessageReader(bytes, from, to).text();
      else if (type === EMPTY) this.#tag = '';
      else if (type === COPY_OUT) copied = true;
    });
    if (suspended) return true;
    this.#sync();
    this.#state = 'closed';
    this.#session.afterCommand(firstWord(this.#tag));
    if (copied) {
      throw {
        code: 'refused',
        message: 'COPY … TO STDOUT has no place to write to here.',
        hint: 'Run the query itself and copy its rows, or save a copy of the database.'
      };
    }
    return false;
  }

  /** Ends the implicit transaction; throws what its commit says against it. */
  #sync(): void {
    const { backend, builder } = this.#session;
    const error = backend.exchangeToReady(builder.sync().take(), (...m) => void this.#session.takeNotice(...m));
    if (error === null) return;
    this.#state = 'closed';
    throw errorOf(error, this.#sql);
  }

  changed(): number | null {
    if (!CHANGING.has(firstWord(this.#tag))) return null;
    if (this.columns.length > 0) return this.#rows;
    const count = /(\d+)$/.exec(this.#tag);
    return count ? Number(count[1]) : null;
  }

  notices(): Notice[] {
    this.#notices.push(...this.#session.takeNotices());
    return this.#notices;
  }

  close(): void {
    if (this.#state === 'closed' || this.#session.backend.lost) return;
    const reads = READING.test(this.#sql) || this.#state === 'parsed';
    this.#state = 'closed';
    const { backend, builder } = this.#session;
    // One that changes rows and was stopped on the way is undone, where the transaction is its own.
    if (!reads && this.#implicit) builder.parse('ROLLBACK').bind([]).execute(0);
    backend.exchangeToReady(builder.sync().take(), () => undefined);
  }
}

const decoder = new TextDecoder();

function writeRow(
  writer: PageWriter,
  bytes: Uint8Array,
  from: number,
  binary: readonly boolean[],
  last?: (text: string) => void
): void {
  const row = new DataRowReader(bytes, from);
  for (let c = 0; c < row.columns; c++) {
    const length = row.next();
    if (last && c === row.columns - 1) last(decoder.decode(bytes.subarray(row.at - length, row.at)));
    else if (length < 0) writer.null();
    else if (binary[c]) writer.blob(bytes.subarray(row.at - length, row.at));
    else writer.textBytes(bytes.subarray(row.at - length, row.at));
  }
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

/** A cell in the server's own text form. */
export function parameterOf(cell: Cell): string | Uint8Array | null {
  if (cell === null || typeof cell === 'string') return cell;
  if (typeof cell === 'number' || typeof cell === 'bigint') return String(cell);
  if (cell instanceof Uint8Array) {
    const parts = new Array<string>(cell.length);
    for (let i = 0; i < cell.length; i++) parts[i] = HEX[cell[i]!]!;
    return `\\x${parts.join('')}`;
  }
  if (isWholeReal(cell)) return String(cell.real);
  if (isBrokenText(cell)) return cell.bytes;
  if (isLongCell(cell)) throw { code: 'internal', message: 'A value that was cut for the screen cannot be a parameter.' };
  throw { code: 'internal', message: 'This value cannot be a parameter.' };
}
