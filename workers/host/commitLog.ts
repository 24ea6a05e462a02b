import { SHOWN_SQL } from '../wire/changes';
import type { PreparedChange } from './changeStatements';

/** The statements of a commit in the order in which they ran. */
export class CommitLog {
  readonly ran: number[] = [];
  readonly touched: number[] = [];
  readonly sql: string[] = [];
  #shown = 0;

  /** @param rows how many it touched */
  add(one: PreparedChange, rows: number): void {
    this.ran.push(Number(one.change.id));
    this.touched.push(rows);
    if (this.#shown > SHOWN_SQL) return;
    const sql = shownSql(one);
    this.#shown += sql.length;
    this.sql.push(sql);
  }

  /** Takes the last one back: another takes its place. */
  pop(): void {
    this.ran.pop();
    this.touched.pop();
    if (this.sql.length > this.ran.length) this.#shown -= this.sql.pop()!.length;
  }
}

/** The statement of a change with every value as a literal; with placeholders where one is no value of this engine. */
export function shownSql({ template, params }: PreparedChange): string {
  try {
    return template.shownOf(params);
  } catch {
    return template.sql; // it has failed for that same value, and that error is the one to tell
  }
}
