import type { EngineKind, SchemaInfo } from '$workers/engine';
import type { MenuItems } from '$lib/ui/menuItem';
import { copyableTables, copySchema } from '$lib/workspace/copySchema';
import { dialogs } from '$lib/workspace/dialogs.svelte';
import type { Owner } from '$lib/workspace/navigate';
import { databaseActions } from '$lib/workspace/schemaMenu';

/** What can be done with a schema, by its context menu. */
export function schemaMenu(owner: Owner, engine: EngineKind, schema: SchemaInfo): MenuItems {
  return [
    ...(copyableTables(schema).length > 0 ? [{ label: 'Copy to another connection…', run: () => copySchema(owner, schema) }] : []),
    ...(schema.relations.length > 0 ? [{ label: 'Export…', run: () => dialogs.show({ kind: 'export-schema', owner, schema }) }, null] : []),
    ...databaseActions(owner, engine, schema.name)
  ];
}
