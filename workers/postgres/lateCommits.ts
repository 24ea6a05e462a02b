import type { Session } from './session';

/** So much log, and no more, Postgres may hold in memory: half of its buffers for it (a 64th of 64 MB). */
const HELD_BYTES = 1 << 20;

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

  constructor(session: Session) {
    this.#session = session;
    this.#written = session.backend.logMade;
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
    if (made === 0) return;
    // A commit that waits has written all; one that does not writes what there is no room for.
    const isSure = isWritten && !isOff && made <= HELD_BYTES;
    // To read may log something, too: that can wait.
    if (!isSure && (isWritten || this.#next() !== nextTransaction)) {
      session.ask(`SELECT pg_catalog.pg_logical_emit_message(false, ''::text, ''::text, true)`);
    }
    this.#written = session.backend.logMade;
  }

  /** The number that the next transaction gets. */
  #next(): number {
    const [row] = this.#session.ask('SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())');
    return Number(BigInt.asUintN(32, BigInt(row![0]!)));
  }
}
