import { toErrorData, type EngineErrorData } from '../wire/errors';
import type { Progress, RestoreReport } from '../wire/opening';
import { DumpScanner, type DumpEvent } from './dumpScanner';
import { dumpSource } from './dumpSource';
import type { CopyBlock, DumpTarget } from './dumpTarget';
import { FreshTables } from './freshTables';
import { isHarmless, judgeMeta, judgeStatement } from './judgeStatement';
import { listRefused } from './listRefused';
import { labelFor } from './restoreLabel';
import { wholePiece } from './wholePiece';

/** How much goes to the engine at once. */
const BATCH_STATEMENTS = 100;
const BATCH_INSERTS = 1_000;
const BATCH_CHARACTERS = 512 * 1024;
/** How often the page is told, in ms. */
const TELL_MS = 100;

const SAVEPOINT = 'rowhouse_restore';

interface Waiting {
  text: string;
  command: string;
  line: number;
}

/**
 * Restores a dump into an empty database. A statement that fails does not stop it: it is listed in the report.
 * Rejects with EngineErrorData `refused` or `damaged` where nothing of the file could be loaded, and with the engine's
 * own error where going on makes no sense (no room, a lost connection).
 */
export function restoreDump(
  file: Blob,
  gzip: boolean,
  target: DumpTarget,
  onProgress: (progress: Progress) => void = () => undefined
): Promise<RestoreReport> {
  return new Restore(file, gzip, target, onProgress).run();
}

class Restore {
  readonly #target: DumpTarget;
  readonly #source: ReturnType<typeof dumpSource>;
  readonly #total: number;
  readonly #onProgress: (progress: Progress) => void;
  readonly #report: RestoreReport = { statements: 0, skipped: 0, refused: [], rows: 0, ms: 0 };
  readonly #tables = new FreshTables();
  #batch: Waiting[] = [];
  #batchLength = 0;
  /** Inside a transaction of the dump's own. */
  #transaction = false;
  /** Settings that the dump has made, to be made again in a new session. */
  readonly #settings = new Map<string, string>();
  #created = 0;
  #label = 'Reading the dump';
  #told = 0;

  constructor(file: Blob, gzip: boolean, target: DumpTarget, onProgress: (progress: Progress) => void) {
    this.#target = target;
    this.#source = dumpSource(file, gzip);
    this.#total = file.size;
    this.#onProgress = onProgress;
  }

  async run(): Promise<RestoreReport> {
    const started = performance.now();
    const scanner = new DumpScanner(this.#source.bytes);
    this.#tell(true);
    for await (const event of scanner.events()) {
      await this.#take(event);
      this.#tell();
    }
    await this.#flush();
    // A dump that was cut off in its transaction: what is whole is kept.
    if (this.#transaction) await this.#ends({ text: 'COMMIT', command: 'COMMIT', line: 0 });
    const report = this.#report;
    report.truncated = this.#source.broken ?? scanner.truncated;
    if (this.#created === 0 && report.rows === 0) throw this.#nothing();
    // The next statement is the user's: it shall find a session like any other.
    await this.#target.exec('RESET ALL');
    report.ms = performance.now() - started;
    this.#tell(true);
    return report;
  }

  async #take(event: DumpEvent): Promise<void> {
    if (event.kind === 'meta') {
      const error = judgeMeta(event.text);
      if (!error) return;
      this.#report.statements++;
      return this.#refuse({ text: event.text, command: '', line: event.line }, error);
    }
    this.#report.statements++;
    if (event.kind === 'copy') {
      await this.#flush();
      return this.#copy(event.block, event.line, event.pieces);
    }
    const { text, line } = event;
    const judgement = judgeStatement(text);
    const waiting: Waiting = { text, command: judgement.command, line };
    if (!event.valid) return this.#refuse(waiting, notEncoded);
    switch (judgement.act) {
      case 'skip':
        this.#report.skipped++;
        return;
      case 'refuse':
        return this.#refuse(waiting, judgement.error);
      case 'begin':
        await this.#flush();
        if (!this.#transaction) await this.#target.exec('BEGIN');
        this.#transaction = true;
        return;
      case 'end':
        await this.#flush();
        return this.#ends(waiting);
      case 'extension':
        await this.#flush();
        if (!this.#transaction && (await this.#target.prepareExtensions([judgement.name]))) await this.#setAgain();
        return this.#runAll([waiting]);
      default:
        if (judgement.alone) {
          await this.#flush();
          return this.#runAll([waiting], true);
        }
        return this.#wait(waiting);
    }
  }

  async #wait(statement: Waiting): Promise<void> {
    this.#batch.push(statement);
    this.#batchLength += statement.text.length;
    this.#labelled(statement);
    const most = statement.command === 'INSERT' ? BATCH_INSERTS : BATCH_STATEMENTS;
    if (this.#batch.length >= most || this.#batchLength >= BATCH_CHARACTERS) await this.#flush();
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#batchLength = 0;
    if (batch.length > 0) await this.#runAll(batch);
  }

  /**
   * Runs statements as one transaction. When one of them fails nothing of it is done: halves are tried, until the
   * one that failed stands alone.
   */
  async #runAll(statements: Waiting[], bare = false): Promise<void> {
    try {
      const sql = statements.map((s) => s.text).join(';\n');
      const rows = await (this.#transaction && !bare ? this.#guarded(() => this.#target.exec(sql)) : this.#target.exec(sql));
      this.#report.rows += rows;
      for (const s of statements) this.#done(s);
    } catch (e) {
      const error = collectable(e);
      if (statements.length === 1) return this.#failed(statements[0]!, error);
      const middle = statements.length >> 1;
      await this.#runAll(statements.slice(0, middle));
      await this.#runAll(statements.slice(middle));
    }
  }

  /** Within a transaction of the dump's own, a failure shall not spoil what came before. */
  async #guarded(work: () => Promise<number>): Promise<number> {
    await this.#target.exec(`SAVEPOINT ${SAVEPOINT}`);
    try {
      const rows = await work();
      await this.#target.exec(`RELEASE SAVEPOINT ${SAVEPOINT}`);
      return rows;
    } catch (e) {
      collectable(e);
      await this.#target.exec(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}; RELEASE SAVEPOINT ${SAVEPOINT}`);
      throw e;
    }
  }

  #done(statement: Waiting): void {
    const { command, text } = statement;
    if (command.startsWith('CREATE ') && command !== 'CREATE EXTENSION') this.#created++;
    if (command === 'SET' || /^SELECT\s+pg_catalog\.set_config\(/i.test(text)) {
      this.#settings.set(/^(?:SET\s+(?:SESSION\s+)?|SELECT\s+pg_catalog\.set_config\(')(\w+)/i.exec(text)?.[1] ?? text, text);
    }
    this.#tables.saw(command, text);
  }

  #failed(statement: Waiting, error: EngineErrorData): void {
    if (isHarmless(statement.command, statement.text, error)) this.#report.skipped++;
    else this.#refuse(statement, error);
  }

  #refuse({ text, line }: Waiting, error: EngineErrorData): void {
    listRefused(this.#report, text, line, error);
  }

  async #ends(statement: Waiting): Promise<void> {
    this.#transaction = false;
    try {
      await this.#target.exec(statement.text);
    } catch (e) {
      this.#failed(statement, collectable(e));
    }
  }

  async #copy(block: CopyBlock, line: number, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    this.#labelled({ text: block.text, command: 'COPY', line });
    const rows = pieces[Symbol.asyncIterator]();
    const load = async (): Promise<number> => {
      const first = await rows.next();
      if (first.done) return 0;
      // What was emptied in its own transaction needs no log of its rows, which for many rows is worth it.
      const empties = first.value.length >= 256 * 1024 && this.#tables.isFresh(block.relation);
      if (empties) await this.#target.exec(`TRUNCATE ONLY ${block.relation}`);
      const told = this.#telling(first.value, rows);
      return this.#target.copyIn(block, /\b(csv|binary|header)\b/i.test(block.tail) ? wholePiece(told, block) : told);
    };
    try {
      this.#report.rows += await (this.#transaction ? this.#guarded(load) : this.#committed(load));
      this.#tables.filled(block.relation);
    } catch (e) {
      this.#failed({ text: block.text, command: 'COPY', line }, collectable(e));
    }
  }

  async #committed(work: () => Promise<number>): Promise<number> {
    await this.#target.exec('BEGIN');
    try {
      const rows = await work();
      await this.#target.exec('COMMIT');
      return rows;
    } catch (e) {
      collectable(e);
      await this.#target.exec('ROLLBACK');
      throw e;
    }
  }

  async *#telling(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
    yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) {
      this.#tell();
      yield next.value;
    }
  }

  async #setAgain(): Promise<void> {
    for (const text of this.#settings.values()) await this.#target.exec(text);
  }

  #labelled(statement: Waiting): void {
    const label = labelFor(statement.command, statement.text);
    if (label === undefined || label === this.#label) return;
    this.#label = label;
    this.#tell(true);
  }

  #tell(now = false): void {
    const time = performance.now();
    if (!now && time - this.#told < TELL_MS) return;
    this.#told = time;
    this.#onProgress({ label: this.#label, done: Math.min(this.#source.done, this.#total), total: this.#total, unit: 'bytes' });
  }

  /** Why a file that gave nothing is refused. */
  #nothing(): EngineErrorData {
    const { statements, refused, skipped, truncated } = this.#report;
    if (truncated) {
      const hint = 'Get the file again from where it came from.';
      return { code: 'damaged', message: `Nothing of this dump could be loaded. ${truncated}`, hint };
    }
    const reason = refused.find((r) => r.error.code !== 'unsupported') ?? refused[0];
    if (statements === 0) {
      return {
        code: 'refused',
        message: 'There are no SQL statements in this file.',
        hint: 'Open a dump that pg_dump has made, or create a new database and run your SQL there.'
      };
    }
    if (refused.some((r) => r.error.code === '42P01' && /^(COPY|INSERT)\b/i.test(r.text))) {
      return {
        code: 'refused',
        message: 'This dump holds rows only, and no tables to put them into.',
        hint: 'Make it again without --data-only, or open a dump of the schema first and run this one as a query there.'
      };
    }
    if (refused.length + skipped > 0 && refused.every((r) => r.error.code === 'unsupported')) {
      return {
        code: 'refused',
        message: 'This dump holds only roles and settings of a server, and no tables.',
        hint: 'Open a dump of a database: pg_dump makes one, pg_dumpall --globals-only does not.'
      };
    }
    return {
      code: 'refused',
      message: `Nothing in this file makes a table here.${reason ? ` The first failure, in line ${reason.line}: ${reason.error.message}` : ''}`,
      hint: 'Open a dump that pg_dump has made, or create a new database and run your SQL there.'
    };
  }
}

const notEncoded: EngineErrorData = {
  code: '22021',
  message: 'The statement holds bytes that are not of the encoding of the dump.',
  hint: 'Make the dump again with pg_dump --encoding=UTF8.'
};

/** An error of one statement, as data. Anything that is wrong with the engine or its storage is thrown on. */
function collectable(thrown: unknown): EngineErrorData {
  const error = toErrorData(thrown);
  // 53100 disk full, 57P… shut down, 58… the system beneath.
  const own = ['unsupported', 'refused', 'needs-module'].includes(error.code);
  if (own || (/^[0-9A-Z]{5}$/.test(error.code) && !/^(53100|57P|58)/.test(error.code))) return error;
  throw thrown;
}
