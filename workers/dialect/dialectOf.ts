import type { EngineKind } from '../wire/results';
import type { Dialect } from './dialect';
import { postgres } from './postgres';
import { sqlite } from './sqlite';

const dialects: Record<EngineKind, Dialect> = { sqlite, postgres };

/** The dialect that an engine speaks. */
export const dialectOf = (engine: EngineKind): Dialect => dialects[engine];
