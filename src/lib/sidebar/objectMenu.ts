import { schemaSqlOf } from '$workers/dialect/schemaSqlOf';
import type { MenuItems } from '$lib/ui/menuItem';
import { objectActions } from '$lib/workspace/objectActions';
import type { ObjectTreeRow } from './sidebarRow';

/** What can be done with an index, a function, …, by its context menu. */
export function objectMenu(row: ObjectTreeRow): MenuItems {
  if (!row.connection || !row.object) return [];
  return objectActions({ connectionId: row.connection.connectionId, projectId: row.project.id }, row.object, schemaSqlOf(row.project.engine).choices.comments);
}
