import type { EngineErrorData } from '../wire/errors';
import type { Progress, RestoreReport } from '../wire/opening';
import { DumpScanner, type DumpEvent } from './dumpScanner';
import type { DumpSource } from './dumpSource';
import type { CopyBlock, DumpTarget } from './dumpTarget';
import { collectable, DumpTransaction } from './dumpTransaction';
import { FreshTables } from './freshTables';
import { connectedDatabase, isHarmless, judgeMeta, judgeStatement } from './judgeStatement';
import { listRefused } from './listRefused';
import { labelFor } from './restoreLabel';
import { withoutTablespace } from './tablespaceClause';
import { wholePiece } from './wholePiece';
import { whyNothing } from './whyNothing';

/** How much goes to the engine at once. */
const BATCH_STATEMENTS = 100;
const BATCH_INSERTS = 1_000;
const BATCH_CHARACTERS = 512 * 1024;
/** How often the page is told, in ms. */
const TELL_MS = 100;

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
  source: DumpSource,
  target: DumpTarget,
  onProgress: (progress: Progress) => void = () => undefined
): Promise<RestoreReport> {
  return new Restore(source, target, onProgress).run();
}

class Restore {
  readonly #target: DumpTarget;
  readonly #source: DumpSource;
  readonly #onProgress: (progress: Progress) => void;
  readonly #report: RestoreReport = { statements: 0, skipped: 0, refused: [], rows: 0, ms: 0 };
  readonly #tables = new FreshTables();
  #batch: Waiting[] = [];
  #batchLength = 0;
  readonly #transaction: DumpTransaction;
  /** Settings that the dump has made, to be made again in a new session. */
  readonly #settings = new Map<string, string>();
  #created = 0;
  /** The database that is loaded, by the name that the dump gives it, and whether the dump is at another. */
  #database: string | undefined;
  #elsewhere = false;
  #label = 'Reading the dump';
  #told = 0;

  constructor(source: DumpSource, target: DumpTarget, onProgress: (progress: Progress) => void) {
    this.#target = target;
    this.#transaction = new DumpTransaction(target);
    this.#source = source;
    this.#elsewhere = source.database !== undefined;
    this.#onProgress = onProgress;
  }

  async run(): Promise<RestoreReport> {
    const started = performance.now();
    const scanner = new DumpScanner(this.#source.bytes);
    this.#tell(true);
    const { leavesOut } = this.#source;
    let at = 0;
    for await (const event of scanner.events()) {
      if (!leavesOut?.(event, at++)) await this.#take(event);
      this.#tell();
    }
    await this.#flush();
    // A dump that was cut off in its transaction: what is whole is kept.
    if (this.#transaction.open) await this.#ends({ text: 'COMMIT', command: 'COMMIT', line: 0 });
    const report = this.#report;
    report.truncated = this.#source.broken ?? scanner.truncated;
    if (this.#created === 0 && report.rows === 0) throw whyNothing(report);
    // The next statement is the user's: it shall find a session like any other.
    await this.#target.exec('RESET ALL');
    report.ms = performance.now() - started;
    this.#tell(true);
    return report;
  }

  async #take(event: DumpEvent): Promise<void> {
    if (event.kind === 'meta') await this.#connects(event.text, event.line);
    if (this.#elsewhere) return;
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
    const { line } = event;
    const judgement = judgeStatement(event.text);
    const text = withoutTablespace(judgement.command, event.text);
    if (text !== event.text) this.#report.skipped++;
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
        return this.#transaction.begin();
      case 'end':
        await this.#flush();
        return this.#ends(waiting);
      case 'extension':
        await this.#flush();
        if (!this.#transaction.open && (await this.#target.prepareExtensions([judgement.name]))) await this.#setAgain();
        return this.#runAll([waiting]);
      default:
        if (judgement.alone) {
          await this.#flush();
          // A savepoint of ours around one of the dump's would undo it.
          return this.#runAll([waiting], ['SAVEPOINT', 'RELEASE', 'ROLLBACK'].includes(waiting.command));
        }
        return this.#wait(waiting);
    }
  }

  /**
   * A file of pg_dumpall goes from database to database. The one that was chosen is loaded, or the first one that holds
   * anything; to put others on top of it would mix their rows.
   */
  async #connects(text: string, line: number): Promise<void> {
    const name = connectedDatabase(text);
    const { database } = this.#source;
    if (database !== undefined && name !== undefined) {
      await this.#flush();
      this.#elsewhere = name !== database;
      return;
    }
    if (name === undefined || name === this.#database) return;
    await this.#flush();
    if (this.#created === 0) this.#database = name;
    this.#elsewhere = this.#created > 0;
    if (!this.#elsewhere) return;
    const message = `Here begins another database, ${name}. Only the first one of the file is loaded.`;
    this.#report.statements++;
    this.#refuse({ text, command: '', line }, { code: 'unsupported', message, hint: 'Dump each database into a file of its own.' });
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
      this.#report.rows += await (bare ? this.#target.exec(sql) : this.#transaction.run(sql));
      for (const s of statements) this.#done(s);
    } catch (e) {
      const error = collectable(e);
      if (statements.length === 1) return this.#failed(statements[0]!, error);
      const middle = statements.length >> 1;
      await this.#runAll(statements.slice(0, middle));
      await this.#runAll(statements.slice(middle));
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
    try {
      await this.#transaction.end(statement.text);
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
      this.#report.rows += await this.#transaction.whole(load);
      this.#tables.filled(block.relation);
    } catch (e) {
      this.#failed({ text: block.text, command: 'COPY', line }, collectable(e));
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
    const { done, total } = this.#source;
    this.#onProgress({ label: this.#label, done: Math.min(done, total), total, unit: 'bytes' });
  }
}

const notEncoded: EngineErrorData = {
  code: '22021',
  message: 'The statement holds bytes that are not of the encoding of the dump.',
  hint: 'Make the dump again with pg_dump --encoding=UTF8.'
};
