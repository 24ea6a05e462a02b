import type { ArchiveChoice, ArchiveContents } from '$workers/engine';
import type { ProjectId } from '$lib/base/id';
import { dialogs } from './dialogs.svelte';

let before: Promise<unknown> = Promise.resolve();
const afterwards = new Map<ProjectId, () => void>();

/**
 * Asks what of an archive, or of a dump, is to be restored into a project; null: nothing. Of several one is asked about
 * after the other.
 */
export function chooseOfArchive(contents: ArchiveContents, projectId: ProjectId | undefined): Promise<ArchiveChoice | null> {
  const asked = before.then(() => dialogs.chooseOfArchive(contents)).then((choice) => {
    // Which of several databases is meant is asked first, and then what of it.
    if (projectId && choice && !contents.databases) afterwards.get(projectId)?.();
    return choice;
  });
  before = asked;
  return asked;
}

/** Runs something once it has been chosen what is restored into a project. Returns its undo. */
export function whenChosen(projectId: ProjectId, run: () => void): () => void {
  afterwards.set(projectId, run);
  return () => void afterwards.delete(projectId);
}
