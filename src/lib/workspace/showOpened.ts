import { asEngineError, isCancelled } from '$lib/connections/connectionErrors';
import type { Project } from '$lib/projects/project';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { showProject } from './navigate';
import { openFailures, type OpenFailure } from './openFailures.svelte';

/** Answers whether what is shown is still the same: whoever has gone on to something else is not called back. */
export function hereNow(): () => boolean {
  const { pathname } = location;
  const { activeTabId } = uiStore;
  return () => [pathname, shownAddress].includes(location.pathname) && uiStore.activeTabId === activeTabId;
}

/** Where an opening has led last: who is there has not gone anywhere by themselves. */
let shownAddress: string | null = null;

export async function show(project: Project): Promise<void> {
  await showProject(project.id);
  shownAddress = location.pathname;
}

/** Says why something was not opened, and what can be made of it all the same; what was cancelled needs no word. */
export function refuse(fileName: string, e: unknown, offer?: OpenFailure['offer']): void {
  if (isCancelled(e)) return;
  const error = asEngineError(e);
  openFailures.add({ fileName, message: error.message, hint: error.hint, offer });
}
