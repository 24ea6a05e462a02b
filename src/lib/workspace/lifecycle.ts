import { EngineError, type Catalog, type OpenReport, type OpenSource } from '$workers/engine';
import { newId, type ConnectionId, type ProjectId } from '$lib/base/id';
import { changesStore } from '$lib/changes/changesStore.svelte';
import type { CloseOptions, Connection } from '$lib/connections/connection';
import { asEngineError, CANCELLED } from '$lib/connections/connectionErrors';
import { takeProjectLock } from '$lib/connections/projectLock';
import { closeConnection, connectionOf, createConnection } from '$lib/connections/registry';
import { maySweep } from '$lib/persistence/sweepable';
import { countTables } from '$lib/projects/countTables';
import { projectStore } from '$lib/projects/projectStore.svelte';
import type { NewProject, Project } from '$lib/projects/project';
import { dropConnection } from '$lib/queries/invalidate';
import { queryClient } from '$lib/queries/queryClient';
import { catalogQuery } from '$lib/queries/schemas';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { whenChosen } from './archiveChoice';
import { lockFor, releaseLock, takeEarlyLock, takeLockOf } from './heldLocks';
import { dropRestoreSource, keepRestoreSource } from './restoreSources';
import { disposeSession } from './sessions.svelte';
import { dropTabStatus } from './tabStatus.svelte';

const connecting = new Map<ProjectId, Promise<ConnectionId>>();
/** Connections that are going: who connects their project again waits until its lock is free. */
const ending = new Map<ProjectId, Promise<unknown>>();

export interface ConnectOptions {
  source?: OpenSource;
  /** What to do when another browser tab has the project: say so (absent), take it over, or only look. */
  elsewhere?: 'take-over' | 'look';
}

/**
 * Connects a project: a worker, the engine, the catalog. Gives the connection that stands when there is one;
 * two calls at once make one worker. Rejects with EngineError, which the project's state says too.
 */
export function connect(projectId: ProjectId, options: ConnectOptions = {}): Promise<ConnectionId> {
  const underWay = connecting.get(projectId);
  if (underWay) return underWay;
  const state = projectStore.getConnection(projectId);
  if (state && state.status !== 'error') return Promise.resolve(state.connectionId);
  const attempt = begin(projectId, options).finally(() => {
    // Disconnected meanwhile, and perhaps connected anew: what stands there then is not this attempt.
    if (connecting.get(projectId) === attempt) connecting.delete(projectId);
  });
  connecting.set(projectId, attempt);
  return attempt;
}

async function begin(projectId: ProjectId, options: ConnectOptions): Promise<ConnectionId> {
  const project = projectStore.getProject(projectId);
  if (!project) throw new EngineError({ code: 'connection-lost', message: 'This project is no longer there.' });
  const earlier = projectStore.getConnection(projectId);
  if (earlier) await endConnection(earlier.connectionId);
  // A project that shows a restore point is never written.
  const { asOf } = project.settings;
  const looking = options.elsewhere === 'look' || asOf !== undefined;
  const connectionId = newId<ConnectionId>();
  projectStore.connectProject(projectId, connectionId, looking);
  try {
    const connection = await createConnection({
      connectionId,
      projectId,
      engine: project.engine,
      source: options.source ?? { kind: 'stored' },
      access: looking ? 'read' : 'write',
      asOf,
      readOnly: project.settings.readOnly === true
    });
    await uiStore.attachConnection(projectId, connectionId);
    // Who only looks stages nothing: what is staged is the other tab's.
    if (!looking) await changesStore.attach(projectId, connectionId);
    await ending.get(projectId);
    if (!looking) await lockFor(connection, project, options.elsewhere === 'take-over');
    const report = await connection.open();
    // Fetched when it is needed, as all that commits: a first visit needs none of it.
    if (!looking) await (await import('./settleCommits')).settleCommits({ connectionId, projectId });
    await opened(connection, project, report);
    return connectionId;
  } catch (e) {
    const error = asEngineError(e, connectionId);
    projectStore.updateConnection(connectionId, { status: 'error', error, progress: null });
    await releaseLock(connectionId);
    // Disconnected before its tabs had it: nobody else takes it off them.
    if (!connectionOf(connectionId)) uiStore.detachConnection(connectionId);
    throw error;
  }
}

/** Its bytes are there: what the project is goes into the stores. Rejects where its catalog cannot be read. */
async function opened(connection: Connection, project: Project, report: OpenReport): Promise<void> {
  const { id } = connection;
  projectStore.updateProject(project.id, {
    openedAt: Date.now(),
    bytes: report.bytes || project.bytes,
    ...(report.restore ? { restore: report.restore } : {})
  });
  // Whoever reads that it is connected may count on finding it again.
  const [catalog] = await Promise.all([catalogOf(connection), projectStore.written(project.id)]);
  projectStore.updateConnection(id, {
    status: 'connected',
    error: null,
    progress: null,
    report,
    notices: report.notices,
    catalog,
    schemas: catalog.schemas,
    schemasLoading: false
  });
  projectStore.updateProject(project.id, { relations: countTables(catalog.schemas) });
  void askToPersist();
}

/** The first catalog of a connection. Where its worker dies over it, that of the next; rejects when none can be read. */
async function catalogOf(connection: Connection): Promise<Catalog> {
  for (;;) {
    try {
      return await queryClient.fetchQuery(catalogQuery(connection.id));
    } catch (e) {
      if (connection.status === 'reconnecting') continue; // the next call waits for the new worker
      const error = asEngineError(e, connection.id);
      // It holds the database, but nothing can be shown of it.
      connection.giveUp(error);
      throw error;
    }
  }
}

let askedToPersist = false;
/** Asks once, after the first database is open, that the browser keeps its data; where it will not, that is told with the first of all. */
async function askToPersist(): Promise<void> {
  if (askedToPersist || !navigator.storage?.persist) return;
  askedToPersist = true;
  const isKept = (await navigator.storage.persisted()) || (await navigator.storage.persist());
  const areFirst = projectStore.projects.every(({ createdAt }) => createdAt >= performance.timeOrigin);
  if (!isKept && areFirst) (await import('./tellEviction')).tellEviction();
}

/**
 * Ends the worker of a connection and gives its project free. What is staged and drafted is written down first.
 * @returns true when something ran that was cut short
 */
export async function endConnection(connectionId: ConnectionId, how: CloseOptions = {}): Promise<boolean> {
  const cut = await closeConnection(connectionId, how);
  // Written down before another browser tab may have the project.
  await Promise.all([changesStore.flush(), uiStore.flush()]);
  changesStore.detach(connectionId);
  dropConnection(connectionId);
  await releaseLock(connectionId);
  return cut;
}

/** Ends what belongs to tabs that are going. */
function endTabs(connectionId: ConnectionId): void {
  for (const tab of uiStore.tabs) {
    if (tab.connectionId !== connectionId) continue;
    disposeSession(tab.id);
    dropTabStatus(tab.id);
  }
}

/** Disconnects: only its tabs close (their drafts are kept), its cache goes, its worker ends; the others notice nothing. */
export async function disconnect(projectId: ProjectId): Promise<void> {
  const state = projectStore.getConnection(projectId);
  if (!state) return;
  endTabs(state.connectionId);
  uiStore.closeTabsForConnection(state.connectionId);
  projectStore.disconnectProject(projectId);
  connecting.delete(projectId);
  const end = endConnection(state.connectionId).finally(() => {
    if (ending.get(projectId) === end) ending.delete(projectId);
  });
  ending.set(projectId, end);
  await end;
}

/** After a loss: another round of tries on the same connection, or a new connection where none stands. */
export async function reconnect(projectId: ProjectId, options: ConnectOptions = {}): Promise<void> {
  const state = projectStore.getConnection(projectId);
  const connection = state && connectionOf(state.connectionId);
  if (connection && connection.status === 'error' && state?.catalog && !options.elsewhere && !options.source) await connection.retry();
  else await connect(projectId, options);
}

export interface NewProjectOptions {
  /** A dump or archive of which parts can be chosen, now or later. */
  choosable?: OpenSource;
  /** Called once it is chosen what is restored. */
  whenChosen?: () => void;
}

/** A new project and its first connection. On failure neither the project nor any byte of it stays. */
export async function openNewProject(
  wanted: NewProject,
  source: OpenSource,
  options: NewProjectOptions = {}
): Promise<Project> {
  const project = projectStore.addProject(wanted);
  if (options.choosable) keepRestoreSource(project.id, options.choosable);
  const forget = options.whenChosen && whenChosen(project.id, options.whenChosen);
  try {
    await connect(project.id, { source });
    return projectStore.getProject(project.id)!;
  } catch (e) {
    await dropProject(project.id);
    throw e;
  } finally {
    forget?.();
  }
}

/**
 * Ends the opening of a project; of one that is still being brought in nothing stays. Once its database is open and
 * only its catalog is being read there is nothing to cancel: a worker that was ended then would be replaced.
 */
export async function cancelOpening(projectId: ProjectId): Promise<void> {
  const state = projectStore.getConnection(projectId);
  if (!state) return;
  const connection = connectionOf(state.connectionId);
  if (!connection) await closeConnection(state.connectionId);
  else if (connection.status === 'connecting') connection.kill(CANCELLED);
}

/**
 * Removes a project: its tabs, what is kept of it, and its bytes. Rejects with EngineError `in-use`, nothing being
 * changed, where another browser tab has it open. Where its bytes cannot be deleted it rejects as well; the project
 * is gone then, and the rest is swept when Rowhouse is opened the next time.
 */
export async function removeProject(projectId: ProjectId): Promise<void> {
  const state = projectStore.getConnection(projectId);
  // Held until the last byte is gone.
  const lock = (state && takeLockOf(state.connectionId)) ?? takeEarlyLock(projectId) ?? (await takeProjectLock(projectId));
  if (!lock) {
    const name = projectStore.getProject(projectId)?.name ?? 'This project';
    throw new EngineError({ code: 'in-use', message: `${name} is open in another browser tab. Close it there first.` });
  }
  try {
    await dropProject(projectId);
  } finally {
    await lock.release();
  }
}

async function dropProject(projectId: ProjectId): Promise<void> {
  // Should the page end before the last byte is gone, the next one sweeps the rest.
  await maySweep(projectId);
  await forgetHere(projectId);
  await removeStoredBytes(projectId);
}

/** Removes what this page has of a project, and what is written down of it; its bytes stay. */
export async function forgetHere(projectId: ProjectId): Promise<void> {
  const state = projectStore.getConnection(projectId);
  if (state) endTabs(state.connectionId);
  for (const tab of uiStore.tabs) if (tab.projectId === projectId) disposeSession(tab.id);
  uiStore.dropProject(projectId);
  dropRestoreSource(projectId);
  connecting.delete(projectId);
  if (state) await endConnection(state.connectionId);
  await projectStore.removeProject(projectId);
}

/** A worker that was ended may hold its files for two seconds more. */
async function removeStoredBytes(projectId: ProjectId): Promise<void> {
  const { removeProjectStorage } = await import('$lib/persistence/projectStorage');
  await removeProjectStorage(projectId);
}
