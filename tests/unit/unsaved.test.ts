import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import type { ProjectId } from '$lib/base/id';
import { isUnsaved } from '$lib/workspace/unsaved';
import { savedQueries } from '$lib/workspace/savedQueries.svelte';

const p = 'p1' as ProjectId;
const query = (queryContent: string | null, projectId = p) => isUnsaved({ type: 'query', projectId, queryContent });

it('a query is unsaved until its project keeps this very text', async () => {
  expect([query(null), query(' \n'), query('select 1')]).toEqual([false, false, true]);
  await savedQueries.save(p, 'reports/one', 'select 1');
  expect([query('select 1'), query('select 1;'), query('select 1', 'p2' as ProjectId)]).toEqual([false, true, true]);
});

it('a form is unsaved while it holds changes; what shows rows never is', () => {
  const tab = (type: 'create-table' | 'edit-table' | 'table', queryContent: string | null) => isUnsaved({ type, projectId: p, queryContent });
  expect([tab('create-table', null), tab('edit-table', ''), tab('edit-table', '{}'), tab('table', null)]).toEqual([false, false, true, false]);
});
