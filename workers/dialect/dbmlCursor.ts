import { DbmlError, type DbmlToken } from './dbmlTokens';

/** Settings in brackets: each by its name in lower case, with the tokens of its value. */
export type DbmlSettings = { name: string; value: DbmlToken[]; line: number }[];

/** A place within a design's tokens, and what every element of DBML is written with: names, types, settings. */
export class DbmlCursor {
  readonly #tokens: DbmlToken[];
  #at = 0;

  /** @param tokens the last of them is the end */
  constructor(tokens: DbmlToken[]) {
    this.#tokens = tokens;
  }

  /** The token after the next one. */
  get next(): DbmlToken {
    return this.#tokens[this.#at + 1]!;
  }

  /** Goes over the next token. */
  skip(): void {
    this.#at++;
  }

  /** The token that comes next. */
  get now(): DbmlToken {
    return this.#tokens[this.#at]!;
  }

  /** True when this mark comes next. */
  is(text: string): boolean {
    return this.now.kind === 'mark' && this.now.text === text;
  }

  /** True when this word, in lower case, comes next. */
  isWord(word: string): boolean {
    return this.now.kind === 'word' && this.now.text.toLowerCase() === word;
  }

  /** Takes the next token; the end is never taken. */
  take(): DbmlToken {
    const token = this.now;
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  /** Goes over ends of lines. */
  skipLines(): void {
    while (this.now.kind === 'newline') this.#at++;
  }

  /** Throws DbmlError: something else was expected here. */
  fail(wanted: string): never {
    const { kind, text, line } = this.now;
    throw new DbmlError(`${wanted} is expected, not ${kind === 'end' ? 'the end' : kind === 'newline' ? 'the end of the line' : JSON.stringify(text)}.`, line);
  }

  /** Takes a mark, on this line or a later one. Throws DbmlError where another token stands. */
  expect(mark: string): void {
    this.skipLines();
    if (!this.is(mark)) this.fail(`“${mark}”`);
    this.#at++;
  }

  /** Takes a name; @param what it names, for the error */
  name(what: string): string {
    if (this.now.kind !== 'word' && this.now.kind !== 'quoted') this.fail(what);
    return this.take().text;
  }

  /** `name` or `schema.name`. */
  path(what: string): string[] {
    const parts = [this.name(what)];
    while (this.is('.')) {
      this.#at++;
      if (this.is('(')) break;
      parts.push(this.name(what));
    }
    return parts;
  }

  /** To the settings or the end of the line: `varchar(20)`, `core.status`, `"double precision"`, `int[]`. */
  type(): string {
    let type = '';
    let depth = 0;
    for (;;) {
      const { kind, text } = this.now;
      if (kind === 'end' || kind === 'newline' || (depth === 0 && text === '}' && kind === 'mark')) break;
      const isArray = this.is('[') && this.#tokens[this.#at + 1]!.text === ']';
      if (this.is('[') && !isArray && depth === 0) break;
      if (kind === 'mark' && text === '(') depth++;
      if (kind === 'mark' && text === ')') depth--;
      const isName = kind === 'word' || kind === 'quoted';
      type += kind === 'string' ? `'${text.replaceAll("'", "''")}'` : `${isName && /[\p{L}\p{N}_\])]$/u.test(type) ? ' ' : ''}${text}`;
      this.#at++;
    }
    return type;
  }

  /** `[name, name: value, …]`; none without a bracket. */
  settings(): DbmlSettings {
    if (!this.is('[')) return [];
    this.#at++;
    const found: DbmlSettings = [];
    for (;;) {
      this.skipLines();
      if (this.is(']')) break;
      const { line } = this.now;
      const words: string[] = [];
      while (this.now.kind === 'word' || this.now.kind === 'quoted') words.push(this.take().text.toLowerCase());
      const value: DbmlToken[] = [];
      if (this.is(':')) {
        this.#at++;
        let depth = 0;
        for (;;) {
          if (this.now.kind === 'end') this.fail('“]”');
          if (depth === 0 && (this.is(',') || this.is(']'))) break;
          if (this.is('(')) depth++;
          if (this.is(')')) depth--;
          if (this.now.kind !== 'newline') value.push(this.now);
          this.#at++;
        }
      } else if (words.length === 0) {
        if (this.now.kind === 'expression' || this.now.kind === 'mark') this.#at++;
        else this.fail('A setting');
        continue;
      }
      found.push({ name: words.join(' '), value, line });
      this.skipLines();
      if (this.is(',')) this.#at++;
    }
    this.#at++;
    return found;
  }
}
