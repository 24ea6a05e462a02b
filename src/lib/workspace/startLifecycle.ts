import { toErrorData, type Catalog, type OpenReport, type SaveState } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import type { ConnectionEvent } from '$lib/connections/connection';
import { onLetGo } from '$lib/connections/projectLock';
import { connectionEvents } from '$lib/connections/registry';
import { mustNotSweep } from '$lib/persistence/sweepable';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { invalidateCatalog, invalidateRows } from '$lib/queries/invalidate';
import { queryClient } from '$lib/queries/queryClient';
import { countRelations } from '$lib/queries/relationCounts.svelte';
import { chooseOfArchive } from './archiveChoice';
import { fetchCommands } from './fetchedCommands.svelte';
import { letGo } from './letGo';

/** After this long it is looked again whether a project could be written down, in ms. */
const AGAIN_MS = 5000;

/**
 * A project is written down once its bytes are whole in storage: a small file is when it opens, a large one when its
 * copy is through (until then the status line says so), and memory keeps nothing.
 */
function noteSave(connectionId: ConnectionId, save: SaveState, storage: OpenReport['storage'] | undefined): void {
  const state = projectStore.getConnectionById(connectionId);
  if (!state || !save.saved || storage === 'memory') {
    return projectStore.updateConnection(connectionId, { save: storage === 'memory' ? null : save });
  }
  projectStore.keepProject(state.projectId).then(
    () => projectStore.updateConnection(connectionId, { save: null }),
    (e: unknown) => {
      notKept(connectionId, save, e);
      setTimeout(() => noteSave(connectionId, save, storage), AGAIN_MS);
    }
  );
  if (projectStore.getProject(state.projectId)?.settings.needsFile) projectStore.setSettings(state.projectId, { needsFile: false });
}

/**
 * What was committed is kept, also when the page ends before the copy of a large file is through: then the project is
 * there, and asks for that file. Gives what has to be waited for before that commit is told.
 */
function noteCommit(connectionId: ConnectionId): Promise<void> | undefined {
  const state = projectStore.getConnectionById(connectionId);
  // A log that came in with the file is no commit of anybody's here.
  if (!state?.save || state.status === 'connecting' || !projectStore.isHalfMade(state.projectId)) return undefined;
  projectStore.setSettings(state.projectId, { needsFile: true });
  const { save, projectId } = state;
  return projectStore.keepProject(projectId).catch(async (e: unknown) => {
    notKept(connectionId, save, e);
    await mustNotSweep(projectId);
  });
}

/** The record of a project could not be written, which is shown. */
function notKept(connectionId: ConnectionId, save: SaveState, e: unknown): void {
  const state = projectStore.getConnectionById(connectionId);
  projectStore.updateConnection(connectionId, { save: { ...save, saved: false, error: toErrorData(e) } });
  if (save.saved && state) void mustNotSweep(state.projectId);
}

function onConnectionEvent(connectionId: ConnectionId, event: ConnectionEvent): void {
  switch (event.kind) {
    case 'progress':
      projectStore.updateConnection(connectionId, { progress: event.progress });
      break;
    case 'status':
      if (event.status === 'reconnecting') {
        projectStore.updateConnection(connectionId, { status: 'reconnecting', error: event.error });
      } else if (event.status === 'error') {
        projectStore.updateConnection(connectionId, { status: 'error', error: event.error });
      }
      break;
    case 'choose':
      void chooseOfArchive(event.contents, projectStore.getConnectionById(connectionId)?.projectId).then(event.answer);
      break;
    case 'opened':
      void fetchCommands();
      projectStore.updateConnection(connectionId, { report: event.report, notices: event.report.notices });
      noteSave(connectionId, event.report.save, event.report.storage);
      break;
    case 'save':
      noteSave(connectionId, event.save, projectStore.getConnectionById(connectionId)?.report?.storage);
      break;
    case 'committed': {
      const written = noteCommit(connectionId);
      if (written) event.wait(written);
      break;
    }
    case 'replaced':
      projectStore.setProjectConnectionStatus(connectionId, 'connected');
      void invalidateRows(connectionId);
      invalidateCatalog(connectionId).catch((e: unknown) => console.error('catalog after a reconnect', e));
      break;
  }
}

/** Mirrors what happens on connections into the stores. Returns its undo. */
export function startLifecycle(): () => void {
  const undo = [
    connectionEvents.subscribe(({ connectionId, event }) => onConnectionEvent(connectionId, event)),
    onLetGo((projectId, hurry) => void letGo(projectId, hurry)),
    // The cache is the truth of what a catalog is; the store shows it.
    queryClient.getQueryCache().subscribe((event) => {
      const [resource, connectionId] = event.query.queryKey as [string, ConnectionId];
      if (resource !== 'schemas' || event.type !== 'updated') return;
      if (event.action.type === 'fetch') projectStore.setProjectSchemasLoading(connectionId, true);
      else if (event.action.type === 'success') {
        projectStore.setProjectSchemas(connectionId, event.query.state.data);
        countRelations(connectionId, (event.query.state.data as Catalog).schemas);
      }
      else if (event.action.type === 'error') projectStore.setProjectSchemasLoading(connectionId, false);
    })
  ];
  return () => undo.forEach((end) => end());
}
