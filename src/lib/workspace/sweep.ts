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
  let kept = 0;
  for (const { projectId, engine, time, bytes, needsFile } of found.sort((a, b) => a.time - b.time)) {
    // Another browser tab may have found it too.
    if (projectStore.getProject(projectId as ProjectId)) continue;
    const project = projectStore.addProject({ id: projectId as ProjectId, name: 'found again', engine, fileName: null, bytes });
    projectStore.updateProject(project.id, { createdAt: time, openedAt: time, settings: needsFile ? { needsFile } : {} });
    kept++;
    await projectStore.keepProject(project.id).catch((e: unknown) => console.error('A project that was found again was not written down.', e));
  }
  if (kept === 0) return;
  notifications.show({
    title: `${plural(kept, 'database')} found again`,
    text: 'The browser had lost what Rowhouse notes of its projects, but not what is in them. Names, drafts and history are gone.',
    kind: 'error'
  });
}
