import type { ProjectId } from '$lib/base/id';

/** The right to write to a project, held by this page as long as a connection may write. */
export interface ProjectLock {
  /** Resolves when somebody else may take it. */
  release(): Promise<void>;
}

const channelName = 'rowhouse:projects';
/** `let-go`: between two commits. `end-now`: the patience of who asked is over. */
type Message = { kind: 'let-go' | 'end-now'; projectId: ProjectId; from: string };
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

export interface TakeOverOptions {
  /** ms that what runs in the other tab may take to end by itself; then it is asked to end it. */
  patience?: number;
  /** ms after that at which it is refused. */
  timeout?: number;
  /** Nobody waits for it any more. */
  signal?: AbortSignal;
}

/**
 * Asks whoever has the project to let go (between two commits), waits, asks once more not to wait for what runs, and
 * gives null where nobody answers. The time is taken here: the timers of a browser tab in the background are slow.
 */
export async function takeOverProject(
  projectId: ProjectId,
  { patience = 8000, timeout = 12_000, signal }: TakeOverOptions = {}
): Promise<ProjectLock | null> {
  const channel = new BroadcastChannel(channelName);
  const say = (kind: Message['kind']): void => channel.postMessage({ kind, projectId, from: self } satisfies Message);
  say('let-go');
  const timer = setTimeout(() => say('end-now'), patience);
  const over = AbortSignal.timeout(patience + timeout);
  try {
    return await request(projectId, { signal: signal ? AbortSignal.any([signal, over]) : over });
  } catch {
    // Nobody let go in time, or nobody waits.
    return null;
  } finally {
    clearTimeout(timer);
    channel.close();
  }
}

/**
 * Calls back when another browser tab wants a project; `hurry` is aborted when it does not wait any longer for what
 * runs. Returns its undo.
 */
export function onLetGo(listener: (projectId: ProjectId, hurry: AbortSignal) => void): () => void {
  const channel = new BroadcastChannel(channelName);
  const asked = new Map<ProjectId, AbortController>();
  channel.onmessage = ({ data: { kind, projectId, from } }: MessageEvent<Message>) => {
    if (from === self) return;
    if (kind === 'end-now') return asked.get(projectId)?.abort();
    const hurry = new AbortController();
    asked.set(projectId, hurry);
    listener(projectId, hurry.signal);
  };
  return () => channel.close();
}
