import type { Commit, CommitPage, RestoreBound } from '../wire/restorePoints';

/** What of a store the host needs for restore points; OpenedStore is one. */
export interface CommitStore {
  readonly lastFrame: number;
  readonly firstFrame: number;
  frames(): { number: number; time: number; label?: string; token?: string; name?: string; rows?: number; bytes: number }[];
  tell(rows: number): void;
  name(number: number, text: string | null): void;
  bound: RestoreBound;
  branch(projectId: string, opening: string, asOf?: number): Promise<void>;
  tidy(pause: () => Promise<boolean>): Promise<boolean>;
}

/** A slice of a store's commits, newest first; `firstWhole` is the first with a whole database. */
export function commitPage(store: CommitStore, from: number, count: number, firstWhole = 0): CommitPage {
  const frames = store.frames();
  const end = Math.max(0, frames.length - from);
  const commits = frames.slice(Math.max(0, end - count), end).map(
    ({ number, time, label, token, name, rows, bytes }): Commit => ({
      number,
      time,
      statement: label ?? null,
      token: token ?? null,
      label: name ?? null,
      rows: rows ?? null,
      bytes
    })
  );
  return { commits: commits.reverse(), total: frames.length, first: Math.max(store.firstFrame, firstWhole), last: store.lastFrame };
}

/** An error of the store as the boundary knows it; anything else as it is. */
export function restorePointError(e: unknown): unknown {
  if (!(e instanceof Error) || e.name !== 'StorageError') return e;
  const { full, reason } = e as Error & { full: boolean; reason: string };
  if (full) return { code: 'storage-full', message: e.message };
  if (reason === 'missing') return { code: 'no-such-commit', message: e.message };
  if (reason === 'busy') return { code: 'refused', message: e.message };
  return { code: reason === 'read-only' ? 'read-only' : 'storage', message: e.message };
}

/** Counts the rows that the statements since the last commit changed, and tells the store when a commit has come. */
export class CommitRows {
  #rows = 0;
  #last = 0;

  /** After the opening. */
  begin(store: CommitStore | null): void {
    this.#last = store?.lastFrame ?? 0;
    this.#rows = 0;
  }

  /** After a statement, settled. `changed` is what it changed; null where that means nothing. */
  after(store: CommitStore | null, changed: number | null, inTransaction: boolean): void {
    this.#rows += changed ?? 0;
    if (store && store.lastFrame > this.#last) {
      this.#last = store.lastFrame;
      if (this.#rows > 0) store.tell(this.#rows);
      this.#rows = 0;
    } else if (!inTransaction) {
      this.#rows = 0;
    }
  }
}
