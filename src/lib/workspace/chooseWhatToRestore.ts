import type { Project } from '$lib/projects/project';

/** Asks what of a project's dump or archive is wanted and restores that; what does it is fetched with the first. */
export const chooseWhatToRestore = async (project: Project): Promise<void> => (await import('./chooseRestore')).chooseRestore(project);
