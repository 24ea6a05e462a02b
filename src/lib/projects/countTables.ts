import type { RelationInfo, SchemaInfo } from '$workers/engine';

const isView = ({ kind }: RelationInfo): boolean => kind.endsWith('view');

/** Relations of schemas that are the user's own: what a module keeps for itself is counted with nothing. */
const own = (schemas: readonly SchemaInfo[]): RelationInfo[] =>
  schemas.flatMap((schema) => schema.relations).filter((relation) => !relation.shadow);

export const countTables = (schemas: readonly SchemaInfo[]): number => own(schemas).filter((relation) => !isView(relation)).length;

export const countViews = (schemas: readonly SchemaInfo[]): number => own(schemas).filter(isView).length;
