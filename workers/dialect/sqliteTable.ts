import { scanSqlite } from '../split/scanSqlite';
import { wordOf } from '../split/token';
import type { CheckDefinition, ColumnDefinition, ForeignKeyDefinition, KeyDefinition, TableDefinition } from '../wire/tableDefinition';
import { plainColumn } from './plainTable';
import { nameIn } from './renamedColumns';

interface Token {
  kind: string;
  /** Upper case of a bare word, else empty. */
  word: string;
  text: string;
  from: number;
  to: number;
}

/** Words that end a column's type. */
const CONSTRAINTS = new Set(['CONSTRAINT', 'PRIMARY', 'NOT', 'NULL', 'UNIQUE', 'CHECK', 'DEFAULT', 'COLLATE', 'REFERENCES', 'GENERATED', 'AS']);

class Unreadable extends Error {}

/** Walks over the text of a CREATE TABLE as SQLite keeps it. */
class TableReader {
  readonly #sql: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  readonly columns: ColumnDefinition[] = [];
  primaryKey: KeyDefinition | null = null;
  readonly uniques: KeyDefinition[] = [];
  readonly foreignKeys: ForeignKeyDefinition[] = [];
  readonly checks: CheckDefinition[] = [];
  strict = false;
  withoutRowid = false;

  constructor(sql: string) {
    this.#sql = sql;
    const scanner = scanSqlite(sql);
    while (scanner.next()) {
      if (scanner.kind === 'comment') continue;
      const { kind, from, to } = scanner;
      this.#tokens.push({ kind, word: wordOf(scanner), text: sql.slice(from, to), from, to });
    }
  }

  get #now(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #is(word: string): boolean {
    return this.#now?.word === word;
  }

  /** Steps over these words when they come next. */
  #takes(...words: string[]): boolean {
    if (!words.every((word, i) => this.#tokens[this.#at + i]?.word === word)) return false;
    this.#at += words.length;
    return true;
  }

  #sign(text: string): boolean {
    if (this.#now?.text !== text) return false;
    this.#at++;
    return true;
  }

  #must(done: boolean): void {
    if (!done) throw new Unreadable();
  }

  #name(): string {
    const token = this.#now;
    if (!token || !['word', 'name', 'string'].includes(token.kind)) throw new Unreadable();
    this.#at++;
    return token.kind === 'string' ? token.text.slice(1, -1).replaceAll("''", "'") : nameIn(token.text);
  }

  /** What stands between the parentheses that come next. */
  #parenthesised(): string {
    const open = this.#now;
    this.#must(open?.kind === 'open');
    let depth = 0;
    for (; this.#at < this.#tokens.length; this.#at++) {
      const token = this.#now!;
      if (token.kind === 'open') depth++;
      if (token.kind === 'close' && --depth === 0) {
        this.#at++;
        return this.#sql.slice(open!.to, token.from).trim();
      }
    }
    throw new Unreadable();
  }

  #conflict(): string {
    return this.#takes('ON', 'CONFLICT') ? `ON CONFLICT ${this.#name().toUpperCase()}` : '';
  }

  read(): void {
    while (this.#now && this.#now.kind !== 'open') {
      if (this.#is('AS')) throw new Unreadable();
      this.#at++;
    }
    this.#must(this.#sign('('));
    for (;;) {
      if (this.#startsConstraint()) this.#tableConstraint();
      else this.#column();
      if (this.#sign(')')) break;
      // SQLite takes constraints of a table without commas between them.
      if (!this.#sign(',') && !this.#startsConstraint()) throw new Unreadable();
    }
    while (this.#now) {
      if (this.#takes('WITHOUT', 'ROWID')) this.withoutRowid = true;
      else if (this.#takes('STRICT')) this.strict = true;
      else this.#must(this.#sign(',') || this.#sign(';'));
    }
  }

  #startsConstraint(): boolean {
    const word = this.#now?.word ?? '';
    const next = this.#tokens[this.#at + 1];
    if (word === 'CONSTRAINT') return true;
    if (word === 'PRIMARY') return next?.word === 'KEY';
    if (word === 'FOREIGN') return next?.word === 'KEY';
    return (word === 'UNIQUE' || word === 'CHECK') && next?.kind === 'open';
  }

  #column(): void {
    const name = this.#name();
    const column = plainColumn(name, this.#type());
    this.columns.push(column);
    for (;;) {
      const constraint = this.#takes('CONSTRAINT') ? this.#name() : null;
      if (!this.#columnConstraint(column, constraint)) break;
    }
  }

  #type(): string {
    const parts: string[] = [];
    while (this.#now && (this.#now.kind === 'word' || this.#now.kind === 'name' || this.#now.kind === 'string') && !CONSTRAINTS.has(this.#now.word)) {
      parts.push(this.#now.text);
      this.#at++;
    }
    if (parts.length > 0 && this.#now?.kind === 'open') {
      const open = this.#now;
      const inner = this.#parenthesised();
      const spaced = /\s/.test(this.#sql[open.from - 1] ?? '');
      return `${parts.join(' ')}${spaced ? ' ' : ''}(${inner})`;
    }
    return parts.join(' ');
  }

  /** One constraint behind a column; false when there is none. */
  #columnConstraint(column: ColumnDefinition, name: string | null): boolean {
    if (this.#takes('PRIMARY', 'KEY')) {
      const order = this.#takes('DESC') ? 'DESC' : this.#takes('ASC') ? '' : '';
      const tail = this.#conflict();
      if (this.#takes('AUTOINCREMENT')) column.identity = 'autoincrement';
      this.primaryKey = this.#key('primary key', name, [column.id], [order], tail, true);
    } else if (this.#takes('NOT', 'NULL')) {
      column.nullable = false;
      column.onNull = this.#conflict();
    } else if (this.#takes('NULL')) {
      this.#conflict();
    } else if (this.#takes('UNIQUE')) {
      this.uniques.push(this.#key(`unique ${this.uniques.length}`, name, [column.id], [''], this.#conflict(), false));
    } else if (this.#is('CHECK')) this.#check(name);
    else if (this.#takes('DEFAULT')) column.default = this.#default();
    else if (this.#takes('COLLATE')) column.collation = quoteWord(this.#name());
    else if (this.#is('REFERENCES')) this.#references(name, [column.id]);
    else if (this.#takes('GENERATED', 'ALWAYS', 'AS') || this.#takes('AS')) {
      const sql = this.#parenthesised();
      const stored = this.#takes('STORED');
      if (!stored) this.#takes('VIRTUAL');
      column.generated = { sql, stored };
    } else return false;
    return true;
  }

  #default(): string {
    if (this.#now?.kind === 'open') return `(${this.#parenthesised()})`;
    const from = this.#now?.from ?? 0;
    if (this.#now?.text === '+' || this.#now?.text === '-') this.#at++;
    this.#must(this.#now !== undefined);
    let to = this.#now!.to;
    this.#at++;
    // 1.5 and 1e-3 come as several tokens that stand together; so does x'00'.
    while (this.#now && this.#now.from === to && !['open', 'close'].includes(this.#now.kind) && this.#now.text !== ',') {
      to = this.#now.to;
      this.#at++;
    }
    return this.#sql.slice(from, to);
  }

  #check(name: string | null): void {
    this.#at++;
    const sql = this.#parenthesised();
    this.checks.push({ id: `check ${this.checks.length}`, name, kind: 'check', sql, tail: this.#conflict() });
  }

  #key(id: string, name: string | null, columns: string[], modifiers: string[], tail: string, inline: boolean): KeyDefinition {
    return { id, name, columns, modifiers, tail, nullsNotDistinct: false, inline };
  }

  /** `(a COLLATE x DESC, b)`: ids of the columns, and what follows each name. */
  #keyColumns(): { columns: string[]; modifiers: string[]; autoincrement: boolean } {
    this.#must(this.#sign('('));
    const columns: string[] = [];
    const modifiers: string[] = [];
    let autoincrement = false;
    do {
      columns.push(this.#idOf(this.#name()));
      const parts: string[] = [];
      if (this.#takes('COLLATE')) parts.push(`COLLATE ${quoteWord(this.#name())}`);
      if (this.#takes('DESC')) parts.push('DESC');
      else this.#takes('ASC');
      autoincrement ||= this.#takes('AUTOINCREMENT');
      modifiers.push(parts.join(' '));
    } while (this.#sign(','));
    this.#must(this.#sign(')'));
    return { columns, modifiers, autoincrement };
  }

  #idOf(name: string): string {
    const column = this.columns.find((c) => c.name.toLowerCase() === name.toLowerCase());
    if (!column) throw new Unreadable();
    return column.id;
  }

  #tableConstraint(): void {
    const name = this.#takes('CONSTRAINT') ? this.#name() : null;
    if (this.#takes('PRIMARY', 'KEY')) {
      const { columns, modifiers, autoincrement } = this.#keyColumns();
      this.primaryKey = this.#key('primary key', name, columns, modifiers, this.#conflict(), false);
      const only = this.columns.find((c) => c.id === columns[0]);
      if (autoincrement && only) only.identity = 'autoincrement';
    } else if (this.#takes('UNIQUE')) {
      const { columns, modifiers } = this.#keyColumns();
      this.uniques.push(this.#key(`unique ${this.uniques.length}`, name, columns, modifiers, this.#conflict(), false));
    } else if (this.#is('CHECK')) this.#check(name);
    else if (this.#takes('FOREIGN', 'KEY')) this.#references(name, this.#keyColumns().columns);
    // A name with nothing behind it is forgiven by SQLite.
    else this.#must(name !== null);
  }

  #references(name: string | null, columns: string[]): void {
    this.#must(this.#takes('REFERENCES'));
    const key: ForeignKeyDefinition = {
      id: `foreign key ${this.foreignKeys.length}`,
      name,
      columns,
      target: { schema: '', relation: this.#name() },
      targetColumns: [],
      onDelete: 'NO ACTION',
      onUpdate: 'NO ACTION',
      deferrable: 'no',
      tail: ''
    };
    if (this.#sign('(')) {
      do key.targetColumns.push(this.#name());
      while (this.#sign(','));
      this.#must(this.#sign(')'));
    }
    for (;;) {
      if (this.#takes('ON', 'DELETE')) key.onDelete = this.#action();
      else if (this.#takes('ON', 'UPDATE')) key.onUpdate = this.#action();
      else if (this.#takes('MATCH')) key.tail = `MATCH ${this.#name().toUpperCase()}`;
      else if (this.#takes('NOT', 'DEFERRABLE')) this.#initially();
      else if (this.#takes('DEFERRABLE')) key.deferrable = this.#initially();
      else break;
    }
    this.foreignKeys.push(key);
  }

  #initially(): 'immediate' | 'deferred' {
    if (this.#takes('INITIALLY', 'DEFERRED')) return 'deferred';
    this.#takes('INITIALLY', 'IMMEDIATE');
    return 'immediate';
  }

  #action(): string {
    for (const two of ['SET NULL', 'SET DEFAULT', 'NO ACTION']) if (this.#takes(...two.split(' '))) return two;
    return this.#name().toUpperCase();
  }
}

/** A word as it is where it is plain, else in quotes. */
const quoteWord = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

/**
 * The definition that a CREATE TABLE of SQLite's catalog holds, without indexes and triggers, which have texts of
 * their own. Undefined when it cannot be read with certainty.
 */
export function sqliteTable(schema: string, relation: string, sql: string): TableDefinition | undefined {
  const reader = new TableReader(sql);
  try {
    reader.read();
  } catch (e) {
    if (e instanceof Unreadable) return undefined;
    throw e;
  }
  const { columns, primaryKey, uniques, foreignKeys, checks, strict, withoutRowid } = reader;
  // A table of SQLite points into its own schema only.
  for (const key of foreignKeys) key.target.schema = schema;
  return { schema, relation, columns, primaryKey, uniques, foreignKeys, checks, indexes: [], triggers: [], comment: null, strict, withoutRowid };
}
