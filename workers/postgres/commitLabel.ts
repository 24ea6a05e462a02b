/** Statements that say nothing of what was done. */
const EMPTY = /^\s*(?:begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|select|values|table|show|set|reset|explain|fetch|with|declare|close)\b/i;
/** Of a long row of statements the first ones tell enough. */
const LONGEST = 400;

/** What a commit did, in the words of the statements that made it. */
export class CommitLabel {
  #text = '';

  /** A statement that is being run. */
  add(sql: string): void {
    if (this.#text.length >= LONGEST || (EMPTY.test(sql) && !WRITES.test(sql))) return;
    const statement = sql.trim().slice(0, LONGEST);
    this.#text = this.#text === '' ? statement : `${this.#text}; ${statement}`.slice(0, LONGEST);
  }

  /** The label of all since the last call; undefined when nothing is known to have been written. */
  take(): string | undefined {
    const text = this.#text;
    this.#text = '';
    return text === '' ? undefined : text;
  }
}

/** A WITH or SELECT may write as well. */
const WRITES = /\b(?:insert|update|delete|merge|into|nextval|setval)\b/i;
