import { StatementShape } from '../split/statementShape';
import type { ByteWindow } from './byteWindow';

const NORMAL = 0;
const WORD = 1;
const STRING = 2;
const ESCAPED = 3; // E'…'
const ESCAPED_CLOSED = 4; // behind the quote of one: it may go on, on a later line
const NAME = 5;
const TAG = 6; // $tag of a dollar quote
const DOLLAR = 7;
const LINE_COMMENT = 8;
const BLOCK_COMMENT = 9;
const META = 10;
const CLOSED_COMMENT = 11; // a line comment behind an escaped string

const LF = 10;
const QUOTE = 39;
const DOUBLE = 34;
const BACKSLASH = 92;
const SIGN = 36; // $

/** Characters by their code. */
const MARKS = Array.from({ length: 128 }, (_, c) => String.fromCharCode(c));

const isBlank = (c: number): boolean => c === 32 || (c >= 9 && c <= 13);
const isNameStart = (c: number): boolean => (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95 || c >= 128;
const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isNamePart = (c: number): boolean => isNameStart(c) || isDigit(c) || c === SIGN;

/** What the lexer came to. */
export type Found = 'statement' | 'meta' | 'comment' | 'more';

/** Words for what was still open where a dump ended. */
const openings: Record<number, string> = {
  [STRING]: 'a quoted text',
  [ESCAPED]: 'a quoted text',
  [NAME]: 'a quoted name',
  [DOLLAR]: 'a dollar-quoted text',
  [BLOCK_COMMENT]: 'a comment'
};

/**
 * Finds the ends of statements in bytes that come in chunks, by the rules of PostgreSQL's scanner and of psql,
 * the same as `scanPostgres` follows on text. It never looks at a byte twice but for a few at a chunk's edge.
 */
export class StatementLexer {
  /** Where the statement under way begins; -1 before its first token. */
  from = -1;
  /** Behind its last token. */
  to = 0;
  /** The next byte to look at. */
  at = 0;
  /** True when plain strings have backslash escapes too (standard_conforming_strings is off). */
  escapes = false;
  #mode = NORMAL;
  /** Where the token under way begins. */
  #token = 0;
  #tag: Uint8Array = new Uint8Array(0);
  #depth = 0; // of comments
  #line = false; // a line's end was seen behind an escaped string
  readonly #shape = new StatementShape();

  /** Forgets the statement that was found and goes on behind it. */
  reset(): void {
    this.from = -1;
    this.#mode = NORMAL;
    this.#shape.reset();
  }

  /** Moves all positions, as {@link ByteWindow.fill} says. */
  shift(by: number): void {
    this.at -= by;
    this.#token -= by;
    this.to -= by;
    if (this.from >= 0) this.from -= by;
  }

  /** The first byte that is still needed. */
  get needed(): number {
    return this.from >= 0 ? this.from : this.#mode === NORMAL ? this.at : this.#token;
  }

  /** In words, what is open where the bytes end; undefined when nothing is. */
  get open(): string | undefined {
    return openings[this.#mode] ?? (this.#shape.parentheses > 0 || this.#shape.open ? 'a statement' : undefined);
  }

  /** Position of the token under way, for its line. */
  get token(): number {
    return this.#token;
  }

  /**
   * Goes on to the end of the next statement (its bytes are `from` to `to`, the semicolon is passed), line
   * comment outside of statements or meta-command (`token` to `at`); `more` when the bytes end before it.
   */
  run(window: ByteWindow): Found {
    const { bytes, end } = window;
    while (this.at < end) {
      const c = bytes[this.at]!;
      switch (this.#mode) {
        case NORMAL: {
          if (isBlank(c)) {
            this.at++;
            break;
          }
          if (this.from >= 0 && (isDigit(c) || c === 44)) {
            // Most of a statement that inserts many rows is numbers and commas.
            this.to = ++this.at;
            this.#shape.mark(',');
            break;
          }
          const found = this.#normal(c, window);
          if (found) return found;
          break;
        }
        case WORD: {
          let at = this.at;
          while (at < end && isNamePart(bytes[at]!)) at++;
          this.at = at;
          if (at < end) this.#wordEnds(bytes);
          break;
        }
        case STRING:
        case NAME: {
          const close = bytes.indexOf(this.#mode === STRING ? QUOTE : DOUBLE, this.at);
          if (close < 0 || close >= end) this.at = end;
          else this.#tokenEnds(close + 1); // a doubled quote opens it again
          break;
        }
        case ESCAPED: {
          let at = this.at;
          while (at < end && bytes[at] !== QUOTE && bytes[at] !== BACKSLASH) at++;
          if (at < end && bytes[at] === BACKSLASH) {
            if (at + 1 >= end && !window.over) {
              this.at = at;
              return 'more';
            }
            this.at = Math.min(at + 2, end);
          } else if (at < end) {
            this.#tokenEnds(at + 1);
            this.#mode = ESCAPED_CLOSED;
            this.#line = false;
          } else this.at = at;
          break;
        }
        case ESCAPED_CLOSED:
          // Doubled, or on a later line: the same string with the same rules.
          if (c === QUOTE && (this.#line || this.at === this.to)) {
            this.#mode = ESCAPED;
            this.at++;
          } else if (isBlank(c)) {
            this.#line ||= c === LF || c === 13;
            this.at++;
          } else if (c === 45 && this.at + 1 >= end && !window.over) return 'more';
          else this.#mode = c === 45 && this.at + 1 < end && bytes[this.at + 1] === 45 ? CLOSED_COMMENT : NORMAL;
          break;
        case CLOSED_COMMENT:
          this.at = this.#lineEnd(window);
          if (this.at < end) this.#mode = ESCAPED_CLOSED;
          break;
        case TAG:
          if (c === SIGN) {
            this.#tag = bytes.slice(this.#token, this.at + 1);
            this.at++;
            this.#mode = DOLLAR;
          } else if (this.at === this.#token + 1 ? isNameStart(c) : isNamePart(c)) this.at++;
          else this.#tokenEnds(this.#token + 1); // a lone sign, or a parameter: what follows it is read anew
          break;
        case DOLLAR:
          if (!this.#dollarEnds(window)) return 'more';
          break;
        case LINE_COMMENT:
        case META: {
          const line = this.#lineEnd(window);
          this.at = line;
          if (line >= end && !window.over) return 'more';
          const meta = this.#mode === META;
          this.#mode = NORMAL;
          if (this.from < 0) return meta ? 'meta' : 'comment';
          break;
        }
        default:
          if (!this.#comment(window)) return 'more';
      }
    }
    return this.#atEnd(window);
  }

  /** What ends with the stream itself. */
  #atEnd(window: ByteWindow): Found {
    if (!window.over) return 'more';
    if (this.#mode === WORD) this.#wordEnds(window.bytes);
    if (this.#mode === ESCAPED_CLOSED || this.#mode === CLOSED_COMMENT) this.#mode = NORMAL;
    if (this.#mode === TAG) {
      this.#tokenEnds(this.#token + 1);
      return this.run(window);
    }
    if ((this.#mode === LINE_COMMENT || this.#mode === META) && this.from < 0) {
      const meta = this.#mode === META;
      this.#mode = NORMAL;
      return meta ? 'meta' : 'comment';
    }
    return 'more';
  }

  #begin(mode: number, next: number): undefined {
    if (this.from < 0) this.from = this.at;
    this.#token = this.at;
    this.#mode = mode;
    this.at = next;
    this.to = next;
    return undefined;
  }

  #tokenEnds(at: number): void {
    this.#mode = NORMAL;
    this.at = at;
    this.to = at;
    this.#shape.mark('');
  }

  #normal(c: number, window: ByteWindow): Found | undefined {
    const { bytes, end } = window;
    const { at } = this;
    if (c === 59) {
      this.at++;
      if (this.from >= 0 && !this.#shape.open) return 'statement';
      if (this.from >= 0) this.to = this.at;
      return undefined;
    }
    if (c === 45 || c === 47) {
      if (at + 1 >= end && !window.over) return 'more';
      const d = at + 1 < end ? bytes[at + 1] : 0;
      if (d === (c === 45 ? 45 : 42)) {
        this.#token = at;
        this.#mode = c === 45 ? LINE_COMMENT : BLOCK_COMMENT;
        this.#depth = 0;
        if (c === 45) this.at += 2;
        return undefined;
      }
    } else if (c === QUOTE) return this.#begin(this.escapes ? ESCAPED : STRING, at + 1);
    else if (c === DOUBLE) return this.#begin(NAME, at + 1);
    else if (c === SIGN) return this.#begin(TAG, at + 1);
    else if (isNameStart(c)) return this.#begin(WORD, at + 1);
    else if (c === BACKSLASH && this.from < 0) {
      this.#token = at;
      this.#mode = META;
      return undefined;
    }
    this.#shape.mark(c < 128 ? MARKS[c]! : '');
    return this.#begin(NORMAL, at + 1);
  }

  /** At the byte behind a word. */
  #wordEnds(bytes: Uint8Array): void {
    const { at } = this;
    const length = at - this.#token;
    this.to = at;
    this.#mode = NORMAL;
    if (length === 1 && (bytes[this.#token]! | 32) === 101 && bytes[at] === QUOTE) {
      this.#mode = ESCAPED;
      this.at++;
      return;
    }
    if (!this.#shape.wantsWords) return;
    this.#shape.word(length > 20 ? '' : String.fromCharCode(...bytes.subarray(this.#token, at)).toUpperCase());
  }

  #lineEnd({ bytes, end }: ByteWindow): number {
    let at = this.at;
    while (at < end && bytes[at] !== LF && bytes[at] !== 13) at++;
    return at;
  }

  /** Looks for the closing tag; false when more bytes are needed. */
  #dollarEnds({ bytes, end, over }: ByteWindow): boolean {
    const tag = this.#tag;
    for (;;) {
      const at = bytes.indexOf(SIGN, this.at);
      if (at < 0 || at >= end) {
        this.at = end;
        return true;
      }
      this.at = at;
      if (at + tag.length > end) {
        if (over) this.at = end;
        return over;
      }
      let same = 1;
      while (same < tag.length && bytes[at + same] === tag[same]) same++;
      if (same === tag.length) {
        this.#tokenEnds(at + tag.length);
        return true;
      }
      this.at++;
    }
  }

  /** Goes on in a comment that nests; false when more bytes are needed. */
  #comment({ bytes, end, over }: ByteWindow): boolean {
    for (; this.at < end; this.at++) {
      const c = bytes[this.at];
      if (c !== 42 && c !== 47) continue;
      if (this.at + 1 >= end) {
        if (over) this.at = end;
        return over;
      }
      const d = bytes[this.at + 1];
      if (c === 47 && d === 42) this.#depth++;
      else if (c === 42 && d === 47) this.#depth--;
      else continue;
      this.at++;
      if (this.#depth === 0) {
        this.at++;
        this.#mode = NORMAL;
        break;
      }
    }
    return true;
  }
}
