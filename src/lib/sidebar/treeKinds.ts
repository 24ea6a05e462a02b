import type { ObjectInfo, ObjectKind, RelationKind } from '$workers/engine';

/** Groups of what a schema or a table holds beside relations and columns. */
export type GroupKind = 'index' | 'trigger' | 'function' | 'sequence' | 'type' | 'extension';

/** What the tree shows: everything, or one kind alone. */
export type TreeKind = 'all' | 'table' | 'view' | GroupKind;

export const GROUP_LABELS: Record<GroupKind, string> = {
  index: 'Indexes',
  trigger: 'Triggers',
  function: 'Functions',
  sequence: 'Sequences',
  type: 'Types',
  extension: 'Extensions'
};

export const TREE_KINDS: readonly { kind: TreeKind; label: string }[] = [
  { kind: 'all', label: 'Everything' },
  { kind: 'table', label: 'Tables' },
  { kind: 'view', label: 'Views' },
  ...(Object.entries(GROUP_LABELS) as [GroupKind, string][]).map(([kind, label]) => ({ kind, label }))
];

const GROUPS: Record<ObjectKind, GroupKind> = {
  index: 'index',
  trigger: 'trigger',
  function: 'function',
  procedure: 'function',
  aggregate: 'function',
  sequence: 'sequence',
  type: 'type',
  domain: 'type',
  extension: 'extension'
};

/** The group that an object stands in. */
export const groupOf = (object: ObjectInfo): GroupKind => GROUPS[object.kind];

/** True for relations of a kind that is shown alone. */
export const isOfKind = (relation: RelationKind, kind: TreeKind): boolean => (kind === 'view') === relation.endsWith('view');

/** True when each word stands in the name of an object. */
export function matchesObject(object: ObjectInfo, words: readonly string[]): boolean {
  const name = object.name.toLowerCase();
  return words.every((word) => (word.includes('.') ? `${object.schema.toLowerCase()}.${name}` : name).includes(word));
}

/** True when the words stand in the name of an index or a trigger also without its table's name. */
export const matchesBesideTable = (object: ObjectInfo, words: readonly string[]): boolean =>
  matchesObject({ ...object, name: object.name.toLowerCase().replace(object.relation?.toLowerCase() ?? '', ' ') }, words);
