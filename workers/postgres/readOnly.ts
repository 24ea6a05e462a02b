import type { Cursor } from '../host/driver';
import { splitPostgres } from '../split/splitPostgres';
import type { Session } from './session';

/** What begins, ends or divides a transaction. */
const STEERING = new Set(['BEGIN', 'START TRANSACTION', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE']);

/**
 * Throws EngineErrorData for a statement that steers transactions: each of a read-only project runs in one of its
 * own, which can write nothing.
 */
export function refuseSteering(sql: string): void {
  const command = splitPostgres(sql)[0]?.command ?? '';
  if (!STEERING.has(command)) return;
  throw {
    code: 'read-only',
    message: `This database is read-only: ${command} has nothing to begin or end.`,
    hint: 'Every statement runs by itself here. To write, turn “Read-only” off in the project’s settings.'
  };
}

/**
 * Begins a transaction that can write nothing, also by no statement of its own: once it has a snapshot, Postgres lets
 * nobody make it one that writes.
 */
function beginReadOnly(session: Session): void {
  if (session.backend.status !== 'I') session.exec('ROLLBACK');
  session.exec('BEGIN READ ONLY');
  session.ask('SELECT 1');
}

/** Ends it; what was set for the session stays set. */
function endReadOnly(session: Session): void {
  if (session.backend.lost || session.backend.status === 'I') return;
  session.exec(session.backend.status === 'T' ? 'COMMIT' : 'ROLLBACK');
}

/** Does something within a transaction that can write nothing. */
export function withinReadOnly<T>(session: Session, work: () => T): T {
  beginReadOnly(session);
  try {
    return work();
  } finally {
    endReadOnly(session);
  }
}

/** A cursor within a transaction that can write nothing, and ends with it. */
export class ReadOnlyCursor implements Cursor {
  readonly #session: Session;
  readonly #inner: Cursor;

  /** @param make begins the statement; throws EngineErrorData */
  constructor(session: Session, make: () => Cursor) {
    this.#session = session;
    beginReadOnly(session);
    try {
      this.#inner = make();
    } catch (e) {
      endReadOnly(session);
      throw e;
    }
  }

  get columns() {
    return this.#inner.columns;
  }

  next: Cursor['next'] = (writer, most) => this.#inner.next(writer, most);
  changed: Cursor['changed'] = () => this.#inner.changed();
  notices: Cursor['notices'] = () => this.#inner.notices();

  async close(): Promise<void> {
    await this.#inner.close();
    endReadOnly(this.#session);
  }
}
