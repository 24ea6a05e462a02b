import type { ProjectId } from '$lib/base/id';
import { workerRequests } from '$lib/connections/workerRequests';
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
  /** Requests of the page and of all its workers. */
  requests: { all: number; beyond: number };
}

/** Looks up what is stored where, and what was asked for since the page began. */
export async function privacyFacts(): Promise<PrivacyFacts> {
  const [sizes, use, persisted] = await Promise.all([
    storedSizes(),
    storageUse(),
    navigator.storage?.persisted?.()
  ]);
  return {
    projects: projectStore.projects.map(({ id, name, bytes }) => {
      const stored = sizes.get(id);
      return { id, name, bytes: stored ?? bytes, where: stored === undefined ? 'records' : 'files' };
    }),
    shared: sizes.get(null) ?? 0,
    use,
    persisted: persisted ?? null,
    requests: requestsMade()
  };
}

function requestsMade(): { all: number; beyond: number } {
  const asked = performance.getEntriesByType('resource').map(({ name }) => name);
  const beyond = asked.filter((url) => !/^(?:blob|data):/.test(url) && new URL(url).origin !== location.origin);
  // the page itself is one
  return { all: 1 + asked.length + workerRequests.all, beyond: beyond.length + workerRequests.beyond };
}
