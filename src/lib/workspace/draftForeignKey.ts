import type { ForeignKeyDefinition, RelationRef } from '$workers/engine';
import { definitionQuery } from '$lib/queries/definition';
import { queryClient } from '$lib/queries/queryClient';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { showTab, type Owner } from './navigate';
import { disposeSession } from './sessions.svelte';

/**
 * Opens the form of a table with a foreign key drafted in it, nothing run yet. Rejects with what the engine says,
 * and where no form can change the table.
 */
export async function draftForeignKey(owner: Owner, child: RelationRef & { column: string }, parent: RelationRef & { column: string }): Promise<void> {
  const { table, unreadable } = await queryClient.fetchQuery(definitionQuery(owner.connectionId, { schema: child.schema, relation: child.relation }));
  if (!table) throw new Error(unreadable ?? `${child.relation} cannot be changed by a form.`);
  const key: ForeignKeyDefinition = {
    id: `\u0001drawn ${table.foreignKeys.length}`,
    name: null,
    columns: [child.column],
    target: { schema: parent.schema, relation: parent.relation },
    targetColumns: [parent.column],
    onDelete: 'NO ACTION',
    onUpdate: 'NO ACTION',
    deferrable: 'no',
    tail: ''
  };
  const tab = uiStore.openEditTable(owner, child.schema, child.relation);
  // A form that is open takes up the draft anew.
  disposeSession(tab.id);
  uiStore.setQueryContent(tab.id, JSON.stringify({ from: table, wanted: { ...table, foreignKeys: [...table.foreignKeys, key] } }));
  await showTab(tab);
}
