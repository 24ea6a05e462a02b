import { messageOf } from '$workers/engine';
import type { ProjectId } from '$lib/base/id';
import { clearStorage } from '$lib/persistence/clearStorage';
import { projectsInUse } from '$lib/persistence/sweepStorage';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { forgetProject } from './leaveProject';

/**
 * Removes all projects and everything else that is kept at this address, and begins anew. Rejects with the words of what
 * could not be removed; what could be is gone then. Nothing is, where another browser tab has a project open.
 */
export async function deleteEverything(): Promise<void> {
  // Of those that another tab made, this one may not know.
  for (const id of await projectsInUse()) {
    if (!projectStore.getConnection(id as ProjectId)) throw new Error('A project is open in another browser tab. Close it there first.');
  }
  for (const { id, name } of [...projectStore.projects]) {
    try {
      await forgetProject(id);
    } catch (e) {
      // Bytes that are still held are deleted below; one that is open elsewhere is still there.
      if (projectStore.getProject(id)) throw new Error(`${name} was not removed: ${messageOf(e)}`, { cause: e });
    }
  }
  await clearStorage();
  // Nothing of what this page remembers may be written down again.
  location.replace('/');
}
