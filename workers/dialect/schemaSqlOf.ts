import type { EngineKind } from '../wire/results';
import { postgresSchema } from './postgresSchema';
import type { SchemaSql } from './schemaSql';
import { sqliteSchema } from './sqliteSchema';

const dialects: Record<EngineKind, SchemaSql> = { sqlite: sqliteSchema, postgres: postgresSchema };

/** How an engine's schema is changed. */
export const schemaSqlOf = (engine: EngineKind): SchemaSql => dialects[engine];
