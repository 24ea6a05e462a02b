import { reverseChanges } from '$workers/dialect/reverseChanges';
import { packCommit, SHOWN_SQL, unpackReport, type Catalog, type CommitReport, type Progress, type RowChange } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import { plural } from '$lib/base/format';
import { engineFor } from '$lib/connections/registry';
import type { CommitAttemptRow, HistoryRow } from '$lib/persistence/database';
import { addHistory } from '$lib/persistence/historyRepository';
import { findCommit } from './findCommit';
import { invalidateRows } from './invalidate';

export interface CommitOptions {
  /** What it is called, and known by where it gets no answer. */
  attempt: CommitAttemptRow;
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

/** A commit of changes that is about to be sent, with a token of its own. */
export function attemptOf(projectId: ProjectId, changes: readonly RowChange[]): CommitAttemptRow {
  const names = [...new Set(changes.map((c) => `${c.schema}.${c.relation}`))];
  const where = names.length === 1 ? names[0]! : `${names[0]} and ${plural(names.length - 1, 'other table')}`;
  return {
    token: crypto.randomUUID(),
    projectId,
    at: Date.now(),
    label: `Commit of ${plural(changes.length, 'change')} in ${where}`,
    where,
    changes: changes.map((c) => c.id)
  };
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
  const { token, at, label, where } = options.attempt;
  const request = { changes: [...changes], label, token, overwrite: options.overwrite ?? [] };
  const sent = packCommit(request);
  const report = await engineFor(connectionId)
    .commitChanges(sent, options.onProgress)
    .then(
      (packed) => unpackReport(packed, request, sent),
      async (e: unknown) => {
        // Where nobody can look now, it is looked up with the next connection; see workspace/settleCommits.
        if (!(await findCommit(connectionId, token).catch(() => false))) throw e;
        return unansweredCommit(label, Date.now() - at);
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
    token,
    reverse
  };
  // First, so that whoever reads the history for the new rows finds it.
  await addHistory([entry]).catch((e: unknown) => console.error('The history could not be written.', e));
  void invalidateRows(connectionId);
  return { report, reverse };
}

/** What there is to say of a commit that got no answer: not what takes it back, for only its worker knew the rows as they became. */
const unansweredCommit = (label: string, ms: number): CommitReport => ({
  ...{ outcome: 'committed', conflicts: [], rows: [], ms },
  statements: [{ id: '', sql: `-- ${label}. Its worker ended before it could answer.`, rows: 0 }]
});

/** Writes a commit that was found to have been made into its project's history. */
export async function noteUnanswered({ projectId, at, label, where, token, changes }: CommitAttemptRow, why: string): Promise<void> {
  const facts = { ms: 0, rows: null, changed: changes.length, error: null };
  await addHistory([{ projectId, at, sql: `-- ${label}. ${why}`, command: 'COMMIT', state: 'done', ...facts, kind: 'commit', where, token, reverse: [] }]);
}

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
