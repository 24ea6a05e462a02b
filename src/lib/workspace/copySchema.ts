import type { RelationRef, SchemaInfo } from '$workers/engine';
import type { ProjectId } from '$lib/base/id';
import { dialogs } from './dialogs.svelte';
import type { Owner } from './navigate';

/** Tables of a schema that can be copied. */
export const copyableTables = ({ relations }: SchemaInfo): RelationRef[] =>
  relations.filter((r) => r.kind === 'table' && !r.unavailable && !r.shadow).map(({ schema, relation }) => ({ schema, relation }));

/** Asks where all tables of a schema are to be copied, and how. */
export const copySchema = (owner: Owner, schema: SchemaInfo, target?: ProjectId): void =>
  dialogs.show({ kind: 'copy-across', owner, relations: copyableTables(schema), target });
