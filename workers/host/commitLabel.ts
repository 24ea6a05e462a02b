/** Statements that say nothing of what was done. */
const EMPTY = /^\s*(?:begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|select|values|table|show|set|reset|explain|fetch|with|declare|close)\b/i;
/** Of a long row of statements the first ones tell enough. */
const LONGEST = 400;

/** What is kept with a commit: what it did, and by what the page that asked for it knows it again. */
export interface CommitNote {
  label?: string;
  token?: string;
}

/** What a commit did, in the words of the statements that made it. */
export class CommitLabel {
  #text = '';
  #token: string | undefined;
  #isNamed = false;

  /** What the next commit is called, whatever its statements; null forgets what was said, for it was not made. */
  name(label: string | null, token?: string): void {
    if (label === null) return void this.take();
    this.#text = label.slice(0, LONGEST).padEnd(1);
    this.#token = token;
    this.#isNamed = true;
  }

  /** A statement that is being run. */
  add(sql: string): void {
    // What is taken back made no commit, though the engine may still have to write for it.
    if (ROLLBACK.test(sql)) return void this.take();
    if (this.#isNamed || this.#text.length >= LONGEST || (EMPTY.test(sql) && !WRITES.test(sql))) return;
    const statement = sql.trim().slice(0, LONGEST);
    this.#text = this.#text === '' ? statement : `${this.#text}; ${statement}`.slice(0, LONGEST);
  }

  /** What there is to say of all since the last call; no label when nothing is known to have been written. */
  take(): CommitNote {
    const note: CommitNote = {};
    if (this.#text !== '') note.label = this.#text;
    if (this.#token !== undefined) note.token = this.#token;
    this.#text = '';
    this.#token = undefined;
    this.#isNamed = false;
    return note;
  }
}

/** Of a whole transaction, not to a savepoint. */
const ROLLBACK = /^\s*(?:rollback|abort)\b(?!\s+(?:(?:work|transaction)\s+)?to\b)/i;

/** A WITH or SELECT may write as well. */
const WRITES = /\b(?:insert|update|delete|merge|into|nextval|setval)\b/i;
