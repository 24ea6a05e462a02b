import { EngineError, type MigrateReport, type Migration } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import { engineFor } from '$lib/connections/registry';
import { addHistory } from '$lib/persistence/historyRepository';
import { invalidateCatalog, invalidateRows } from './invalidate';

/**
 * Runs a migration on a connection as one transaction, writes it into its project's history, and refreshes tree,
 * completion, diagram and rows of that connection before it resolves. A migration that does not fit is told by
 * the report; rejects with EngineError when the connection fails, or a transaction is open.
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
    const report = await engineFor(connectionId).migrate({ what, relation, renamedTo, rebuilds, steps });
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
