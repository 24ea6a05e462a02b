import { messageOf, type MigrateReport } from '$workers/engine';
import type { ProjectId } from '$lib/base/id';
import { notifications } from '$lib/workspace/notify.svelte';

/** Says why a change of the schema was not made whose dialog was closed while it ran. @param title of the dialog */
export function tellNotDone(projectId: ProjectId, title: string, { report, failure }: { report: MigrateReport | null; failure: Error | null }): void {
  const text = failure ? messageOf(failure) : (report?.error?.message ?? 'Open it again and run it to see what stands in its way.');
  notifications.show({ kind: 'error', title: `${title}: nothing was changed.`, text, projectId });
}
