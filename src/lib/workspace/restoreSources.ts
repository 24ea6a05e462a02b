import type { OpenSource } from '$workers/engine';
import type { ProjectId } from '$lib/base/id';
import type { Project } from '$lib/projects/project';

/** Dumps and archives of Postgres that projects were made of since this page was opened: their files can still be read. */
const kept = new Map<ProjectId, OpenSource>();

export const keepRestoreSource = (projectId: ProjectId, source: OpenSource): unknown => kept.set(projectId, source);
export const dropRestoreSource = (projectId: ProjectId): unknown => kept.delete(projectId);

/** What a project was made of; undefined where its file has to be asked for again. */
export const restoreSourceOf = (projectId: ProjectId): OpenSource | undefined => kept.get(projectId);

/** Whether it can be chosen anew what of a project's dump or archive is restored. */
export const isChoosable = ({ id, fileName, restore }: Project): boolean =>
  kept.has(id) || (fileName !== null && restore?.choosable === true);
