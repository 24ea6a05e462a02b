import { messageOf } from '$workers/engine';
import { isCancelled } from '$lib/connections/connectionErrors';
import type { Project } from '$lib/projects/project';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { reconnect } from '$lib/workspace/lifecycle';
import { showProject } from '$lib/workspace/navigate';
import { notifications } from '$lib/workspace/notify.svelte';

/**
 * Connects a project from beside the tabs. When that fails, the project's own page says why and what can be done:
 * it is shown at once where no tab would be left for it, else offered.
 */
export async function connectOrSay(project: Project): Promise<void> {
  try {
    await reconnect(project.id);
  } catch (e) {
    if (isCancelled(e)) return;
    if (!uiStore.activeTab) return showProject(project.id);
    notifications.show({
      kind: 'error',
      title: `${project.name} could not be opened`,
      text: messageOf(e),
      projectId: project.id,
      action: { label: 'Show', run: () => void showProject(project.id) }
    });
  }
}
