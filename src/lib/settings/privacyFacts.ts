import type { ProjectId } from '$lib/base/id';
import { engineFor } from '$lib/connections/registry';
import { storedSizes } from '$lib/persistence/projectStorage';
import { storageUse, type StorageUse } from '$lib/persistence/storageUse';
import { projectStore } from '$lib/projects/projectStore.svelte';

/** What "Privacy and storage" says. */
export interface PrivacyFacts {
  projects: { id: ProjectId; name: string; bytes: number; where: 'files' | 'records' }[];
  /** Bytes that several projects need. */
  shared: number;
  use: StorageUse | null;
  /** True: the browser deletes nothing by itself. Null where it does not say. */
  persisted: boolean | null;
  /** Requests of the page and of the workers that run now. */
  requests: { all: number; beyond: number };
}

/** Looks up what is stored where, and what was asked for since the page began. */
export async function privacyFacts(): Promise<PrivacyFacts> {
  const [sizes, use, persisted, ofWorkers] = await Promise.all([
    storedSizes(),
    storageUse(),
    navigator.storage?.persisted?.(),
    Promise.all(projectStore.connected.map((project) => requestsOfWorker(project.id)))
  ]);
  const requests = ofWorkers.reduce((sum, r) => ({ all: sum.all + r.all, beyond: sum.beyond + r.beyond }), requestsOfPage());
  return {
    projects: projectStore.projects.map(({ id, name, bytes }) => {
      const stored = sizes.get(id);
      return { id, name, bytes: stored ?? bytes, where: stored === undefined ? 'records' : 'files' };
    }),
    shared: sizes.get(null) ?? 0,
    use,
    persisted: persisted ?? null,
    requests
  };
}

function requestsOfPage(): { all: number; beyond: number } {
  const asked = performance.getEntriesByType('resource').map(({ name }) => name);
  const beyond = asked.filter((url) => !/^(?:blob|data):/.test(url) && new URL(url).origin !== location.origin);
  return { all: asked.length + 1, beyond: beyond.length }; // the page itself is one
}

async function requestsOfWorker(projectId: ProjectId): Promise<{ all: number; beyond: number }> {
  const none = { all: 0, beyond: 0 };
  try {
    const state = projectStore.getConnection(projectId);
    return (state && (await engineFor(state.connectionId).storage()).requests) ?? none;
  } catch {
    return none; // it ended meanwhile, and with it what it had noted
  }
}
