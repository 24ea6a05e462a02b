import { schemaChoices } from '$workers/dialect/schemaChoices';
import type { EngineKind, ObjectKind, RelationInfo, RelationRef } from '$workers/engine';
import { queryClient } from '$lib/queries/queryClient';
import { structureQuery } from '$lib/queries/structure';
import type { MenuItem, MenuItems } from '$lib/ui/menuItem';
import { dialogs } from './dialogs.svelte';
import type { Owner } from './navigate';
import { putOnClipboard } from './putOnClipboard';
import type { SchemaAction } from './schemaAction';

const asks = (label: string, owner: Owner, action: SchemaAction, danger = false): MenuItem => ({
  label,
  danger,
  run: () => dialogs.show({ kind: 'schema-change', owner, action })
});

/** What can be changed of a relation. */
export function relationActions(owner: Owner, engine: EngineKind, relation: RelationInfo): MenuItems {
  const ref = { schema: relation.schema, relation: relation.relation };
  const { kind } = relation;
  const isTable = kind === 'table' || kind === 'partitioned-table';
  if (!isTable && kind !== 'view' && kind !== 'materialized-view') return [];
  const choices = schemaChoices(engine);
  const renames = isTable || choices.renamesViews;
  const makes = isTable ? (['index', 'trigger'] as const) : kind === 'view' ? (['trigger'] as const) : (['index'] as const);
  return [
    ...(renames ? [asks('Rename…', owner, { kind: 'rename', ref, relationKind: kind })] : []),
    ...(kind === 'table' ? [asks('Duplicate…', owner, { kind: 'duplicate', ref })] : []),
    ...(isTable ? [] : [{ label: 'Edit view…', run: () => dialogs.show({ kind: 'definition', owner, subject: { kind: 'view', ref, relationKind: kind } }) }]),
    ...makes.map((objectKind) => asks(`New ${objectKind}…`, owner, { kind: 'create-object', objectKind, schema: ref.schema, relation: ref.relation, onKind: kind })),
    ...(choices.comments ? [asks('Comment…', owner, { kind: 'comment', subject: { ref, relationKind: kind }, name: ref.relation, was: relation.comment ?? '' })] : []),
    ...(isTable ? [asks('Delete all rows…', owner, { kind: 'truncate', ref, relationKind: kind }, true)] : []),
    asks('Drop…', owner, { kind: 'drop', ref, relationKind: kind }, true)
  ];
}

/** What can be made in a database, or in one of its schemas. */
export function databaseActions(owner: Owner, engine: EngineKind, schema: string): MenuItem[] {
  const choices = schemaChoices(engine);
  const object = (objectKind: ObjectKind, words: string = objectKind) => asks(`New ${words}…`, owner, { kind: 'create-object', objectKind, schema, relation: null });
  return [
    asks('New view…', owner, { kind: 'create-view', schema }),
    ...(choices.materializedViews ? [asks('New materialized view…', owner, { kind: 'create-materialized-view', schema })] : []),
    ...(choices.schemas ? [asks('New schema…', owner, { kind: 'create-schema' })] : []),
    ...(choices.types
      ? [
          asks('New type…', owner, { kind: 'create-type', schema }),
          object('type', 'composite type'),
          asks('Drop type…', owner, { kind: 'drop-type', schema })
        ]
      : []),
    ...choices.objects.map((kind) => object(kind)),
    ...(engine === 'sqlite' ? [{ label: 'Check for damage…', run: () => dialogs.show({ kind: 'damage', projectId: owner.projectId }) }] : []),
    { label: 'Maintenance…', run: () => dialogs.show({ kind: 'maintenance', owner }) }
  ];
}

/** Puts the engine's own DDL of a relation, with its indexes and triggers, on the clipboard. */
export const copyDdl = (owner: Owner, { schema, relation }: RelationRef): Promise<void> =>
  putOnClipboard(owner, `The DDL of ${relation}`, async () => {
    const { ddl } = await queryClient.fetchQuery(structureQuery(owner.connectionId, { schema, relation }));
    return ddl;
  });
