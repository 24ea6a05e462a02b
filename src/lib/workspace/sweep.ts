import { plural } from '$lib/base/format';
import type { ProjectId } from '$lib/base/id';
import { sweepStorage } from '$lib/persistence/sweepStorage';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { notifications } from './notify.svelte';

/**
 * Deletes what was left by projects that never became whole. A database of which only the record is gone (a browser throws
 * a damaged record file away) becomes a project again, and that is said.
 */
export async function sweep(): Promise<void> {
  const found = await sweepStorage();
  for (const { projectId, engine, time, bytes, needsFile } of found.sort((a, b) => a.time - b.time)) {
    const project = projectStore.addProject({ id: projectId as ProjectId, name: 'found again', engine, fileName: null, bytes });
    projectStore.updateProject(project.id, { createdAt: time, openedAt: time, settings: needsFile ? { needsFile } : {} });
    await projectStore.keepProject(project.id);
  }
  if (found.length === 0) return;
  notifications.show({
    title: `${plural(found.length, 'database')} found again`,
    text: 'The browser had lost what Rowhouse notes of its projects, but not what is in them. Names, drafts and history are gone.',
    kind: 'error'
  });
}
