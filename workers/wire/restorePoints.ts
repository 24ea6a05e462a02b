/** One commit of a project: a point that one can go back to. */
export interface Commit {
  number: number;
  /** Milliseconds since 1970. */
  time: number;
  /** The statements that made it, shortened; null where nobody told. */
  statement: string | null;
  /** What the page that asked for it gave with it (`CommitRequest.token`). */
  token: string | null;
  /** What the user calls it. */
  label: string | null;
  /** Rows that it changed; null while unknown. */
  rows: number | null;
  /** What it takes of the browser's storage. */
  bytes: number;
}

/** A slice of the commits, newest first. */
export interface CommitPage {
  commits: Commit[];
  /** How many there are. */
  total: number;
  /** The oldest state that one can go back to: that after this commit, 0 for how it was before the first. */
  first: number;
  /** The newest commit: how the database is now. */
  last: number;
}

/** How far back commits are kept: the last `commits`, or those of the last `days`, whichever are more, up to `bytes`. */
export interface RestoreBound {
  commits: number;
  days: number;
  bytes: number;
}
