import { splitSqlite } from '../split/splitSqlite';
import type { ScriptStatement } from '../split/scriptStatement';
import { toErrorData, type EngineErrorData } from '../wire/errors';
import type { Progress, RestoreReport } from '../wire/opening';
import { dumpSource } from './dumpSource';
import { listRefused } from './listRefused';
import { labelFor } from './restoreLabel';

/** What a script for SQLite is restored into. */
export interface ScriptTarget {
  /** Runs one statement, its rows thrown away. Throws EngineErrorData. Gives the rows that it changed. */
  exec(sql: string): Promise<number>;
  inTransaction(): boolean;
}

/** Statements in a transaction of ours, before it is committed. */
const MOST_TOGETHER = 5_000;
/** How often the page is told, in ms. */
const TELL_MS = 100;
/** Commands that stand outside of a transaction, or make their own. */
const outside = new Set(['BEGIN', 'COMMIT', 'ROLLBACK', 'PRAGMA', 'ATTACH', 'DETACH', 'VACUUM', 'SAVEPOINT', 'RELEASE']);

/**
 * Runs a script of SQL for SQLite, as the `.dump` of its shell writes it, into an empty database. A statement that
 * fails does not stop it: it is listed in the report. Rejects with EngineErrorData `refused` or `damaged` where
 * nothing of the file could be loaded, and with the engine's own error where going on makes no sense.
 */
export async function restoreScript(
  file: Blob,
  packed: boolean,
  target: ScriptTarget,
  onProgress: (progress: Progress) => void = () => undefined
): Promise<RestoreReport> {
  const started = performance.now();
  const source = dumpSource(file, packed);
  const report: RestoreReport = { statements: 0, skipped: 0, refused: [], rows: 0, ms: 0 };
  let label = 'Reading the script';
  let told = 0;
  let ours = 0; // statements in a transaction of ours; 0 outside of one
  let created = 0;
  const tell = (): void => {
    if (performance.now() - told < TELL_MS) return;
    told = performance.now();
    onProgress({ label, done: Math.min(source.done, file.size), total: file.size, unit: 'bytes' });
  };
  /** What was there when the transaction that is open began. */
  let before = { rows: 0, created: 0 };
  let last = 1;
  const commit = async (): Promise<void> => {
    ours = 0;
    if (!target.inTransaction()) return;
    try {
      await target.exec('COMMIT');
    } catch (e) {
      // A constraint that was put off to the end: what it spoils is not there, what was committed before is.
      listRefused(report, 'COMMIT', last, collectable(e));
      if (target.inTransaction()) await target.exec('ROLLBACK');
      ({ rows: report.rows, created } = before);
    }
  };
  for await (const { statement, line } of statementsOf(source.bytes)) {
    report.statements++;
    last = line;
    label = labelFor(statement.command, statement.text) ?? label;
    try {
      if (ours > 0 && (outside.has(statement.command) || ours >= MOST_TOGETHER)) await commit();
      if (!target.inTransaction()) {
        before = { rows: report.rows, created };
        if (!outside.has(statement.command)) {
          await target.exec('BEGIN');
          ours = 1;
        }
      }
      const rows = await target.exec(statement.text);
      if (ours > 0) ours++;
      if (['INSERT', 'REPLACE'].includes(statement.command)) report.rows += rows;
      if (statement.command.startsWith('CREATE ')) created++;
    } catch (e) {
      listRefused(report, statement.text, line, collectable(e));
    }
    tell();
  }
  await commit();
  report.truncated = source.broken ?? cutOff(report);
  if (created === 0 && report.rows === 0) throw nothing(report);
  report.ms = performance.now() - started;
  return report;
}

interface Placed {
  statement: ScriptStatement;
  line: number;
}

/**
 * Statements of a stream. What has come is split whenever it has doubled, so that nothing is looked at more than a
 * few times; the last statement waits until the next one shows that it is whole.
 */
async function* statementsOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Placed> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let lines = 1;
  let wait = 0;
  function* take(last: boolean): Generator<Placed> {
    const statements = splitSqlite(text);
    const whole = last ? statements : statements.slice(0, -1);
    let counted = 0;
    for (const statement of whole) {
      for (; counted < statement.from; counted++) if (text.charCodeAt(counted) === 10) lines++;
      yield { statement, line: lines };
    }
    const rest = last ? text.length : (statements.at(-1)?.from ?? 0);
    for (; counted < rest; counted++) if (text.charCodeAt(counted) === 10) lines++;
    text = text.slice(rest);
    wait = text.length * 2;
  }
  for await (const chunk of bytes) {
    text += decode(decoder, chunk);
    if (text.length >= wait) yield* take(false);
  }
  text += decode(decoder);
  yield* take(true);
}

function decode(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch {
    throw {
      code: 'refused',
      message: 'This script holds bytes that are not UTF-8, so that its text cannot be told for sure.',
      hint: 'Save it as UTF-8 and open it again.'
    } satisfies EngineErrorData;
  }
}

/** An error of one statement, as data. Anything that is wrong with the engine or its storage is thrown on. */
function collectable(thrown: unknown): EngineErrorData {
  const error = toErrorData(thrown);
  const own = ['unsupported', 'refused', 'needs-module'].includes(error.code);
  if (own || (/^SQLITE_/.test(error.code) && !/^SQLITE_(FULL|IOERR|NOMEM|CORRUPT)/.test(error.code))) return error;
  throw thrown;
}

/** SQLite says `incomplete input` of a last statement that ends too early. */
function cutOff(report: RestoreReport): string | undefined {
  const last = report.refused.at(-1);
  if (!last || !/incomplete input|unrecognized token/.test(last.error.message)) return undefined;
  return `The script is cut off: the statement that begins in line ${last.line} never ends. All before it is loaded.`;
}

function nothing({ statements, refused, truncated }: RestoreReport): EngineErrorData {
  if (truncated) {
    const hint = 'Get the file again from where it came from.';
    return { code: 'damaged', message: `Nothing of this script could be loaded. ${truncated}`, hint };
  }
  const reason = refused[0];
  const hint = 'Open a script that makes tables, or create a new database and run your SQL there.';
  if (statements === 0) return { code: 'refused', message: 'There are no SQL statements in this file.', hint };
  const why = reason ? ` The first failure, in line ${reason.line}: ${reason.error.message}` : '';
  return { code: 'refused', message: `Nothing in this file makes a table here.${why}`, hint };
}
