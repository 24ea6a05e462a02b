import { LONG_CELL_BYTES } from '../wire/cells';
import { toErrorData, type EngineErrorData } from '../wire/errors';
import type { MigrateReport, MigrateRequest, Obstacle, ObstacleQuery } from '../wire/migration';
import { unpackPage } from '../wire/pageReader';
import { PageWriter } from '../wire/pageWriter';
import type { Driver } from './driver';

/** How many rows that stand in the way are shown. */
const SHOWN_ROWS = 100;

async function once(driver: Driver, sql: string): Promise<void> {
  const cursor = await driver.begin(sql, []);
  try {
    const writer = new PageWriter(cursor.columns.length, LONG_CELL_BYTES);
    while (await cursor.next(writer, 1000)) writer.take();
  } finally {
    await cursor.close();
  }
}

/** Rows that a question finds; null for none, or when the question itself cannot be asked of these tables. */
async function findObstacle(driver: Driver, query: ObstacleQuery): Promise<Obstacle | null> {
  try {
    const cursor = await driver.begin(query.sql, []);
    try {
      const writer = new PageWriter(cursor.columns.length, LONG_CELL_BYTES);
      while (writer.rows <= SHOWN_ROWS && (await cursor.next(writer, SHOWN_ROWS + 1 - writer.rows)));
      const rows = unpackPage(writer.take());
      if (rows.length === 0) return null;
      return { what: query.what, columns: cursor.columns, rows: rows.slice(0, SHOWN_ROWS), more: rows.length > SHOWN_ROWS };
    } finally {
      await cursor.close();
    }
  } catch {
    // The engine's own error stands for itself then.
    return null;
  }
}

/** Labels the commit before a migration that is done, and tells where one is now. */
function labelled(driver: Driver, before: number, what: string | undefined): { before: number; after: number } | null {
  const store = driver.commitStore();
  if (!store) return null;
  const unlabelled = what && store.frames().some((frame) => frame.number === before && frame.name === undefined);
  if (unlabelled) store.name(before, `Before: ${what}`);
  return { before, after: store.lastFrame };
}

/**
 * Runs a migration as one transaction. When a step fails, or the check before the commit, nothing has changed,
 * and the rows that stand in its way are looked for. Throws EngineErrorData `refused` while a transaction is open.
 */
export async function migrate(driver: Driver, request: MigrateRequest): Promise<MigrateReport> {
  if (driver.inTransaction()) {
    throw {
      code: 'refused',
      message: 'A transaction is open on this database.',
      hint: 'Commit it or roll it back in its query tab, then try again.'
    };
  }
  const started = performance.now();
  const before = driver.commitStore()?.lastFrame ?? null;
  const report = (failedStep: number | null, error: EngineErrorData | null, obstacle: Obstacle | null): MigrateReport => ({
    done: error === null,
    ms: performance.now() - started,
    failedStep,
    error,
    obstacle,
    commits: error === null && before !== null ? labelled(driver, before, request.what) : null
  });
  const guarding = (await driver.guardMigration?.(request)) ?? null;
  let at: number | null = null;
  try {
    await once(driver, 'BEGIN');
    for (const [index, { sql }] of request.steps.entries()) {
      at = index;
      await once(driver, sql);
    }
    at = null;
    guarding?.check();
    await once(driver, 'COMMIT');
    await driver.settle();
    return report(null, null, null);
  } catch (e) {
    const error = toErrorData(e);
    if (driver.inTransaction()) await once(driver, 'ROLLBACK');
    await driver.settle();
    guarding?.end();
    const questions = at === null ? request.steps.flatMap((s) => s.obstacles) : request.steps[at]!.obstacles;
    for (const question of error.code === 'connection-lost' ? [] : questions) {
      const obstacle = await findObstacle(driver, question);
      if (obstacle) return report(at, error, obstacle);
    }
    return report(at, error, null);
  } finally {
    guarding?.end();
  }
}
