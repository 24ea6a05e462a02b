import type { ProjectId } from '$lib/base/id';
import { projectStore } from './projectStore.svelte';

/** In words, why nothing of a project can be written; null when it can. */
export function readOnlyBecause(projectId: ProjectId): string | null {
  const connection = projectStore.getConnection(projectId);
  if (connection?.report?.readOnly) return connection.report.readOnly;
  if (connection?.readOnly) return 'Another browser tab has this database; this one looks.';
  return projectStore.getProject(projectId)?.settings.readOnly ? 'This project is set to read-only.' : null;
}
