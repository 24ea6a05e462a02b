import { projectStore } from '$lib/projects/projectStore.svelte';
import type { LiveTab } from '$lib/tabs/tab';
import { disposeSession, sessionOf } from '$lib/workspace/sessions.svelte';
import { TableForm } from './tableForm.svelte';

/** A tab's form; one of a connection that is gone is made anew from its draft. */
export function tableFormOf(tab: LiveTab): TableForm {
  const make = (): TableForm => new TableForm(tab, projectStore.getProject(tab.projectId)?.engine ?? 'sqlite');
  const form = sessionOf(tab.id, make);
  if (form.owner.connectionId === tab.connectionId) return form;
  disposeSession(tab.id);
  return sessionOf(tab.id, make);
}
