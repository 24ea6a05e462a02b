import type { Session } from './session';

/** So much log Postgres may hold in memory: half of its buffers for it, which are never more than a file of log (1 MB). */
const HELD_BYTES = 1 << 19;
/** So many transactions are asked about one by one. */
const ASKED = 64;

/**
 * Commits that do not wait for their log (`synchronous_commit` off, however it was set: by the session, the database, a
 * function for itself) would reach no file before the next one that does. Here they all do.
 */
export class LateCommits {
  readonly #session: Session;
  /** Bytes of log when all of it was in its file. */
  #written: number;
  /** A statement of the transaction left it off. */
  #isOff = false;
  /** The number of the next transaction when a session that does not wait was looked at last. */
  #seen: bigint | null = null;

  constructor(session: Session) {
    this.#session = session;
    this.#written = session.backend.logMade;
    if (!session.backend.waitsForLog) this.#seen = this.#next();
  }

  /** Within a transaction, after each of its statements. */
  note(): void {
    this.#isOff ||= !this.#session.backend.waitsForLog;
  }

  /**
   * Between two transactions: has the log in its file, so that what was committed can be kept.
   * @param isWritten something of the log was written since the last time
   */
  settle(isWritten: boolean): void {
    this.note();
    const session = this.#session;
    const { logMade, nextTransaction } = session.backend;
    const made = logMade - this.#written;
    const isOff = this.#isOff;
    this.#isOff = false;
    if (made === 0) {
      if (isOff) this.#seen ??= this.#next();
      return;
    }
    // A commit that waits has written all; one that does not writes what there is no room for.
    if (!(isWritten && !isOff && made <= HELD_BYTES)) {
      // What the last statement looked at may be newer than a commit within it: a session that never waits is known better.
      const ended = isWritten ? 'committed' : this.#ended(isOff && this.#seen !== null ? this.#seen : BigInt(nextTransaction));
      // To read may log something, too: that can wait, and so can what was taken back.
      if (ended === 'committed') session.ask(`SELECT pg_catalog.pg_logical_emit_message(false, ''::text, ''::text, true)`);
      if (isOff) this.#seen = this.#next();
      if (ended === 'aborted') return;
    }
    this.#written = session.backend.logMade;
  }

  /** How the transactions since a number have ended: `committed` where one of them has, or may have. */
  #ended(since: bigint): 'none' | 'aborted' | 'committed' {
    const next = this.#next();
    // `since` may be without its upper half.
    const used = BigInt.asUintN(32, next - since);
    if (used === 0n) return 'none';
    if (used > ASKED) return 'committed';
    const status = `pg_catalog.pg_xact_status(n::text::pg_catalog.xid8)`;
    const [row] = this.#session.ask(`SELECT pg_catalog.bool_and(${status} = 'aborted') FROM pg_catalog.generate_series(${next - used}, ${next - 1n}) n`);
    return row![0] === 't' ? 'aborted' : 'committed';
  }

  /** The number that the next transaction gets. */
  #next(): bigint {
    const [row] = this.#session.ask('SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())');
    return BigInt(row![0]!);
  }
}
