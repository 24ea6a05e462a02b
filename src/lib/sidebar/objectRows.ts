import { formatBytes, plural } from '$lib/base/format';
import type { ObjectInfo, RelationInfo, SchemaInfo } from '$workers/engine';
import type { GroupTreeRow, ObjectTreeRow } from './sidebarRow';
import { GROUP_LABELS, type GroupKind } from './treeKinds';
import type { ShownProject } from './treeRowParts';

/** Where a group stands: in a table, in a schema, or in the database. */
export interface GroupPlace {
  schema: SchemaInfo | null;
  relation: RelationInfo | null;
}

/** The row of a group; `count` is how many it holds. */
export function groupRow(
  { project, connection }: ShownProject,
  group: GroupKind,
  at: GroupPlace,
  count: number,
  level: number,
  height: number
): GroupTreeRow {
  const owner = at.relation?.relation ?? at.schema?.name ?? project.name;
  return {
    kind: 'group',
    id: JSON.stringify([project.id, at.schema?.name ?? '', at.relation?.relation ?? '', '', group]),
    project,
    connection,
    group,
    count,
    level,
    label: GROUP_LABELS[group],
    place: 1,
    setSize: 1,
    height,
    attributes: { 'aria-label': `${GROUP_LABELS[group]} of ${owner}, ${count}`, 'data-group': group, 'data-house': project.colour }
  };
}

/** The row of an index, a function, … */
export function objectRow({ project, connection }: ShownProject, object: ObjectInfo, level: number, place: number, setSize: number, height: number): ObjectTreeRow {
  const { kind, schema, name, relation, signature } = object;
  const label = signature === null ? name : `${name}(${signature})`;
  const facts = [object.facts, object.bytes === null ? '' : formatBytes(object.bytes)].filter(Boolean).join(', ');
  return {
    kind: 'object',
    id: JSON.stringify([project.id, kind, schema, relation, name, signature]),
    project,
    connection,
    object,
    level,
    label,
    place,
    setSize,
    height,
    attributes: {
      'aria-label': `${label}, ${kind}${facts === '' ? '' : `, ${facts}`}`,
      'data-object': `${schema}.${name}`,
      'data-house': project.colour,
      title: [`${label}${facts === '' ? '' : `: ${facts}`}`, object.comment ?? ''].filter(Boolean).join('\n')
    }
  };
}

/** What is said in place of what a group holds, while it is not known. */
export function noteRow({ project, connection }: ShownProject, group: GroupTreeRow, failure: string | null): ObjectTreeRow {
  const label = failure ?? `Reading ${plural(group.count, 'name')}…`;
  return {
    kind: 'object',
    id: `${group.id} note`,
    project,
    connection,
    object: null,
    level: group.level + 1,
    label,
    place: 1,
    setSize: 1,
    height: group.height,
    attributes: { 'aria-label': label, title: label }
  };
}
