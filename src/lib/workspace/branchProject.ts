import { messageOf } from '$workers/engine';
import type { ProjectId } from '$lib/base/id';
import { engineFor } from '$lib/connections/registry';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { lockEarly, takeEarlyLock } from './heldLocks';
import { connect, removeProject } from './lifecycle';
import { notifications } from './notify.svelte';

export interface BranchOptions {
  /** After which commit; the last where it is not given. */
  asOf?: number;
  /** Only to look at: nothing can be written to it. Needs `asOf`. */
  readOnly?: boolean;
}

/**
 * Makes a second project that begins as this one is, or was after a commit, and connects it. Nothing is copied: both
 * share what they have in common. What goes wrong is told, and no project stays then.
 * @returns the new project; null where there is none
 */
export async function branchProject(projectId: ProjectId, { asOf, readOnly = false }: BranchOptions = {}): Promise<ProjectId | null> {
  const project = projectStore.getProject(projectId);
  const state = projectStore.getConnection(projectId);
  if (!project || !state) return null;
  const { engine, fileName, bytes } = project;
  const name = asOf === undefined ? `${project.name} branch` : `${project.name} at ${asOf || 'its beginning'}`;
  const branch = projectStore.addProject({ name, engine, fileName, bytes });
  if (readOnly && asOf !== undefined) projectStore.updateProject(branch.id, { settings: { ...branch.settings, asOf } });
  try {
    await lockEarly(branch.id);
    await engineFor(state.connectionId).branch(branch.id, asOf);
    await connect(branch.id);
    await projectStore.keepProject(branch.id);
    // One that is only looked at has taken no lock: it is nobody's.
    await takeEarlyLock(branch.id)?.release();
    return branch.id;
  } catch (e) {
    await removeProject(branch.id).catch((left: unknown) => console.error('What a failed branch left', left));
    const text = messageOf(e);
    notifications.show({ kind: 'error', title: `${project.name} was not branched`, text, projectId });
    return null;
  }
}
