import { EngineError } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import type { Connection } from '$lib/connections/connection';
import { takeOverProject, takeProjectLock, type ProjectLock } from '$lib/connections/projectLock';
import { maySweep } from '$lib/persistence/sweepable';
import { projectStore } from '$lib/projects/projectStore.svelte';
import type { Project } from '$lib/projects/project';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { disposeSession } from './sessions.svelte';

const locks = new Map<ConnectionId, ProjectLock>();
/** Locks of projects that have no connection yet. */
const early = new Map<ProjectId, ProjectLock>();

/** How long what runs may take before another browser tab gets the project, in ms. */
export const LET_GO_MS = 8000;
/** A wait is said after this, in ms: most are over by then. */
const SAID_AFTER_MS = 400;

/** True while a connection holds the lock of its project: it may write. */
export const holdsLock = (connectionId: ConnectionId): boolean => locks.has(connectionId);

/**
 * Takes the lock of a project for a connection. Rejects with EngineError `in-use` where another browser tab keeps it.
 * @param takeOver asks that tab to let go, and waits for it
 */
export async function lockFor(connection: Connection, project: Project, takeOver: boolean): Promise<void> {
  const lock = takeEarlyLock(project.id) ?? (await takeProjectLock(project.id)) ?? (takeOver ? await takenOver(connection, project) : null);
  if (lock) {
    locks.set(connection.id, lock);
    if (projectStore.isHalfMade(project.id)) await maySweep(project.id);
    // The texts that the other tab has written last are those that count.
    if (takeOver) for (const tabId of await uiStore.takeDrafts(project.id)) disposeSession(tabId);
    return;
  }
  throw new EngineError(
    {
      code: 'in-use',
      message: takeOver
        ? `${project.name} is still in use in another browser tab.`
        : `${project.name} is open in another browser tab.`,
      hint:
        project.engine === 'sqlite'
          ? 'Take it over, or look at it as of its last commit.'
          : 'Take it over: the other tab lets go between two commits.'
    },
    connection.id
  );
}

/** The lock once the other browser tab has let go, which may take a while: that is said. */
async function takenOver({ id, over }: Connection, project: Project): Promise<ProjectLock | null> {
  const label = 'Waiting until the other browser tab has finished what it runs, 8 s at most';
  const said = setTimeout(() => {
    projectStore.updateConnection(id, { progress: { label, done: 0, total: null, unit: 'statements' } });
  }, SAID_AFTER_MS);
  try {
    return await takeOverProject(project.id, { patience: LET_GO_MS, signal: over });
  } finally {
    clearTimeout(said);
    projectStore.updateConnection(id, { progress: null });
  }
}

/** Holds the lock of a new project for its first connection: what is made of it before belongs to somebody, and is not swept. */
export async function lockEarly(projectId: ProjectId): Promise<void> {
  const lock = await takeProjectLock(projectId);
  if (lock) early.set(projectId, lock);
  await maySweep(projectId);
}

/** That lock, if there is one: whoever asks holds it from then on. */
export function takeEarlyLock(projectId: ProjectId): ProjectLock | undefined {
  const lock = early.get(projectId);
  early.delete(projectId);
  return lock;
}

/** Takes its lock off a connection without releasing it: whoever asks holds it from then on. */
export function takeLockOf(connectionId: ConnectionId): ProjectLock | undefined {
  const lock = locks.get(connectionId);
  locks.delete(connectionId);
  return lock;
}

/** Another browser tab, or another connection, may have the project now. */
export const releaseLock = async (connectionId: ConnectionId): Promise<void> => takeLockOf(connectionId)?.release();
