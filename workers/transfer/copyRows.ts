import { valueText } from '../formats/valueText';
import type { TypeFamily } from '../wire/catalog';
import { isBrokenText, type Cell } from '../wire/cells';
import type { CopyColumn, CopyPlan, CopyReport, SendRequest } from '../wire/copies';
import { toErrorData, type EngineErrorData } from '../wire/errors';
import type { Progress } from '../wire/opening';
import type { PackedPage } from '../wire/pageFormat';
import { unpackPage } from '../wire/pageReader';
import type { EngineKind } from '../wire/results';
import { arrayJson } from './arrayJson';
import { Checksum } from './canonical';
import { converterFor } from './convertValue';
import type { RowSource } from './exportRows';
import type { ImportTarget, RowLoader } from './importTarget';
import { Mailbox } from './mailbox';

type FromTarget = { kind: 'next' } | { kind: 'stop' };
type FromSource = { kind: 'rows'; page: PackedPage } | { kind: 'end'; sum: string } | { kind: 'failed'; error: EngineErrorData };

const TELL_MS = 100;

const families = (columns: number): TypeFamily[] => Array.from({ length: columns }, () => 'text');

/** Sends the rows of relations, one page after another, as the other side asks for them. */
export async function sendRows(
  port: MessagePort,
  request: SendRequest,
  open: (table: SendRequest['tables'][number]) => Promise<{ source: RowSource; close(): Promise<void> }>,
  pause: () => Promise<void>
): Promise<void> {
  const mailbox = new Mailbox<FromTarget>(port);
  try {
    for (const table of request.tables) {
      const { source, close } = await open(table);
      try {
        const sum = new Checksum();
        const plain = families(table.columns.length);
        for (;;) {
          if ((await mailbox.next(pause)).kind === 'stop') return;
          const page = await source.next();
          if (!page) {
            port.postMessage({ kind: 'end', sum: sum.value } satisfies FromSource);
            break;
          }
          for (const row of unpackPage(page)) sum.add(row, plain);
          port.postMessage({ kind: 'rows', page } satisfies FromSource, [page.buffer]);
        }
      } finally {
        await close();
      }
    }
    // The last message must be out before the port is closed.
    await mailbox.next(pause);
  } catch (e) {
    port.postMessage({ kind: 'failed', error: toErrorData(e) } satisfies FromSource);
    throw e;
  } finally {
    mailbox.close();
  }
}

export interface ReceiveWork {
  /** Which engine the rows come from. */
  from: EngineKind;
  expected: number;
  onProgress: (progress: Progress) => void;
  pause: () => Promise<void>;
  /** All rows of a table that was made, for the comparison. */
  read(table: CopyPlan['tables'][number]): Promise<{ source: RowSource; close(): Promise<void> }>;
}

/** How the cells of a column are written into another engine. Throws RangeError for one that it cannot hold. */
export function carrier(column: Pick<CopyColumn, 'name' | 'type' | 'family' | 'arrayAsJson'>, from: EngineKind, to: EngineKind): (cell: Cell) => Cell {
  if (from === to) return (cell) => cell;
  const options = { format: 'csv', gzip: false, encoding: 'utf-8', delimiter: ',', header: true, nullTexts: [], decimal: '.', dates: 'text', ragged: 'fault' } as const;
  const { family } = column;
  if (to === 'sqlite') {
    const convert = converterFor({ from: 0, column: column.name, type: column.type, family }, { ...options, nullTexts: [] }, 'sqlite');
    return (cell) => {
      if (cell === null || typeof cell !== 'string') return cell;
      return convert(column.arrayAsJson ? arrayJson(cell) : cell);
    };
  }
  return (cell) => {
    if (cell === null || typeof cell === 'string') return cell;
    if (cell instanceof Uint8Array) return family === 'binary' ? cell : valueText(cell);
    if (family === 'binary' && typeof cell === 'object' && isBrokenText(cell)) return cell.bytes;
    if (family === 'boolean') return cell === 1 ? 't' : cell === 0 ? 'f' : valueText(cell);
    if (typeof cell === 'object' && isBrokenText(cell)) throw { code: '22021', message: `${column.name} holds text that is not valid UTF-8, which Postgres does not hold.` };
    return valueText(cell);
  };
}

/**
 * Makes the tables of a plan and takes their rows from a port, in one transaction; then counts and checksums of what
 * was sent, received and stored are compared. Throws EngineErrorData; the target is as it was then.
 */
export async function receiveRows(port: MessagePort, target: ImportTarget, plan: CopyPlan, work: ReceiveWork): Promise<CopyReport> {
  const started = performance.now();
  const mailbox = new Mailbox<FromSource>(port);
  const report: CopyReport = { tables: [], rows: 0, notes: [], ms: 0 };
  let told = 0;
  let began = false;
  const tell = (label: string): void => {
    if (performance.now() - told < TELL_MS) return;
    told = performance.now();
    work.onProgress({ label, done: report.rows, total: work.expected, unit: 'rows' });
  };
  try {
    if (target.inTransaction()) {
      throw { code: 'refused', message: 'A transaction is open in the target.', hint: 'Commit it or roll it back, then copy.' };
    }
    await target.exec('BEGIN');
    began = true;
    if (target.dialect.engine === 'sqlite') await target.exec('PRAGMA defer_foreign_keys = ON');
    for (const sql of plan.create) await target.exec(sql);
    for (const table of plan.tables) {
      const { columns } = table;
      const carry = columns.map((c) => carrier(c, work.from, target.dialect.engine));
      const loader = await target.loader({ target: table.target, columns, conflict: 'fail', keys: [] });
      const received = new Checksum();
      const written = new Checksum();
      const plain = families(columns.length);
      const own = columns.map((c) => c.family);
      try {
        for (;;) {
          port.postMessage({ kind: 'next' } satisfies FromTarget);
          const letter = await mailbox.next(work.pause);
          if (letter.kind === 'failed') throw letter.error;
          if (letter.kind === 'end') {
            if (letter.sum !== received.value) throw differs(table.target.relation, 'received');
            break;
          }
          const rows = unpackPage(letter.page).map((row) => {
            received.add(row, plain);
            return row.map((cell, i) => inWords(table.target.relation, columns[i]!.name, () => carry[i]!(cell)));
          });
          for (const row of rows) written.add(row, own);
          await load(loader, rows, table.target.relation);
          report.rows += rows.length;
          tell(`Copying ${table.target.relation}`);
          await work.pause();
        }
        await loader.finish();
      } finally {
        await loader.close();
      }
      const stored = new Checksum();
      const { source, close } = await work.read(table);
      try {
        for (let page = await source.next(); page; page = await source.next()) {
          for (const row of unpackPage(page)) stored.add(row, own);
          tell(`Comparing ${table.target.relation}`);
          await work.pause();
        }
      } finally {
        await close();
      }
      if (stored.value !== written.value) throw differs(table.target.relation, 'stored');
      report.tables.push({ target: table.target, rows: stored.rows });
    }
    for (const { sql, what } of plan.after) await attempt(target, sql, what, report);
    await target.exec('COMMIT');
    port.postMessage({ kind: 'next' } satisfies FromTarget);
    return { ...report, ms: performance.now() - started };
  } catch (e) {
    // The source waits for the next word, whatever went wrong.
    port.postMessage({ kind: 'stop' } satisfies FromTarget);
    if (began && target.inTransaction()) await target.exec('ROLLBACK');
    throw e;
  } finally {
    mailbox.close();
  }
}

function differs(relation: string, what: 'received' | 'stored'): EngineErrorData {
  return {
    code: 'internal',
    message: `What was ${what} of ${relation} is not what was sent: its checksum differs.`,
    hint: 'Nothing was kept. Choose text as the type of its columns, and try again.'
  };
}

function inWords(relation: string, column: string, convert: () => Cell): Cell {
  try {
    return convert();
  } catch (e) {
    if (!(e instanceof RangeError)) throw e;
    throw { code: 'refused', message: `${relation}.${column}: ${e.message}`, hint: 'Choose a text type for this column.' };
  }
}

async function load(loader: RowLoader, rows: readonly Cell[][], relation: string): Promise<void> {
  const { error } = await loader.load(rows);
  if (error) throw { ...error, message: `${relation}: ${error.message}` };
}

/** Something that may fail without failing the copy: it is left out, and said. */
async function attempt(target: ImportTarget, sql: string, what: string, report: CopyReport): Promise<void> {
  await target.exec('SAVEPOINT rowhouse_copy');
  try {
    await target.exec(sql);
  } catch (e) {
    await target.exec('ROLLBACK TO rowhouse_copy');
    report.notes.push(`${what} was left out: ${toErrorData(e).message}`);
  }
  await target.exec('RELEASE rowhouse_copy');
}
