import type { MakeScanner, Scanner, TokenKind } from './token';

/** Blanks of SQLite's tokenizer; a byte order mark counts as one. */
const isBlank = (c: number): boolean => c === 32 || c === 9 || c === 10 || c === 12 || c === 13 || c === 0xfeff;
const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isNamePart = (c: number): boolean =>
  (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || isDigit(c) || c === 95 || c === 36 || c >= 128;

/** Tokens of SQLite, by the rules of its tokenize.c. */
class SqliteScanner implements Scanner {
  readonly sql: string;
  kind: TokenKind = 'other';
  from: number;
  to: number;
  whole = true;
  readonly #end: number;

  constructor(sql: string, from: number, end: number) {
    this.sql = sql;
    this.from = from;
    this.to = from;
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
    const c = sql.charCodeAt(at);
    const d = at + 1 < end ? sql.charCodeAt(at + 1) : 0;
    if (c === 59) this.#is('semicolon', at + 1);
    else if (c === 45 && d === 45) this.#until('comment', '\n', at + 2, 0, true);
    else if (c === 47 && d === 42) this.#until('comment', '*/', at + 2, 2, false);
    else if (c === 39) this.#quoted('string', at + 1, 39);
    else if (c === 34 || c === 96) this.#quoted('name', at + 1, c);
    else if (c === 91) this.#until('name', ']', at + 1, 1, false);
    else if (c === 40) this.#is('open', at + 1);
    else if (c === 41) this.#is('close', at + 1);
    else if (c === 36 || c === 64 || c === 35 || c === 58) this.#variable(at + 1);
    else if (isNamePart(c)) {
      while (at < end && isNamePart(sql.charCodeAt(at))) at++;
      this.#is(isDigit(c) ? 'other' : 'word', at);
    } else this.#is('other', at + 1);
    return true;
  }

  #is(kind: TokenKind, to: number): void {
    this.kind = kind;
    this.to = to;
  }

  /** Up to a mark and `past` characters of it; `open` says that the end of the text will do as well. */
  #until(kind: TokenKind, mark: string, at: number, past: number, open: boolean): void {
    const found = this.sql.indexOf(mark, at);
    const to = found < 0 ? Infinity : found + past;
    this.whole = open || to <= this.#end;
    this.#is(kind, Math.min(to, this.#end));
  }

  #quoted(kind: TokenKind, at: number, quote: number): void {
    while (at < this.#end) {
      if (this.sql.charCodeAt(at) !== quote) at++;
      else if (at + 1 < this.#end && this.sql.charCodeAt(at + 1) === quote) at += 2;
      else return this.#is(kind, at + 1);
    }
    this.whole = false;
    this.#is(kind, this.#end);
  }

  /** `$name`, `:name`, `@name`, `#name`, with Tcl's `::` and `(…)`. */
  #variable(at: number): void {
    const start = at;
    for (; at < this.#end; at++) {
      const c = this.sql.charCodeAt(at);
      if (isNamePart(c)) continue;
      if (c === 58 && this.sql.charCodeAt(at + 1) === 58) {
        at++;
        continue;
      }
      if (c === 40 && at > start) {
        let close = at + 1;
        while (close < this.#end && this.sql.charCodeAt(close) !== 41 && !isBlank(this.sql.charCodeAt(close))) close++;
        if (close < this.#end && this.sql.charCodeAt(close) === 41) at = close + 1;
      }
      break;
    }
    this.#is('other', at);
  }
}

/** Scans SQL as SQLite does. */
export const scanSqlite: MakeScanner = (sql, from = 0, end = sql.length) => new SqliteScanner(sql, from, end);
