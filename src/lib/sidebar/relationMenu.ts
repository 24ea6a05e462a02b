import type { MenuItems } from '$lib/ui/menuItem';
import { dialogs } from '$lib/workspace/dialogs.svelte';
import { exportRelation } from '$lib/workspace/exportSubject';
import { openDiagram, openEditTable, openImport, openQuery, openTable } from '$lib/workspace/navigate';
import { copyDdl, relationActions } from '$lib/workspace/schemaMenu';
import type { RelationTreeRow } from './sidebarRow';

/** What can be done with a relation, by its context menu. */
export function relationMenu(row: RelationTreeRow): MenuItems {
  if (!row.connection) return [];
  const owner = { connectionId: row.connection.connectionId, projectId: row.project.id };
  const { schema, relation, kind } = row.relation;
  const stored = kind === 'table' || kind === 'partitioned-table';
  return [
    { label: 'Open', run: () => void openTable(owner, schema, relation) },
    ...(stored ? [{ label: 'Edit table…', run: () => void openEditTable(owner, schema, relation) }] : []),
    ...(stored ? [{ label: 'Import…', run: () => void openImport(owner, schema, relation) }] : []),
    ...(stored ? [{ label: 'Copy to another connection…', run: () => dialogs.show({ kind: 'copy-across', owner, relations: [{ schema, relation }] }) }] : []),
    { label: 'Export…', run: () => exportRelation(owner, { schema, relation }) },
    { label: 'Show the diagram', run: () => void openDiagram(owner, schema) },
    null,
    { label: 'New query', run: () => void openQuery(owner) },
    { label: 'Copy name', run: () => void navigator.clipboard.writeText(relation) },
    { label: 'Copy DDL', run: () => void copyDdl(owner, row.relation) },
    null,
    ...relationActions(owner, row.project.engine, row.relation)
  ];
}
