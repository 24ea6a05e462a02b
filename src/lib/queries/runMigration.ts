import { EngineError, type MigrateReport, type Migration } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import { commitsFound, engineFor } from '$lib/connections/registry';
import { addHistory } from '$lib/persistence/historyRepository';
import { invalidateCatalog, invalidateRows } from './invalidate';

/**
 * Runs a migration on a connection as one transaction, writes it into its project's history, and refreshes tree,
 * completion, diagram and rows of that connection before it resolves. A migration that does not fit is told by
 * the report; rejects with EngineError when the connection fails, or a transaction is open. Of one whose worker ended
 * before it answered the next worker is asked: it was committed, and is reported so, or it was not, and the error says so.
 */
export async function runMigration(
  owner: { connectionId: ConnectionId; projectId: ProjectId },
  migration: Migration,
  renamedTo?: string
): Promise<MigrateReport> {
  const { connectionId, projectId } = owner;
  const at = Date.now();
  const script = migration.steps.map((s) => `${s.sql};`).join('\n');
  const what = migration.steps.map((s) => s.what).join('; ');
  const keep = (state: 'done' | 'failed', ms: number, error: string | null, commits?: { before: number; after: number }): void => {
    const command = migration.steps[0]?.sql.split(/\s+/).slice(0, 2).join(' ') ?? '';
    addHistory([{ projectId, at, sql: script, command, state, ms, rows: null, changed: null, error, kind: 'migration', where: what, writes: true, commits }]).catch((e: unknown) =>
      console.error('The history could not be written.', e)
    );
  };
  try {
    const { relation, rebuilds } = migration;
    const steps = migration.steps.map(({ sql, obstacles }) => ({ sql, obstacles }));
    const report = await engineFor(connectionId)
      .migrate({ what, relation, renamedTo, rebuilds, steps })
      .catch((e: unknown) => unanswered(connectionId, e, Date.now() - at));
    keep(report.done ? 'done' : 'failed', report.ms, report.error?.message ?? null, report.commits ?? undefined);
    return report;
  } catch (e) {
    keep('failed', Date.now() - at, e instanceof EngineError ? e.message : String(e));
    throw e;
  } finally {
    // One that was cut off may have committed before: look again in any case.
    await Promise.all([invalidateRows(connectionId), invalidateCatalog(connectionId)]).catch((e: unknown) =>
      console.error('The catalog could not be read again.', e)
    );
  }
}

/** The report of a migration that got no answer, where it is there nevertheless; throws what it was rejected with where it is not. */
async function unanswered(connectionId: ConnectionId, e: unknown, ms: number): Promise<MigrateReport> {
  const looked = await commitsFound(connectionId, e);
  if (looked === null || !(e instanceof EngineError)) throw e;
  const { told, found } = looked;
  if (found > told) return { done: true, ms, failedStep: null, error: null, obstacle: null, commits: { before: told, after: found } };
  throw new EngineError({ ...e, code: e.code, message: e.message, hint: 'Nothing was changed: the database was looked at afterwards.' }, connectionId);
}
