/**
 * Which semicolons end a Postgres statement: not those in the body of a function (BEGIN ATOMIC … END) or between the
 * parentheses of a rule. Told of the tokens of one statement in order, by both splitters.
 */
export class StatementShape {
  /** Its first four words, each with a blank behind it. */
  head = '';
  /** Parentheses that are open. */
  parentheses = 0;
  #words = 0;
  #previous = '';
  /** How many END are still to come within BEGIN ATOMIC. */
  #body = 0;

  /** Forgets the statement. */
  reset(): void {
    this.head = '';
    this.parentheses = 0;
    this.#words = 0;
    this.#previous = '';
    this.#body = 0;
  }

  /** False when further words change nothing. */
  get wantsWords(): boolean {
    return this.#words < 4 || this.head.startsWith('CREATE ');
  }

  /** The word before this place, or the mark, in upper case. */
  get previous(): string {
    return this.#previous;
  }

  /** True while a semicolon does not end the statement. */
  get open(): boolean {
    return this.#body > 0 || (this.parentheses > 0 && /^CREATE (OR REPLACE )?RULE /.test(this.head));
  }

  /** Takes a word, in upper case. */
  word(word: string): void {
    if (this.#words++ < 4) this.head += `${word} `;
    // As a label (AS end) or behind a point these are names.
    if (this.#previous !== 'AS' && this.#previous !== '.') this.#block(word);
    this.#previous = word;
  }

  /** Takes a token that is no word: its first character matters. */
  mark(first: string): void {
    if (first === '(') this.parentheses++;
    else if (first === ')') this.parentheses--;
    this.#previous = first;
  }

  #block(word: string): void {
    if (this.#body > 0) {
      if (word === 'CASE') this.#body++;
      else if (word === 'END') this.#body--;
    } else if (word === 'ATOMIC' && this.#previous === 'BEGIN') {
      if (/^CREATE (OR REPLACE )?(FUNCTION|PROCEDURE) /.test(this.head)) this.#body = 1;
    }
  }
}
