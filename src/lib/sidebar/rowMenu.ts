import type { MenuItems } from '$lib/ui/menuItem';
import { objectMenu } from './objectMenu';
import { projectMenu } from './projectMenu';
import { relationMenu } from './relationMenu';
import { schemaMenu } from './schemaMenu';
import type { SidebarRow } from './sidebarRow';

/** What can be done with a row of the tree, by its context menu; empty for those that have none. */
export function rowMenu(row: SidebarRow): MenuItems {
  if (row.kind === 'project') return projectMenu(row.project, row.connection);
  if (row.kind === 'relation') return relationMenu(row);
  if (row.kind === 'object') return objectMenu(row);
  if (row.kind !== 'schema' || !row.connection) return [];
  return schemaMenu({ connectionId: row.connection.connectionId, projectId: row.project.id }, row.project.engine, row.schema);
}
