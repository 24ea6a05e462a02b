import type { MakeScanner, Scanner, TokenKind } from './token';

const QUOTE = 39; // '
const DOUBLE = 34; // "
const BACKSLASH = 92;
const DOLLAR = 36;

/** Blanks of PostgreSQL's scanner (scan.l); anything beyond ASCII is part of a name. */
const isBlank = (c: number): boolean => c === 32 || (c >= 9 && c <= 13);
const isNameStart = (c: number): boolean => (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95 || c >= 128;
const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isNamePart = (c: number): boolean => isNameStart(c) || isDigit(c) || c === DOLLAR;

/** Tokens of PostgreSQL, by the rules of its scan.l with standard_conforming_strings on, and psql's meta-commands. */
class PostgresScanner implements Scanner {
  readonly sql: string;
  kind: TokenKind = 'other';
  from: number;
  to: number;
  whole = true;
  readonly #end: number;
  /** True when only blanks stand between here and the beginning of the line or the end of a statement. */
  #fresh = true;

  constructor(sql: string, from: number, end: number) {
    this.sql = sql;
    this.from = from;
    // psql leaves out a byte order mark too.
    this.to = from === 0 && sql.charCodeAt(0) === 0xfeff ? 1 : from;
    this.#end = end;
  }

  next(): boolean {
    const { sql } = this;
    const end = this.#end;
    let at = this.to;
    while (at < end && isBlank(sql.charCodeAt(at))) at++;
    this.from = at;
    this.whole = true;
    if (at >= end) {
      this.to = end;
      return false;
    }
    const fresh = this.#fresh;
    this.#fresh = false;
    const c = sql.charCodeAt(at);
    const d = at + 1 < end ? sql.charCodeAt(at + 1) : 0;
    if (c === 59) {
      this.#fresh = true;
      this.#is('semicolon', at + 1);
    } else if (c === 45 && d === 45) {
      this.#fresh = fresh;
      this.#is('comment', this.#lineEnd(at));
    } else if (c === 47 && d === 42) {
      this.#fresh = fresh;
      this.#comment(at);
    } else if (c === BACKSLASH && fresh) {
      this.#fresh = true;
      this.#is('meta', this.#lineEnd(at));
    } else if (c === QUOTE) this.#string(at + 1, false);
    else if (c === DOUBLE) this.#quoted('name', at + 1, DOUBLE);
    else if (c === DOLLAR) this.#dollar(at);
    else if (c === 40) this.#is('open', at + 1);
    else if (c === 41) this.#is('close', at + 1);
    else if (isNameStart(c)) this.#word(at, c, d);
    else if (isDigit(c)) {
      while (at < end && isDigit(sql.charCodeAt(at))) at++;
      this.#is('other', at);
    } else this.#is('other', at + 1);
    return true;
  }

  #is(kind: TokenKind, to: number): void {
    this.kind = kind;
    this.to = to;
  }

  #lineEnd(at: number): number {
    while (at < this.#end) {
      const c = this.sql.charCodeAt(at);
      if (c === 10 || c === 13) break;
      at++;
    }
    return at;
  }

  #comment(at: number): void {
    let depth = 0;
    const { sql } = this;
    while (at < this.#end) {
      const c = sql.charCodeAt(at);
      const d = at + 1 < this.#end ? sql.charCodeAt(at + 1) : 0;
      if (c === 47 && d === 42) {
        depth++;
        at += 2;
      } else if (c === 42 && d === 47) {
        depth--;
        at += 2;
        if (depth === 0) return this.#is('comment', at);
      } else at++;
    }
    this.whole = false;
    this.#is('comment', this.#end);
  }

  /** A run in quotes that are doubled inside. */
  #quoted(kind: TokenKind, at: number, quote: number): void {
    while (at < this.#end) {
      if (this.sql.charCodeAt(at) !== quote) at++;
      else if (at + 1 < this.#end && this.sql.charCodeAt(at + 1) === quote) at += 2;
      else return this.#is(kind, at + 1);
    }
    this.whole = false;
    this.#is(kind, this.#end);
  }

  /** A string from behind its first quote. One with escapes goes on over a line's end, as SQL lets it. */
  #string(at: number, escapes: boolean): void {
    if (!escapes) return this.#quoted('string', at, QUOTE);
    while (at < this.#end) {
      const c = this.sql.charCodeAt(at);
      if (c === BACKSLASH) at += 2;
      else if (c !== QUOTE) at++;
      else if (at + 1 < this.#end && this.sql.charCodeAt(at + 1) === QUOTE) at += 2;
      else {
        const more = this.#continuation(at + 1);
        if (more < 0) return this.#is('string', at + 1);
        at = more;
      }
    }
    this.whole = false;
    this.#is('string', this.#end);
  }

  /** Where a string goes on that was closed at `at`: behind a quote on a later line; -1 when it does not. */
  #continuation(at: number): number {
    let line = false;
    while (at < this.#end) {
      const c = this.sql.charCodeAt(at);
      if (isBlank(c)) {
        line ||= c === 10 || c === 13;
        at++;
      } else if (c === 45 && this.sql.charCodeAt(at + 1) === 45) at = this.#lineEnd(at);
      else return line && c === QUOTE ? at + 1 : -1;
    }
    return -1;
  }

  #dollar(at: number): void {
    const { sql } = this;
    let tag = at + 1;
    if (isDigit(sql.charCodeAt(tag))) {
      while (tag < this.#end && isDigit(sql.charCodeAt(tag))) tag++;
      return this.#is('other', tag); // a parameter
    }
    if (tag < this.#end && isNameStart(sql.charCodeAt(tag))) {
      while (tag < this.#end && sql.charCodeAt(tag) !== DOLLAR && isNamePart(sql.charCodeAt(tag))) tag++;
    }
    if (tag >= this.#end || sql.charCodeAt(tag) !== DOLLAR) return this.#is('other', at + 1);
    const close = sql.indexOf(sql.slice(at, tag + 1), tag + 1);
    const to = close < 0 ? Infinity : close + tag + 1 - at;
    this.whole = to <= this.#end;
    this.#is('string', Math.min(to, this.#end));
  }

  #word(at: number, c: number, d: number): void {
    const { sql } = this;
    if (d === QUOTE) {
      // E'…' has escapes; N'…', B'…' and X'…' have none.
      if (c === 69 || c === 101) return this.#string(at + 2, true);
      if (c === 78 || c === 110 || c === 66 || c === 98 || c === 88 || c === 120) return this.#string(at + 2, false);
    }
    if ((c === 85 || c === 117) && d === 38 && at + 2 < this.#end) {
      const quote = sql.charCodeAt(at + 2);
      if (quote === QUOTE) return this.#string(at + 3, false);
      if (quote === DOUBLE) return this.#quoted('name', at + 3, DOUBLE);
    }
    while (at < this.#end && isNamePart(sql.charCodeAt(at))) at++;
    this.#is('word', at);
  }
}

/** Scans SQL as PostgreSQL does. */
export const scanPostgres: MakeScanner = (sql, from = 0, end = sql.length) => new PostgresScanner(sql, from, end);
