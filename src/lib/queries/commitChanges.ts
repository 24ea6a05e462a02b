import { reverseChanges } from '$workers/dialect/reverseChanges';
import { packCommit, SHOWN_SQL, unpackReport, type Catalog, type CommitReport, type Progress, type RowChange } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import { plural } from '$lib/base/format';
import { commitsFound, engineFor } from '$lib/connections/registry';
import type { HistoryRow } from '$lib/persistence/database';
import { addHistory } from '$lib/persistence/historyRepository';
import { invalidateRows } from './invalidate';

export interface CommitOptions {
  /** Ids of changes that win over what somebody else made of their row. */
  overwrite?: string[];
  /** Knows the relations, so that generated columns are left out of what takes the commit back. */
  catalog: Catalog | null;
  onProgress?: (progress: Progress) => void;
}

/** A commit, and what takes it back. */
export interface Committed {
  report: CommitReport;
  reverse: RowChange[];
}

/** Tables of changes in words: "customer", "customer and 2 other tables". */
function tablesInWords(changes: readonly RowChange[]): string {
  const names = [...new Set(changes.map((c) => `${c.schema}.${c.relation}`))];
  return names.length === 1 ? names[0]! : `${names[0]} and ${plural(names.length - 1, 'other table')}`;
}

/**
 * Makes changes in one transaction on a connection, writes the commit into its project's history with what takes it
 * back, and refreshes the rows of that connection. Rejects with EngineError when it could not be tried.
 */
export async function commitChanges(
  owner: { connectionId: ConnectionId; projectId: ProjectId },
  changes: readonly RowChange[],
  options: CommitOptions
): Promise<Committed> {
  const { connectionId, projectId } = owner;
  const at = Date.now();
  const where = tablesInWords(changes);
  const request = { changes: [...changes], label: `Commit of ${plural(changes.length, 'change')} in ${where}`, overwrite: options.overwrite ?? [] };
  const sent = packCommit(request);
  const report = await engineFor(connectionId)
    .commitChanges(sent, options.onProgress)
    .then(
      (packed) => unpackReport(packed, request, sent),
      async (e: unknown) => {
        if (await wasCommitted(connectionId, e)) return unansweredCommit(`-- ${request.label}. Its worker ended before it could answer.`, Date.now() - at);
        throw e;
      }
    );
  if (report.outcome !== 'committed') return { report, reverse: [] };
  const relationOf = ({ schema, relation }: RowChange) =>
    options.catalog?.schemas.find((s) => s.name === schema)?.relations.find((r) => r.relation === relation);
  const reverse = reverseChanges(changes, report, relationOf, () => crypto.randomUUID());
  const entry: Omit<HistoryRow, 'id'> = {
    projectId,
    at,
    sql: sqlOf(report),
    command: 'COMMIT',
    state: 'done',
    ms: report.ms,
    rows: null,
    changed: report.statements.reduce((n, s) => n + s.rows, 0),
    error: null,
    kind: 'commit',
    where,
    reverse
  };
  // First, so that whoever reads the history for the new rows finds it.
  await addHistory([entry]).catch((e: unknown) => console.error('The history could not be written.', e));
  void invalidateRows(connectionId);
  return { report, reverse };
}

/** Whether a commit whose worker ended before it answered is there: looked up where the next worker has opened. */
async function wasCommitted(connectionId: ConnectionId, e: unknown): Promise<boolean> {
  const found = await commitsFound(connectionId, e);
  return found !== null && found.found > found.told;
}

/** What there is to say of it: not what takes it back, for only its worker knew the rows as they became. */
const unansweredCommit = (sql: string, ms: number): CommitReport => ({
  ...{ outcome: 'committed', conflicts: [], rows: [], ms },
  statements: [{ id: '', sql, rows: 0 }]
});

/** The SQL of a commit as the history keeps it, up to some length; what takes it back is kept whole. */
function sqlOf(report: CommitReport): string {
  const lines: string[] = [];
  let length = 0;
  for (const [i, { sql }] of report.statements.entries()) {
    length += (sql?.length ?? 0) + 2;
    if (sql === undefined || length > SHOWN_SQL) {
      lines.push(`-- and ${plural(report.statements.length - i, 'more statement')}`);
      break;
    }
    lines.push(`${sql};`);
  }
  return lines.join('\n');
}
