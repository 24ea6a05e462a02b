import type { RelationInfo, RelationRef } from '../wire/catalog';
import type { ChangeConflict, CommitReport, CommitRequest, RowChange } from '../wire/changes';
import { toErrorData, type EngineErrorData } from '../wire/errors';
import type { Progress } from '../wire/opening';
import type { ChangeSql } from '../dialect/dialect';
import { blamed } from './blame';
import { RowLooks } from './committedRows';
import type { Driver } from './driver';
import { orderChanges } from './orderChanges';
import { turn } from './queue';
import { runQuietly } from './readRows';

/** Changes made between two looks at what has arrived. */
const SLICE = 250;

/** A change with all that is known of it before it runs. */
export interface PreparedChange {
  change: RowChange;
  relation: RelationInfo;
  sql: ChangeSql;
  overwrite: boolean;
}

/** What stops a commit; it is thrown, and becomes the report. */
class Failure {
  readonly id: string | null;
  readonly error: EngineErrorData;

  constructor(id: string | null, thrown: unknown) {
    this.id = id;
    this.error = toErrorData(thrown);
  }
}

/**
 * Makes all changes in one transaction, or none. See Engine.commitChanges. Throws EngineErrorData when nothing was
 * begun because of an open transaction, and when the engine itself has gone.
 */
export async function commitChanges(
  driver: Driver,
  request: CommitRequest,
  onProgress: (progress: Progress) => void,
  stop: { asked: boolean }
): Promise<CommitReport> {
  if (driver.inTransaction()) {
    throw {
      code: 'refused',
      message: 'A transaction is open in this database, and a commit of changes must be one of its own.',
      hint: 'Commit or roll back what was begun in the query tab, then commit the changes again.'
    };
  }
  const started = performance.now();
  const report: CommitReport = { outcome: 'committed', statements: [], conflicts: [], rows: [], ms: 0 };
  try {
    await new Commit(driver, request, report).run(onProgress, stop);
  } catch (e) {
    const failure = e instanceof Failure ? e : new Failure(null, e);
    await rollBack(driver);
    if (failure.error.code === 'connection-lost') throw failure.error;
    // Where rows had changed meanwhile, what failed after them may be their consequence alone.
    report.outcome = report.conflicts.length > 0 ? 'conflict' : 'failed';
    if (report.outcome === 'failed') report.failure = { id: failure.id, error: failure.error };
  }
  if (report.outcome !== 'committed') report.rows = [];
  report.ms = performance.now() - started;
  return report;
}

async function rollBack(driver: Driver): Promise<void> {
  if (driver.inTransaction()) await runQuietly(driver, 'ROLLBACK');
}

/** One commit under way. */
class Commit {
  readonly #driver: Driver;
  readonly #request: CommitRequest;
  readonly #report: CommitReport;
  readonly #overwrite: ReadonlySet<string>;
  #relations = new Map<string, RelationInfo>();

  constructor(driver: Driver, request: CommitRequest, report: CommitReport) {
    this.#overwrite = new Set(request.overwrite);
    this.#driver = driver;
    this.#request = request;
    this.#report = report;
  }

  async run(onProgress: (progress: Progress) => void, stop: { asked: boolean }): Promise<void> {
    const { changes, isCircle } = await this.#ordered();
    const prepared = changes.map((change) => this.#prepare(change));
    const looks = new RowLooks(this.#driver);
    await runQuietly(this.#driver, 'BEGIN');
    if (isCircle) await runQuietly(this.#driver, this.#driver.dialect.deferForeignKeys);
    for (let at = 0; at < prepared.length; ) {
      const to = endOfRun(prepared, at);
      await this.#make(prepared.slice(at, to), looks);
      at = to;
      onProgress({ label: 'Committing', done: at, total: prepared.length, unit: 'rows' });
      await turn();
      if (stop.asked) throw new Failure(null, { code: 'cancelled', message: 'The commit was cancelled. Nothing was changed.' });
    }
    if (this.#report.conflicts.length > 0) throw new Failure(null, { code: 'refused', message: 'Rows have changed.' });
    this.#report.rows = await looks.finish();
    await this.#commit(prepared);
  }

  async #ordered(): Promise<{ changes: RowChange[]; isCircle: boolean }> {
    for (const change of this.#request.changes) {
      const name = nameOf(change);
      if (this.#relations.has(name)) continue;
      const relation = await this.#driver.relation(change);
      if (!relation) {
        throw new Failure(change.id, {
          code: 'refused',
          message: `There is no relation ${this.#driver.dialect.qualified(change)} any more.`,
          hint: 'Discard its changes, or bring it back.'
        });
      }
      this.#relations.set(name, relation);
    }
    return orderChanges(this.#request.changes, (ref) => this.#relations.get(nameOf(ref))!);
  }

  #prepare(change: RowChange): PreparedChange {
    const relation = this.#relations.get(nameOf(change))!;
    const overwrite = this.#overwrite.has(change.id);
    try {
      return { change, relation, overwrite, sql: this.#driver.dialect.changeSql(change, relation, { overwrite }) };
    } catch (e) {
      throw new Failure(change.id, e);
    }
  }

  /** Runs changes of one and the same statement. */
  async #make(run: readonly PreparedChange[], looks: RowLooks): Promise<void> {
    for (const one of run) if (looks.needsBefore(one)) await looks.before(one);
    const { relation, sql } = run[0]!;
    const place = this.#driver.dialect.placeOf(relation);
    const returning = `${sql.sql} RETURNING *${place ? `, ${place}` : ''}`;
    const result = await this.#driver.runEach(returning, run.map((one) => one.sql.params));
    for (const [i, rows] of result.rows.entries()) {
      const one = run[i]!;
      this.#report.statements.push({ id: one.change.id, sql: one.sql.shown, rows: rows.length });
      if (rows.length === 1) looks.made(one, result.columns, rows[0]!);
      else await this.#missed(one, rows.length, looks);
    }
    if (result.error) {
      const failed = run[result.rows.length]!;
      throw new Failure(failed.change.id, { ...result.error, position: undefined, statement: failed.sql.shown });
    }
  }

  /** A statement that did not touch exactly one row. */
  async #missed(one: PreparedChange, touched: number, looks: RowLooks): Promise<void> {
    const { change, relation, overwrite } = one;
    if (touched > 1) {
      throw new Failure(change.id, {
        code: 'refused',
        message: `${touched} rows of ${relation.relation} are alike in all that was seen, so that the one meant cannot be told.`,
        hint: 'Change them with SQL, or give the table a key.',
        statement: one.sql.shown
      });
    }
    if (change.type === 'insert') {
      throw new Failure(change.id, {
        code: 'refused',
        message: `A trigger or rule of ${relation.relation} kept the new row out.`,
        statement: one.sql.shown
      });
    }
    const theirs = await looks.now(one);
    const found = theirs === null && !overwrite ? await looks.elsewhere(one) : undefined;
    if (found !== undefined) {
      // It lies at another place by now, and is the only one with these values.
      const moved = this.#prepare({ ...change, rowId: found });
      this.#report.statements.pop();
      await this.#make([moved], looks);
      return;
    }
    if (theirs === null && overwrite && change.type === 'delete') {
      looks.gone(one);
      return;
    }
    const conflict: ChangeConflict = { id: change.id, kind: theirs === null ? 'gone' : 'changed', theirs };
    this.#report.conflicts.push(conflict);
  }

  async #commit(prepared: readonly PreparedChange[]): Promise<void> {
    const driver = this.#driver;
    if (this.#request.label !== undefined) driver.labelCommit?.(this.#request.label);
    try {
      await runQuietly(driver, 'COMMIT');
    } catch (e) {
      throw new Failure(await blamed(driver, prepared, this.#report.rows, toErrorData(e)), e);
    }
  }
}

const nameOf = (ref: RelationRef): string => JSON.stringify([ref.schema, ref.relation]);

/** Where a row of changes ends that one statement makes. */
function endOfRun(prepared: readonly PreparedChange[], from: number): number {
  const { sql, relation } = prepared[from]!;
  let to = from + 1;
  while (to < prepared.length && to - from < SLICE && prepared[to]!.sql.sql === sql.sql && prepared[to]!.relation === relation) to++;
  return to;
}
