/** What a database holds beside relations: indexes, triggers, functions, sequences, types, extensions. Plain data. */
import type { Dependant } from './tableDefinition';

export type ObjectKind = 'index' | 'trigger' | 'function' | 'procedure' | 'aggregate' | 'sequence' | 'type' | 'domain' | 'extension';

/** Names one object. */
export interface ObjectRef {
  kind: ObjectKind;
  schema: string;
  name: string;
  /** The table of an index or a trigger; null for what stands in its schema by itself. */
  relation: string | null;
  /** What tells functions of one name apart: the types of their arguments as the engine writes them; else null. */
  signature: string | null;
}

export interface ObjectInfo extends ObjectRef {
  /** In a few words: "unique", "returns integer", "before update". */
  facts: string;
  /** Bytes that it takes; null where it takes none, or the engine cannot tell. */
  bytes: number | null;
  /** True for an index that a key makes and that goes with it. */
  ofKey: boolean;
  comment?: string;
}

export interface RelationSize {
  schema: string;
  relation: string;
  /** With its indexes. */
  bytes: number;
}

export interface CatalogObjects {
  /** By schema, relation and name. What belongs to an extension is left out. */
  objects: ObjectInfo[];
  /** Empty where the engine cannot tell. */
  sizes: RelationSize[];
}

/** All about one object. */
export interface ObjectReading {
  info: ObjectInfo;
  /** What makes it, as the engine writes it. */
  ddl: string;
  /** What breaks, or goes with it, when it is dropped. */
  dependants: Dependant[];
}
