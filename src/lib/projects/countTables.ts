import type { SchemaInfo } from '$workers/engine';

/** Tables of schemas that are the user's own; views and what a module keeps for itself are counted with nothing. */
export const countTables = (schemas: readonly SchemaInfo[]): number =>
  schemas.flatMap((schema) => schema.relations).filter((relation) => !relation.shadow && !relation.kind.endsWith('view')).length;
