/** What a token of SQL is, as far as splitting and classifying ask. */
export type TokenKind =
  /** A bare word: key word or name. */
  | 'word'
  /** A quoted name. */
  | 'name'
  /** A string, dollar-quoted ones included. */
  | 'string'
  | 'comment'
  /** A psql meta-command, to the end of its line. */
  | 'meta'
  | 'semicolon'
  | 'open'
  | 'close'
  /** Numbers, operators, parameters. */
  | 'other';

/** Walks over SQL token by token; blanks lie between tokens. Fields describe the token that `next` came to. */
export interface Scanner {
  readonly sql: string;
  kind: TokenKind;
  from: number;
  to: number;
  /** False for what the end of the text cut off: a quote or comment without its end. */
  whole: boolean;
  /** Goes to the next token; false at the end. */
  next(): boolean;
}

/** Makes a scanner of `sql` that begins at `from` and sees nothing from `end` on. */
export type MakeScanner = (sql: string, from?: number, end?: number) => Scanner;

/** The token in upper case when it is a word, else an empty string. */
export const wordOf = (scanner: Scanner): string =>
  scanner.kind === 'word' ? scanner.sql.slice(scanner.from, scanner.to).toUpperCase() : '';
