import type { ColumnInfo, ObjectInfo, RelationInfo, SchemaInfo } from '$workers/engine';
import type { ConnectionState } from '$lib/projects/connectionState';
import type { Project } from '$lib/projects/project';
import type { TreeRow } from '$lib/ui/treeRow';
import type { GroupKind } from './treeKinds';

interface SidebarRowOf<Kind extends string> extends TreeRow {
  kind: Kind;
  project: Project;
  connection: ConnectionState | undefined;
}
export type ProjectTreeRow = SidebarRowOf<'project'>;
export type SchemaTreeRow = SidebarRowOf<'schema'> & { schema: SchemaInfo };
export type RelationTreeRow = SidebarRowOf<'relation'> & { schema: SchemaInfo; relation: RelationInfo };
export type ColumnTreeRow = SidebarRowOf<'column'> & {
  relation: RelationInfo;
  column: ColumnInfo;
  isForeignKey: boolean;
};
/** Indexes of a table, functions of a schema, …; closed until it is asked for. */
export type GroupTreeRow = SidebarRowOf<'group'> & { group: GroupKind; count: number };
/** One of them; null where only words stand in their place. */
export type ObjectTreeRow = SidebarRowOf<'object'> & { object: ObjectInfo | null };
/** A row of the sidebar's tree and what it stands for. */
export type SidebarRow = ProjectTreeRow | SchemaTreeRow | RelationTreeRow | ColumnTreeRow | GroupTreeRow | ObjectTreeRow;
