import type { ProjectId } from '$lib/base/id';

/** The right to write to a project, held by this page as long as a connection may write. */
export interface ProjectLock {
  /** Resolves when somebody else may take it. */
  release(): Promise<void>;
}

const channelName = 'rowhouse:projects';
type Message = { kind: 'let-go'; projectId: ProjectId; from: string };
const self = Math.random().toString(36).slice(2);

const lockName = (projectId: ProjectId): string => `project:${projectId}`;

function request(projectId: ProjectId, options: LockOptions): Promise<ProjectLock | null> {
  return new Promise((resolve, reject) => {
    const held: Promise<void> = navigator.locks.request(lockName(projectId), options, (lock) => {
      if (!lock) return resolve(null);
      return new Promise<void>((end) => resolve({ release: () => (end(), held) }));
    });
    held.catch(reject);
  });
}

/** The lock, or null when another browser tab has it. */
export async function takeProjectLock(projectId: ProjectId): Promise<ProjectLock | null> {
  if (!('locks' in navigator)) return { release: () => Promise.resolve() };
  return request(projectId, { ifAvailable: true });
}

/**
 * Asks whoever has the project to let go (between two commits), and waits for it.
 * @param timeout ms; then it is refused
 */
export async function takeOverProject(projectId: ProjectId, timeout = 10_000): Promise<ProjectLock | null> {
  const channel = new BroadcastChannel(channelName);
  channel.postMessage({ kind: 'let-go', projectId, from: self } satisfies Message);
  channel.close();
  try {
    return await request(projectId, { signal: AbortSignal.timeout(timeout) });
  } catch {
    // Nobody let go in time.
    return null;
  }
}

/** Calls back when another browser tab wants a project. Returns its undo. */
export function onLetGo(listener: (projectId: ProjectId) => void): () => void {
  const channel = new BroadcastChannel(channelName);
  channel.onmessage = (event: MessageEvent<Message>) => {
    if (event.data.kind === 'let-go' && event.data.from !== self) listener(event.data.projectId);
  };
  return () => channel.close();
}
