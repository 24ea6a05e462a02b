import type { ProjectId } from '$lib/base/id';

/** What makes copies is fetched with the first: a first visit shows without it. */
const copying = () => import('./saveCopy');

export const saveCopyOf = async (projectId: ProjectId): Promise<void> => (await copying()).saveCopyOf(projectId);
export const saveScriptOf = async (projectId: ProjectId): Promise<void> => (await copying()).saveScriptOf(projectId);
export const saveBackOf = async (projectId: ProjectId): Promise<void> => (await import('./saveBack')).saveBackOf(projectId);
export const duplicateProject = async (projectId: ProjectId): Promise<void> => (await copying()).duplicateProject(projectId);
