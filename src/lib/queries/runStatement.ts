import { EngineError, type RunEvent, type RunReport, type RunRequest } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import type { CallOptions } from '$lib/connections/calls';
import { engineFor } from '$lib/connections/registry';
import { addHistory } from '$lib/persistence/historyRepository';
import { invalidateCatalog, invalidateRows } from './invalidate';

/**
 * Runs a script on a connection, writes what ran into its project's history, and refreshes what it made stale on
 * that connection. Rejects with EngineError when the connection fails or is cancelled; a failing statement is an
 * outcome of the report.
 */
export async function runStatement(
  owner: { connectionId: ConnectionId; projectId: ProjectId },
  request: RunRequest,
  onEvent?: (event: RunEvent) => void,
  options?: CallOptions
): Promise<RunReport> {
  const { connectionId, projectId } = owner;
  const at = Date.now();
  try {
    const report = await engineFor(connectionId).run(request, onEvent, options);
    const entries = report.outcomes.map((o) => ({
      projectId,
      at,
      sql: request.sql.slice(o.from, o.to),
      command: o.command,
      state: o.state,
      ms: o.ms,
      rows: o.rows,
      changed: o.changed,
      error: o.error?.message ?? null,
      ...(o.writes ? { writes: o.writes } : {})
    }));
    keep(entries);
    if (report.dataChanged) void invalidateRows(connectionId);
    if (report.catalogChanged) invalidateCatalog(connectionId).catch(reportLater);
    return report;
  } catch (e) {
    const error = e instanceof EngineError ? e : null;
    keep([
      {
        projectId,
        at,
        sql: request.sql,
        command: '',
        state: error?.code === 'cancelled' ? 'cancelled' : 'failed',
        ms: Date.now() - at,
        rows: null,
        changed: null,
        error: error?.code === 'cancelled' ? null : (error?.message ?? String(e))
      }
    ]);
    // A statement that was cut off may have committed before: look again.
    void invalidateRows(connectionId);
    invalidateCatalog(connectionId).catch(reportLater);
    throw e;
  }
}

const keep = (entries: Parameters<typeof addHistory>[0]): void => {
  addHistory(entries).catch((e: unknown) => console.error('The history could not be written.', e));
};

/** The connection's own status tells the user; the console keeps the detail. */
const reportLater = (e: unknown): void => console.error('The catalog could not be read again.', e);
