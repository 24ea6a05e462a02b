import type { Tab } from '$lib/tabs/tab';
import { savedQueries } from './savedQueries.svelte';

/**
 * True when a tab holds what is not kept under a name: a query that was never saved or has changed since, a table's
 * form with changes that were not applied. Nothing of it is lost: it is a draft, and comes back with its tab.
 */
export function isUnsaved({ type, projectId, queryContent }: Pick<Tab, 'type' | 'projectId' | 'queryContent'>): boolean {
  if (!queryContent?.trim()) return false;
  if (type === 'query') return !savedQueries.has(projectId, queryContent);
  return type === 'create-table' || type === 'edit-table';
}
