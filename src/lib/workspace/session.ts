import type { Project } from '$lib/projects/project';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { debugConnections } from '$lib/connections/registry';
import { connectionOf } from '$lib/connections/registry';
import type { ConnectionId } from '$lib/base/id';
import { startLifecycle } from './startLifecycle';
import { savedQueries } from './savedQueries.svelte';
import { debugSessions } from './sessions.svelte';

let started: Promise<void> | null = null;

/** Brings back projects and tabs, and begins to watch connections. Once a page. */
export function startSession(): Promise<void> {
  started ??= begin();
  return started;
}

async function begin(): Promise<void> {
  startLifecycle();
  await projectStore.load();
  projectStore.follow((project) => void leaveGone(project).catch((e: unknown) => console.error('A project that is gone could not be left.', e)));
  await uiStore.load(projectStore.projects.map((p) => p.id));
  savedQueries.load().catch((e: unknown) => console.error('The saved queries could not be read.', e));
  sweep().catch((e: unknown) => console.error('Left-overs could not be swept.', e));
  exposeDebug();
}

/** Another browser tab has removed it, which is rare: what lets it go is fetched then. */
async function leaveGone(project: Project): Promise<void> {
  await (await import('./leaveProject')).leaveGone(project);
}

/** What knows the storage is fetched behind what is shown: nobody waits for a sweep. */
async function sweep(): Promise<void> {
  const { sweep: sweepNow } = await import('./sweep');
  await sweepNow();
}

declare global {
  interface Window {
    /** What is alive; tests and the curious read it. */
    __rowhouse?: { debug: () => unknown; kill: (connectionId: string) => void };
  }
}

function exposeDebug(): void {
  window.__rowhouse = {
    debug: () => ({ connections: debugConnections(), sessions: debugSessions() }),
    kill: (connectionId) => connectionOf(connectionId as ConnectionId)?.kill()
  };
}
