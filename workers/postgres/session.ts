import type { EngineErrorData } from '../wire/errors';
import type { Notice, ResultColumn } from '../wire/results';
import type { Backend } from './backend';
import { MessageBuilder, MessageReader, readFields, type FieldDescription } from './messages';
import { BYTEA, familyOfType, nameWithModifier, type PgType } from './pgTypes';
import { errorOf, noticeOf } from './postgresErrors';

/** Where a result column comes from. */
interface Origin {
  schema: string;
  relation: string;
  columns: Map<number, string>;
}

/** Commands after which what is known of relations and types still holds. */
const HARMLESS = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'FETCH', 'SHOW', 'SET', 'BEGIN', 'EXPLAIN', 'COPY', 'SAVEPOINT', 'RELEASE']);

/** A savepoint of the engine's own. */
const ASIDE = '"rowhouse aside"';

/** What the backend, its cursors and its own questions share: the messages, types and origins, notices. */
export class Session {
  readonly backend: Backend;
  readonly builder = new MessageBuilder();
  #types = new Map<number, PgType>();
  #origins = new Map<number, Origin | null>();
  #notices: Notice[] = [];
  /** Grows with each command that may have changed the catalog. */
  catalogEpoch = 0;

  constructor(backend: Backend) {
    this.backend = backend;
  }

  /** Takes NOTICE and NOTIFY messages; false for every other type. */
  takeNotice(type: number, bytes: Uint8Array, from: number, to: number): boolean {
    if (type === 0x4e) {
      this.#notices.push(noticeOf(readFields(bytes, from, to)));
      return true;
    }
    if (type === 0x41) {
      const reader = new MessageReader(bytes, from, to);
      reader.int32();
      const channel = reader.text();
      const payload = reader.text();
      this.#notices.push({ severity: 'NOTIFY', message: payload === '' ? channel : `${channel}: ${payload}` });
      return true;
    }
    return false;
  }

  /** Notices that came since the last call. */
  takeNotices(): Notice[] {
    const notices = this.#notices;
    this.#notices = [];
    return notices;
  }

  /** Forgets what a command may have changed. @param command the first word of its tag */
  afterCommand(command: string): void {
    if (HARMLESS.has(command)) return;
    this.catalogEpoch++;
    this.#origins.clear();
    this.#types.clear();
  }

  /** True when the fields of a result can be described without asking the server first. */
  knows(fields: readonly FieldDescription[]): boolean {
    return fields.every((f) => this.#types.has(f.typeOid) && (f.tableOid === 0 || this.#origins.has(f.tableOid)));
  }

  /** Asks for the types and tables of a result's fields. Must be called between statements. */
  learn(fields: readonly FieldDescription[]): void {
    const missing = (ids: number[], known: ReadonlyMap<number, unknown>): number[] => [
      ...new Set(ids.filter((id) => id !== 0 && !known.has(id)))
    ];
    const types = missing(fields.map((f) => f.typeOid), this.#types);
    if (types.length > 0) this.#learnTypes(types);
    const tables = missing(fields.map((f) => f.tableOid), this.#origins);
    if (tables.length > 0) this.#learnOrigins(tables);
  }

  #learnTypes(oids: number[]): void {
    const rows = this.ask(
      `SELECT t.oid, pg_catalog.format_type(t.oid, NULL), t.typcategory, coalesce(nullif(t.typbasetype, 0), t.oid)
         FROM pg_catalog.pg_type t WHERE t.oid = ANY ($1::pg_catalog.oid[])`,
      [`{${oids.join(',')}}`]
    );
    for (const [oid, name, category, base] of rows) {
      this.#types.set(Number(oid), { name: name!, family: familyOfType(Number(base), category!) });
    }
    for (const oid of oids) if (!this.#types.has(oid)) this.#types.set(oid, { name: '???', family: 'other' });
  }

  #learnOrigins(oids: number[]): void {
    for (const oid of oids) this.#origins.set(oid, null);
    const rows = this.ask(
      `SELECT c.oid, n.nspname, c.relname, a.attnum, a.attname
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.oid = ANY ($1::pg_catalog.oid[])`,
      [`{${oids.join(',')}}`]
    );
    for (const [oid, schema, relation, number, column] of rows) {
      let origin = this.#origins.get(Number(oid));
      if (!origin) {
        origin = { schema: schema!, relation: relation!, columns: new Map() };
        this.#origins.set(Number(oid), origin);
      }
      origin.columns.set(Number(number), column!);
    }
  }

  /** A field as the page sees it. Types and tables that it needs have been learnt. */
  column(field: FieldDescription): ResultColumn {
    const type = this.#types.get(field.typeOid);
    const column: ResultColumn = {
      name: field.name,
      type: nameWithModifier(type?.name ?? '???', field.typeOid, field.typeModifier),
      family: type?.family ?? 'other',
      oid: field.typeOid
    };
    const origin = this.#origins.get(field.tableOid);
    const name = origin?.columns.get(field.columnNumber);
    if (origin && name !== undefined) {
      column.origin = { schema: origin.schema, relation: origin.relation, column: name };
    }
    return column;
  }

  /**
   * The engine's own question: all rows as texts. Throws EngineErrorData.
   * Within an open transaction it is part of it; what it asks of pg_catalog must not fail there.
   */
  ask(sql: string, params: readonly (string | null)[] = []): (string | null)[][] {
    const rows: (string | null)[][] = [];
    const decoder = new TextDecoder();
    const messages = this.builder.parse(sql).bind(params).execute(0).sync().take();
    const error = this.backend.exchangeToReady(messages, (type, bytes, from, to) => {
      if (type !== 0x44) {
        this.takeNotice(type, bytes, from, to);
        return;
      }
      const reader = new DataRowReader(bytes, from);
      const row: (string | null)[] = [];
      for (let c = 0; c < reader.columns; c++) {
        const length = reader.next();
        row.push(length < 0 ? null : decoder.decode(bytes.subarray(reader.at - length, reader.at)));
      }
      rows.push(row);
    });
    if (error) throw errorOf(error, sql);
    return rows;
  }

  /**
   * Runs SQL of one statement or several by the simple protocol; rows are thrown away. Throws EngineErrorData.
   * @returns rows that were inserted
   */
  exec(sql: string): number {
    let inserted = 0;
    const error = this.backend.exchangeToReady(this.builder.query(sql).take(), (type, bytes, from, to) => {
      if (type === 0x43) {
        const tag = new MessageReader(bytes, from, to).text();
        this.afterCommand(firstWord(tag));
        if (tag.startsWith('INSERT ')) inserted += Number(tag.slice(tag.lastIndexOf(' ') + 1));
      } else this.takeNotice(type, bytes, from, to);
    });
    if (error) throw this.failure(error, sql);
    return inserted;
  }

  /**
   * Does something of the engine's own that may fail without failing the user's open transaction.
   * Throws what it throws.
   */
  aside<T>(work: () => T): T {
    if (this.backend.status !== 'T') return work();
    this.exec(`SAVEPOINT ${ASIDE}`);
    try {
      return work();
    } catch (e) {
      this.exec(`ROLLBACK TO ${ASIDE}`);
      throw e;
    } finally {
      this.exec(`RELEASE ${ASIDE}`);
    }
  }

  /** An error of the server as data, to be thrown. */
  failure(fields: ReadonlyMap<string, string>, sql: string): EngineErrorData {
    this.afterCommand('');
    return errorOf(fields, sql);
  }
}

/** Steps through the values of a DataRow message. */
export class DataRowReader {
  readonly #bytes: Uint8Array;
  readonly columns: number;
  /** After `next`: where the value ends. */
  at: number;

  constructor(bytes: Uint8Array, from: number) {
    this.#bytes = bytes;
    this.columns = (bytes[from]! << 8) | bytes[from + 1]!;
    this.at = from + 2;
  }

  /** Steps over the next value; gives its length in bytes, -1 for NULL. */
  next(): number {
    const b = this.#bytes;
    const at = this.at;
    const length = (b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!;
    this.at = at + 4 + (length < 0 ? 0 : length);
    return length;
  }
}

/** The first word of a command tag. */
export const firstWord = (tag: string): string => /^\w*/.exec(tag)![0];

export const isBytea = (field: FieldDescription): boolean => field.typeOid === BYTEA;
