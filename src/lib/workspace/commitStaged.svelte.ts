import { SvelteMap } from 'svelte/reactivity';
import { rowIdentity } from '$workers/dialect/changeSql';
import { toErrorData, type Cell, type CommitReport, type EngineErrorData, type RelationInfo, type RowChange } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import { formatDuration, plural } from '$lib/base/format';
import { changesStore } from '$lib/changes/changesStore.svelte';
import { byTable, rebase, rowChangeOf } from '$lib/changes/rowChange';
import { rowKeyOf } from '$lib/changes/rowKey';
import type { StagedChange } from '$lib/changes/stagedChange';
import { connectionOf } from '$lib/connections/registry';
import { dropAttempt, keepAttempt } from '$lib/persistence/commitAttempts';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { attemptOf, commitChanges, type Committed } from '$lib/queries/commitChanges';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { openStagedChanges } from './navigate';
import { notifications } from './notify.svelte';
import { settleCommits } from './settleCommits';
import { setTabStatus } from './tabStatus.svelte';

interface Owner {
  connectionId: ConnectionId;
  projectId: ProjectId;
}

/** How the commits of a connection stand. */
export interface CommitState {
  isRunning: boolean;
  /** Rows that are through, while it runs. */
  done: number;
  /** Why the last one was not made; null after one that was, and once it was read. */
  failure: EngineErrorData | null;
}

const idle: CommitState = { isRunning: false, done: 0, failure: null };
const states = new SvelteMap<ConnectionId, CommitState>();
const running = new Map<ConnectionId, Promise<boolean>>();

export const commitState = (connectionId: ConnectionId): CommitState => states.get(connectionId) ?? idle;

/** Takes the words of the last failure away. */
export const dismissCommitFailure = (connectionId: ConnectionId): boolean => states.delete(connectionId);

/** Keeps what is being typed into a cell: it belongs to what is committed. */
function endEditing(): void {
  const focused = document.activeElement;
  if (focused instanceof HTMLElement && focused.closest('[data-cell-editor]')) focused.blur();
}

/** Tells the active tab how it went, where it is of this connection. */
function tell(connectionId: ConnectionId, state: 'running' | 'done' | 'failed', facts: string[]): void {
  const tab = uiStore.activeTab;
  if (tab?.connectionId === connectionId) setTabStatus(tab.id, { state, facts });
}

/**
 * Commits staged changes of a connection, all of them unless some are given, in one transaction. What was committed is
 * no longer staged; on a conflict or failure all stays staged, and the rows say why. True when it was committed.
 */
export function commitStaged(owner: Owner, some?: readonly StagedChange[], overwrite: string[] = []): Promise<boolean> {
  endEditing();
  const { connectionId } = owner;
  const wanted = some ?? changesStore.getChanges(connectionId);
  if (wanted.length === 0 || commitState(connectionId).isRunning) return Promise.resolve(false);
  const run = commitNow(owner, wanted, overwrite);
  // Only what began is waited for: what was refused meanwhile is over at once, and to wait for that would never end.
  running.set(connectionId, run);
  return run;
}

/** The same for what must not be left out because another commit is under way: it is made after that one. */
async function commitInTurn(owner: Owner, some: readonly StagedChange[]): Promise<void> {
  while (commitState(owner.connectionId).isRunning) await running.get(owner.connectionId);
  await commitStaged(owner, some);
}

async function commitNow(owner: Owner, wanted: readonly StagedChange[], overwrite: string[]): Promise<boolean> {
  const { connectionId } = owner;
  states.set(connectionId, { isRunning: true, done: 0, failure: null });
  tell(connectionId, 'running', [`Committing ${plural(wanted.length, 'change')}`]);
  // What an earlier commit without an answer has made is staged no more.
  if (!(await settleCommits(owner))) {
    const message = 'Whether an earlier commit was made cannot be told just now, so nothing was sent.';
    states.set(connectionId, { isRunning: false, done: 0, failure: { code: 'connection-lost', message, hint: 'Commit again in a moment.' } });
    tell(connectionId, 'failed', ['Nothing was committed']);
    return false;
  }
  const changes = wanted.flatMap((c) => changesStore.ofRow(connectionId, c.schema, c.table, c.rowKey) ?? []);
  if (changes.length === 0) {
    states.delete(connectionId);
    tell(connectionId, 'done', ['Nothing was left to commit']);
    return false;
  }
  let failure: EngineErrorData | null;
  try {
    const sent = changes.map(rowChangeOf);
    const attempt = attemptOf(owner.projectId, sent);
    // Before it is sent: who comes after this page can tell whether it was made.
    await keepAttempt(attempt);
    const committed = await commitChanges(owner, sent, {
      attempt,
      overwrite,
      catalog: projectStore.getConnection(owner.projectId)?.catalog ?? null,
      onProgress: ({ done }) => {
        if (commitState(connectionId).isRunning) states.set(connectionId, { isRunning: true, done, failure: null });
      }
    });
    if (committed.report.outcome === 'committed') succeed(owner, changes, committed);
    // Not before that is written down: a page that ends until then would find them staged.
    void changesStore.flush().then(() => dropAttempt(attempt.token)).catch((e: unknown) => console.error('An end of a commit was not written down.', e));
    if (committed.report.outcome === 'committed') return true;
    failure = refuse(changes, committed);
  } catch (e) {
    failure = toErrorData(e);
  }
  states.set(connectionId, { isRunning: false, done: 0, failure });
  tell(connectionId, 'failed', ['Nothing was committed']);
  return false;
}

const commitsAtOnce = (projectId: ProjectId): boolean => projectStore.getProject(projectId)?.settings.instantCommit === true;

/** What takes back the commits that were made at once, last first; gone with the page, while the history stays. */
const instant = new SvelteMap<ConnectionId, RowChange[][]>();

/** Whether there is an instant commit to take back. */
export const hasInstantCommit = ({ connectionId, projectId }: Owner): boolean =>
  commitsAtOnce(projectId) && (instant.get(connectionId)?.length ?? 0) > 0;

/**
 * Commits edits by themselves where their project wants it so. New rows are left to Commit: they are rarely whole at
 * once, as is whatever could not be committed.
 */
export function commitInstantly(owner: Owner, staged: readonly (StagedChange | null)[]): void {
  if (!commitsAtOnce(owner.projectId)) return;
  const whole = staged.filter((c): c is StagedChange => c !== null && c.type !== 'insert');
  // Not within the task of the edit: its editor is being closed.
  if (whole.length > 0) queueMicrotask(() => void commitInTurn(owner, whole));
}

function popInstant(connectionId: ConnectionId): RowChange[] | undefined {
  const all = instant.get(connectionId) ?? [];
  instant.set(connectionId, all.slice(0, -1));
  return all.at(-1);
}

/** Takes the last instant commit back, by another commit; false when there is none. */
export function undoInstantCommit(owner: Owner): boolean {
  const reverse = commitsAtOnce(owner.projectId) ? popInstant(owner.connectionId) : undefined;
  if (!reverse) return false;
  void undoAtOnce(owner, reverse);
  return true;
}

async function undoAtOnce(owner: Owner, reverse: readonly RowChange[]): Promise<void> {
  const ids = new Set(reverse.map((c) => c.id));
  const refused = stageReverse(owner, reverse);
  if (refused) return void notifications.show({ title: 'Not undone', text: refused, projectId: owner.projectId, kind: 'error' });
  const staged = changesStore.getChanges(owner.connectionId).filter((c) => ids.has(c.id));
  // Its own reverse is not what the next undo means.
  if (await commitStaged(owner, staged)) popInstant(owner.connectionId);
}

function succeed(owner: Owner, changes: readonly StagedChange[], { report, reverse }: Committed): void {
  const { connectionId, projectId } = owner;
  states.delete(connectionId);
  const later = editedMeanwhile(owner, changes, report);
  // Of a commit whose answer was lost nobody knows the rows: what was changed further stays staged, and is checked for a conflict.
  const isKept = (c: StagedChange): boolean =>
    report.rows.length === 0 && c.type !== 'insert' && changesStore.ofRow(connectionId, c.schema, c.table, c.rowKey) !== c;
  changesStore.committed(changes.filter((c) => !isKept(c)));
  for (const { changes: own } of byTable(later)) changesStore.stageAll(own, 'Edit');
  if (commitsAtOnce(projectId) && reverse.length > 0) instant.set(connectionId, [...(instant.get(connectionId) ?? []), reverse]);
  tell(connectionId, 'done', [`${plural(changes.length, 'change')} committed`, formatDuration(report.ms)]);
  const tables = [...new Set(changes.map((c) => `${c.schema}.${c.table}`))];
  notifications.show({
    title: `${plural(changes.length, 'change')} committed`,
    text: [projectStore.getProject(projectId)?.name, tables.length === 1 ? tables[0] : plural(tables.length, 'table'), formatDuration(report.ms)].join(', '),
    projectId,
    action: reverse.length > 0 ? { label: 'Undo', run: () => undoCommit(owner, reverse) } : undefined
  });
}

/** What is wanted of a row whose change was taken back while it was being committed: what was before, no new row. */
function takenBack(connectionId: ConnectionId, sent: StagedChange): StagedChange | undefined {
  // A deleted row cannot be given back under its place; and who disconnects drops what was staged.
  if (sent.type === 'delete' || !connectionOf(connectionId)) return undefined;
  return { ...sent, type: sent.type === 'insert' ? 'delete' : 'update', data: {}, at: Date.now() };
}

/** What was changed of rows while they were being committed: changes of the rows as they are now. */
function editedMeanwhile({ connectionId, projectId }: Owner, changes: readonly StagedChange[], report: CommitReport): StagedChange[] {
  const edited = changes.flatMap((sent) => {
    const staged = changesStore.ofRow(connectionId, sent.schema, sent.table, sent.rowKey);
    const current = staged ?? takenBack(connectionId, sent);
    return current && current !== sent && current.id === sent.id ? [{ sent, current }] : [];
  });
  if (edited.length === 0) return [];
  const rows = new Map(report.rows.map((row) => [row.id, row]));
  return edited.flatMap(({ sent, current }) => {
    const row = rows.get(sent.id);
    const info = relationOf(projectId, sent.schema, sent.table);
    if (!row?.now || !info) return [];
    const rest = rebase(sent, current, row.now);
    const place = row.rowId === undefined ? {} : { rowId: row.rowId };
    return rest ? [{ ...rest, ...place, rowKey: keyOf(info, row.now, row.rowId) }] : [];
  });
}

const relationOf = (projectId: ProjectId, schema: string, relation: string): RelationInfo | undefined =>
  projectStore.getConnection(projectId)?.schemas.find((s) => s.name === schema)?.relations.find((r) => r.relation === relation);

/** Which row it is, told by its values or its place. */
const keyOf = (info: RelationInfo, row: Record<string, Cell>, rowId: string | undefined): string =>
  rowKeyOf(rowIdentity(info), { values: Object.values(row), valueOf: (name) => row[name] ?? null, rowId });

/** Marks the rows that are to blame and gives the words for all. */
function refuse(changes: readonly StagedChange[], { report }: Committed): EngineErrorData {
  const known = new Set(changes.map((c) => c.id));
  for (const { id, kind, theirs } of report.conflicts) {
    const message = kind === 'gone' ? 'Somebody deleted this row meanwhile.' : 'Somebody changed this row meanwhile.';
    if (known.has(id)) changesStore.setProblem(id, { error: { code: 'conflict', message }, theirs });
  }
  const { failure } = report;
  if (failure?.id && known.has(failure.id)) changesStore.setProblem(failure.id, { error: failure.error });
  if (failure) return failure.error;
  const n = report.conflicts.length;
  return {
    code: 'conflict',
    message: `${plural(n, 'row')} ${n === 1 ? 'is' : 'are'} no longer what you saw.`,
    hint: 'Review the changes and choose for each of them.'
  };
}

/** Undoes a commit: staged for review, or at once where the project commits at once. Says what cannot be undone. */
export function undoCommit(owner: Owner, reverse: readonly RowChange[]): void {
  // Staged twice they would be two rows: each undo has ids of its own.
  const own = reverse.map((change) => ({ ...change, id: crypto.randomUUID() }));
  if (commitsAtOnce(owner.projectId)) return void undoAtOnce(owner, own);
  const refused = stageReverse(owner, own);
  notifications.show(
    refused
      ? { title: 'Not undone', text: refused, projectId: owner.projectId, kind: 'error' }
      : {
          title: `${plural(own.length, 'change')} staged`,
          text: 'Review and commit them to undo that commit.',
          projectId: owner.projectId,
          action: { label: 'Review', run: () => void openStagedChanges(owner) }
        }
  );
}

/**
 * Stages what takes a commit back. It is reviewed and committed like any other change, and so checked for conflicts.
 * Gives the words of what cannot be staged, because its table is gone; null when all is.
 */
export function stageReverse({ connectionId, projectId }: Owner, reverse: readonly RowChange[]): string | null {
  const at = Date.now();
  const byTable = new Map<string, StagedChange[]>();
  for (const { id, type, schema, relation, data, before, rowId } of reverse) {
    const info = relationOf(projectId, schema, relation);
    if (!info) return `There is no ${schema}.${relation} any more, so this cannot be undone.`;
    const rowKey = type === 'insert' ? id : keyOf(info, before, rowId);
    const change: StagedChange = { id, type, connectionId, schema, table: relation, data, originalData: before, rowKey, seq: changesStore.nextSeq(), at };
    if (rowId !== undefined) change.rowId = rowId;
    const key = JSON.stringify([schema, relation]);
    byTable.set(key, [...(byTable.get(key) ?? []), change]);
  }
  for (const changes of byTable.values()) changesStore.stageAll(changes, 'Undo of a commit');
  return null;
}
