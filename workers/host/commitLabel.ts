/** Statements that say nothing of what was done. */
const EMPTY = /^\s*(?:begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|select|values|table|show|set|reset|explain|fetch|with|declare|close)\b/i;
/** Of a long row of statements the first ones tell enough. */
const LONGEST = 400;

/** What a commit did, in the words of the statements that made it. */
export class CommitLabel {
  #text = '';
  #isNamed = false;

  /** What the next commit is called, whatever its statements. */
  name(label: string): void {
    this.#text = label.slice(0, LONGEST).padEnd(1);
    this.#isNamed = true;
  }

  /** A statement that is being run. */
  add(sql: string): void {
    if (this.#isNamed || this.#text.length >= LONGEST || (EMPTY.test(sql) && !WRITES.test(sql))) return;
    const statement = sql.trim().slice(0, LONGEST);
    this.#text = this.#text === '' ? statement : `${this.#text}; ${statement}`.slice(0, LONGEST);
  }

  /** The label of all since the last call; undefined when nothing is known to have been written. */
  take(): string | undefined {
    const text = this.#text;
    this.#text = '';
    this.#isNamed = false;
    return text === '' ? undefined : text;
  }
}

/** A WITH or SELECT may write as well. */
const WRITES = /\b(?:insert|update|delete|merge|into|nextval|setval)\b/i;
