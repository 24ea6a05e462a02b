import { toErrorData, type EngineErrorData } from '../wire/errors';
import type { DumpTarget } from './dumpTarget';

const SAVEPOINT = 'rowhouse_restore';

/** An error of one statement, as data. Anything that is wrong with the engine or its storage is thrown on. */
export function collectable(thrown: unknown): EngineErrorData {
  const error = toErrorData(thrown);
  const own = ['unsupported', 'refused', 'needs-module'].includes(error.code);
  // 53100 disk full, 57P… shut down, 58… the system beneath.
  if (own || (/^[0-9A-Z]{5}$/.test(error.code) && !/^(53100|57P|58)/.test(error.code))) return error;
  throw thrown;
}

/** The transaction of a dump's own (BEGIN … COMMIT), and those that are put around its parts. */
export class DumpTransaction {
  /** Inside of one of the dump's own. */
  open = false;
  readonly #target: DumpTarget;

  constructor(target: DumpTarget) {
    this.#target = target;
  }

  async begin(): Promise<void> {
    if (!this.open) await this.#target.exec('BEGIN');
    this.open = true;
  }

  /** @param sql COMMIT or ROLLBACK, as the dump writes it */
  async end(sql: string): Promise<void> {
    this.open = false;
    await this.#target.exec(sql);
  }

  /** Statements, all or none of them; several are a transaction by themselves where none is open. */
  run(sql: string): Promise<number> {
    return this.open ? this.whole(() => this.#target.exec(sql)) : this.#target.exec(sql);
  }

  /** Work of several calls, all or none of it. Within the dump's own transaction what came before is not spoilt. */
  async whole(work: () => Promise<number>): Promise<number> {
    const [begin, keep, undo] = this.open
      ? [`SAVEPOINT ${SAVEPOINT}`, `RELEASE SAVEPOINT ${SAVEPOINT}`, `ROLLBACK TO SAVEPOINT ${SAVEPOINT}; RELEASE SAVEPOINT ${SAVEPOINT}`]
      : ['BEGIN', 'COMMIT', 'ROLLBACK'];
    await this.#target.exec(begin!);
    try {
      const rows = await work();
      await this.#target.exec(keep!);
      return rows;
    } catch (e) {
      collectable(e);
      await this.#target.exec(undo!);
      throw e;
    }
  }
}
