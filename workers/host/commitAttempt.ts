import { cellsEqual } from '../dialect/cellsEqual';
import type { RelationRef } from '../wire/catalog';
import { isLongCell } from '../wire/cells';
import type { RowChange } from '../wire/changes';
import { toErrorData, type EngineErrorData } from '../wire/errors';
import type { Progress } from '../wire/opening';
import { plainChange, unpackChanges, type PackedCommit, type PackedReport } from '../wire/packedCommit';
import { blamed } from './blame';
import { ChangesInSteps, circleHint } from './changesInSteps';
import { ChangeStatements, type ChangedRelation, type PreparedChange } from './changeStatements';
import { CommitLog, shownSql } from './commitLog';
import { RowLooks } from './committedRows';
import type { Driver } from './driver';
import { FreeValues } from './freeValues';
import { orderChanges, type Ordered } from './orderChanges';
import type { ParkedChange } from './parkedChange';
import { turn } from './queue';
import { runQuietly } from './readRows';

/** Changes that are handed to the engine at once. */
const SLICE = 1_000;
/** How long changes are made, in ms, between two looks at what has arrived. */
const SLICE_MS = 10;

/** What stops a commit; it is thrown, and becomes the report. */
export class Failure {
  readonly id: string | null;
  readonly error: EngineErrorData;

  constructor(id: string | null, thrown: unknown) {
    this.id = id;
    this.error = toErrorData(thrown);
  }
}

/** One try at making a commit's changes, each within the transaction that it begins. */
export class CommitAttempt {
  readonly #driver: Driver;
  readonly #request: PackedCommit;
  readonly #overwrite: ReadonlySet<string>;
  readonly #statements: ChangeStatements;
  readonly #looks: RowLooks;
  readonly #log = new CommitLog();
  readonly #conflicts: PackedReport['conflicts'] = [];
  /** Changes that touched no row, seen only after another one had failed. */
  readonly #unseen: PreparedChange[] = [];
  readonly #relations = new Map<string, ChangedRelation>();
  readonly #inSteps: boolean;
  #circle: Pick<Ordered, 'isCircle' | 'parked'> = { isCircle: false, parked: [] };
  /** It failed at the first step of a change that is made in two. */
  isParking = false;

  /** @param inSteps changes that wait for each other in a circle are made in two steps */
  constructor(driver: Driver, request: PackedCommit, inSteps = false) {
    this.#inSteps = inSteps;
    this.#overwrite = new Set(request.overwrite.map(String));
    this.#driver = driver;
    this.#request = request;
    this.#statements = new ChangeStatements(driver.dialect);
    this.#looks = new RowLooks(driver);
  }

  async run(onProgress: (progress: Progress) => void, stop: { asked: boolean }): Promise<void> {
    const { changes, isCircle, parked } = await this.#ordered();
    this.#circle = { isCircle, parked };
    const steps = this.#steps(this.#inSteps ? parked : [], changes);
    const prepared = changes.map((change) => (steps.has(change) ? null : this.#prepare(change)));
    await runQuietly(this.#driver, 'BEGIN');
    if (isCircle) await runQuietly(this.#driver, this.#driver.dialect.deferForeignKeys);
    await steps.begin();
    let sliceEnd = performance.now() + SLICE_MS;
    for (let at = 0; at < prepared.length; ) {
      const to = endOfRun(prepared, at);
      if (prepared[at]) await this.#make(prepared.slice(at, to) as PreparedChange[]);
      else await steps.turn(changes[at]!);
      at = to;
      if (performance.now() < sliceEnd && at < prepared.length) continue;
      onProgress({ label: 'Committing', done: at, total: prepared.length, unit: 'rows' });
      await turn();
      if (stop.asked) throw new Failure(null, { code: 'cancelled', message: 'The commit was cancelled. Nothing was changed.' });
      sliceEnd = performance.now() + SLICE_MS;
    }
    await steps.end();
    if (this.#conflicts.length > 0) throw new Failure(null, { code: 'refused', message: 'Rows have changed.' });
    await this.#looks.finish();
    await this.#commit(prepared.filter((one) => one !== null));
  }

  /** After it was rolled back: looks for the rows that a change had missed when another one failed. */
  async lookBehind(): Promise<void> {
    for (const one of this.#unseen) {
      const theirs = await this.#looks.now(one);
      const isSame = theirs !== null && Object.entries(one.change.before).every(([name, seen]) => (seen !== null && isLongCell(seen)) || cellsEqual(theirs[name] ?? null, seen));
      const isElsewhere = theirs === null && (await this.#looks.elsewhere(one)) !== undefined;
      if (!isSame && !isElsewhere) this.#conflicts.push({ at: Number(one.change.id), kind: theirs === null ? 'gone' : 'changed', theirs });
    }
  }

  /** Some of its changes can be made in two steps. */
  get canStep(): boolean {
    return this.#circle.parked.length > 0;
  }

  /** Why it failed, in words of what to do, where its rows wait for each other in a circle; see circleHint. */
  circleHint(error: EngineErrorData): string | undefined {
    return this.#conflicts.length > 0 ? undefined : circleHint(error, this.#circle);
  }

  /** How it ended. Where rows had changed meanwhile, what failed after them may be their consequence alone. */
  report(failure: PackedReport['failure']): Omit<PackedReport, 'ms'> {
    const isConflict = this.#conflicts.length > 0;
    const { ran, touched, sql } = this.#log;
    return {
      outcome: isConflict ? 'conflict' : failure ? 'failed' : 'committed',
      ran: Uint32Array.from(ran),
      touched: Uint32Array.from(touched),
      sql,
      conflicts: this.#conflicts,
      ...(failure && !isConflict ? { failure } : {}),
      ...(failure ? new RowLooks(this.#driver) : this.#looks).packed((head) => this.#relations.get(nameOf(this.#request.heads[head]!))!.info)
    };
  }

  #steps(parked: readonly ParkedChange[], changes: readonly RowChange[]): ChangesInSteps {
    const free = new FreeValues(this.#driver, changes);
    return new ChangesInSteps(parked, {
      freeValue: (change, column) => free.of(this.#relations.get(nameOf(change))!.info, column, change),
      first: async (change) => {
        this.isParking = true;
        if (this.#relations.get(nameOf(change))!.hasTriggers) {
          throw new Failure(change.id, { code: 'refused', message: 'Its triggers would see a row between two steps.' });
        }
        await this.#make([this.#prepare(change)]);
        this.isParking = false;
        return this.#looks.unmake(change);
      },
      // It is the row of the first step, whatever it was before.
      second: (change) => this.#make([this.#prepare(change, false)])
    });
  }

  async #ordered(): Promise<Ordered> {
    const changes = unpackChanges(this.#request);
    for (const [head, ref] of this.#request.heads.entries()) {
      const name = nameOf(ref);
      if (this.#relations.has(name)) continue;
      const info = await this.#driver.relation(ref);
      if (!info) {
        throw new Failure(String(this.#request.of.indexOf(head)), {
          code: 'refused',
          message: `There is no relation ${this.#driver.dialect.qualified(ref)} any more.`,
          hint: 'Discard its changes, or bring it back.'
        });
      }
      this.#relations.set(name, { info, hasTriggers: this.#driver.hasTriggers(ref) });
    }
    return orderChanges(changes, (ref) => this.#relations.get(nameOf(ref))!.info);
  }

  #prepare(change: RowChange, overwrite = this.#overwrite.has(change.id)): PreparedChange {
    try {
      return this.#statements.prepare(change, this.#relations.get(nameOf(change))!, overwrite);
    } catch (e) {
      throw new Failure(change.id, e);
    }
  }

  /** Runs changes of one and the same statement. */
  async #make(run: readonly PreparedChange[]): Promise<void> {
    const looks = this.#looks;
    for (const one of run) if (looks.needsBefore(one)) await looks.before(one);
    const { of, template, isRead } = run[0]!;
    const place = this.#driver.dialect.placeOf(of.info);
    const sql = isRead ? `${template.sql} RETURNING *${place ? `, ${place}` : ''}` : template.sql;
    const result = await this.#driver.runEach(sql, run.map((one) => one.params));
    for (const [i, touched] of result.touched.entries()) {
      const one = run[i]!;
      this.#log.add(one, touched);
      // In a transaction that has failed nothing can be asked.
      if (touched === 0 && result.error && one.change.type !== 'insert') this.#unseen.push(one);
      else if (touched !== 1) await this.#missed(one, touched);
      else if (isRead) looks.made(one, result.columns, result.rows[i]![0]!);
      else looks.kept(one);
    }
    if (result.error) {
      const failed = run[result.touched.length]!;
      throw new Failure(failed.change.id, { ...result.error, position: undefined, statement: shownSql(failed) });
    }
  }

  /** A statement that did not touch exactly one row. */
  async #missed(one: PreparedChange, touched: number): Promise<void> {
    const { change, overwrite } = one;
    const { relation } = one.of.info;
    const looks = this.#looks;
    if (touched > 1) {
      throw new Failure(change.id, {
        code: 'refused',
        message: `${touched} rows of ${relation} are alike in all that was seen, so that the one meant cannot be told.`,
        hint: 'Change them with SQL, or give the table a key.',
        statement: shownSql(one)
      });
    }
    if (change.type === 'insert') {
      throw new Failure(change.id, {
        code: 'refused',
        message: `A trigger or rule of ${relation} kept the new row out.`,
        statement: shownSql(one)
      });
    }
    const theirs = await looks.now(one);
    const found = theirs === null && !overwrite ? await looks.elsewhere(one) : undefined;
    if (found !== undefined) {
      // It lies at another place by now, and is the only one with these values.
      this.#log.pop();
      await this.#make([this.#prepare(plainChange(change, { rowId: found }))]);
      return;
    }
    if (theirs === null && overwrite && change.type === 'delete') {
      looks.gone(one);
      return;
    }
    this.#conflicts.push({ at: Number(change.id), kind: theirs === null ? 'gone' : 'changed', theirs });
  }

  async #commit(prepared: readonly PreparedChange[]): Promise<void> {
    const driver = this.#driver;
    const { label, token } = this.#request;
    if (label !== undefined) driver.labelCommit?.(label, token);
    try {
      // What a COMMIT that is refused leaves in the store is no commit of these changes.
      await runQuietly(driver, 'COMMIT', () => driver.labelCommit?.(null));
    } catch (e) {
      throw new Failure(await blamed(driver, prepared, (one) => this.#looks.rowOf(one), toErrorData(e)), e);
    }
  }
}

const nameOf = (ref: RelationRef): string => JSON.stringify([ref.schema, ref.relation]);

/** Where a row of changes ends that one statement makes; one that is made in two steps (null) stands alone. */
function endOfRun(prepared: readonly (PreparedChange | null)[], from: number): number {
  const one = prepared[from];
  if (!one) return from + 1;
  const { template, of, isRead } = one;
  const isAlike = (other: PreparedChange | null): boolean =>
    other !== null && other.isRead === isRead && other.of === of && (other.template === template || other.template.sql === template.sql);
  let to = from + 1;
  while (to < prepared.length && to - from < SLICE && isAlike(prepared[to]!)) to++;
  return to;
}
