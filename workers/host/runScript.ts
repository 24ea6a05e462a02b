import type { ScriptStatement } from '../dialect/dialect';
import { LONG_CELL_BYTES } from '../wire/cells';
import type { PackedPage } from '../wire/pageFormat';
import { PageWriter } from '../wire/pageWriter';
import { toErrorData } from '../wire/errors';
import type { RunEvent, RunReport, RunRequest, StatementOutcome } from '../wire/results';
import type { Cursor, Driver } from './driver';
import { turn, type Stop } from './queue';
import { runQuietly } from './readRows';
import { WINDOW_PAGE, type Windows } from './windows';

/** How long rows are read, or short statements run, before the worker looks at what has arrived, in ms. */
const SLICE_MS = 16;
/** How often the page is told how many rows have been read, in ms. */
const TELL_MS = 100;

/**
 * Runs a script statement by statement until one fails or `stop.asked`: then the statement that would have been
 * next is the last outcome, cancelled. Rows go whole into windows; what the page sees of them first is cut like every
 * page.
 * @param onSettled after each statement, when what it committed is on disk
 */
export async function runScript(
  driver: Driver,
  windows: Windows,
  request: RunRequest,
  onEvent: (event: RunEvent) => void,
  stop: Stop,
  onSettled: (outcome: StatementOutcome) => void = () => undefined
): Promise<RunReport> {
  const started = performance.now();
  const statements = driver.dialect.split(request.sql);
  const outcomes: StatementOutcome[] = [];
  let catalogChanged = false;
  let dataChanged = false;
  // What it cannot have is told by the statement that needs it.
  await driver.prepareScript?.(statements.map((s) => s.text)).catch(() => undefined);
  // Where nothing can be written there is nothing to take back.
  const atomic = request.atomic === true && driver.readOnly === null && !driver.inTransaction();
  if (atomic) await runQuietly(driver, 'BEGIN');
  let sliceEnd = started + SLICE_MS;
  for (const [index, statement] of statements.entries()) {
    onEvent({ kind: 'statement', index, count: statements.length, span: statement });
    if (performance.now() >= sliceEnd) {
      await turn();
      sliceEnd = performance.now() + SLICE_MS;
    }
    const outcome = stop.asked
      ? { ...outcomeOf(statement, index), state: 'cancelled' as const }
      : await runOne(driver, windows, request, statement, index, onEvent, stop);
    outcomes.push(outcome);
    onSettled(outcome);
    // A failed statement may have done part of its work outside a transaction (a DO block that commits).
    catalogChanged ||= statement.changesCatalog || (statement.command === 'ROLLBACK' && outcome.state === 'done');
    dataChanged ||= statement.writes;
    onEvent({ kind: 'outcome', outcome });
    if (outcome.state !== 'done') break;
  }
  if (atomic && driver.inTransaction()) {
    const whole = outcomes.length === statements.length && outcomes.every((o) => o.state === 'done');
    await runQuietly(driver, whole ? 'COMMIT' : 'ROLLBACK');
  }
  return {
    outcomes,
    count: statements.length,
    catalogChanged,
    dataChanged,
    inTransaction: driver.inTransaction(),
    ms: performance.now() - started
  };
}

/** The outcome of a statement that is through, as far as it is known before. */
const outcomeOf = (statement: ScriptStatement, index: number): StatementOutcome => ({
  index,
  from: statement.from,
  to: statement.to,
  state: 'done',
  command: statement.command,
  name: statement.name,
  rows: null,
  changed: null,
  ms: 0,
  notices: [],
  ...(statement.writes ? { writes: true as const } : {})
});

async function runOne(
  driver: Driver,
  windows: Windows,
  request: RunRequest,
  statement: ScriptStatement,
  index: number,
  onEvent: (event: RunEvent) => void,
  stop: Stop
): Promise<StatementOutcome> {
  const started = performance.now();
  const outcome = outcomeOf(statement, index);
  let cursor: Cursor | null = null;
  try {
    const data = statement.data && request.sql.slice(statement.data.from, statement.data.to);
    cursor = await driver.begin(statement.text, request.params ?? [], data);
    if (cursor.columns.length > 0) {
      outcome.columns = cursor.columns;
      outcome.resultId = windows.create(cursor.columns);
      outcome.rows = 0;
      const finished = await readRows(cursor, windows, outcome, request.firstRows ?? WINDOW_PAGE, onEvent, stop);
      if (!finished) outcome.state = 'cancelled';
    } else {
      await cursor.next(new PageWriter(0), 1);
    }
    outcome.changed = outcome.state === 'done' ? cursor.changed() : null;
  } catch (e) {
    const error = toErrorData(e);
    outcome.state = 'failed';
    outcome.error = {
      ...error,
      statement: statement.text,
      position: error.position === undefined ? undefined : statement.from + error.position
    };
  } finally {
    try {
      outcome.notices = cursor?.notices() ?? [];
      await cursor?.close();
      await driver.settle();
    } catch (e) {
      // What could not be saved has failed, whatever the statement said.
      outcome.state = 'failed';
      outcome.error ??= { ...toErrorData(e), statement: statement.text };
    }
  }
  outcome.commit = driver.commitStore()?.lastFrame;
  outcome.ms = performance.now() - started;
  return outcome;
}

/** Reads a result to its end in slices. False when it was stopped on the way. */
async function readRows(
  cursor: Cursor,
  windows: Windows,
  outcome: StatementOutcome,
  firstRows: number,
  onEvent: (event: RunEvent) => void,
  stop: Stop
): Promise<boolean> {
  const id = outcome.resultId!;
  const writer = new PageWriter(cursor.columns.length, Infinity);
  let told = performance.now();
  let sliceEnd = told + SLICE_MS;
  let first = true;
  const store = (): void => {
    const page: PackedPage = writer.take();
    if (page.rows > 0) windows.append(id, page);
    outcome.rows = windows.rows(id);
    if (first) {
      first = false;
      const shown = windows.fetch(id, 0, firstRows, LONG_CELL_BYTES);
      onEvent({ kind: 'rows', index: outcome.index, resultId: id, columns: cursor.columns, page: shown });
    }
  };
  for (;;) {
    const more = await cursor.next(writer, WINDOW_PAGE);
    store();
    if (!more) return true;
    const now = performance.now();
    if (now >= sliceEnd) {
      if (now - told >= TELL_MS) {
        told = now;
        onEvent({ kind: 'read', index: outcome.index, resultId: id, rows: windows.rows(id) });
      }
      await turn();
      if (stop.asked) return false;
      sliceEnd = performance.now() + SLICE_MS;
    }
  }
}
