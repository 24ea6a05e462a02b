/** What a database holds, as plain data. */

/** What a column's type is like, for alignment, editors and operators. */
export type TypeFamily =
  | 'integer'
  | 'number'
  | 'text'
  | 'boolean'
  | 'temporal'
  | 'json'
  | 'binary'
  | 'uuid'
  | 'array'
  | 'enum'
  | 'other';

export interface RelationRef {
  schema: string;
  relation: string;
}

export type RelationKind =
  | 'table'
  | 'view'
  | 'materialized-view'
  | 'virtual-table'
  | 'partitioned-table'
  | 'foreign-table';

export interface ColumnInfo {
  name: string;
  /** As declared (SQLite, may be empty) or as `format_type` writes it (Postgres). */
  type: string;
  family: TypeFamily;
  nullable: boolean;
  /** Postgres: the type beneath where `type` is a domain. */
  base?: string;
  /** SQL of the default, null without one. */
  default: string | null;
  /** Place within the primary key, from 1; 0 when it is no part of it. */
  keyPlace: number;
  generated: 'stored' | 'virtual' | null;
  /** Postgres identity columns. */
  identity: 'always' | 'by default' | null;
  /** Hidden columns of SQLite's virtual tables. */
  hidden: boolean;
  /** Labels of an enum type, in order. */
  labels?: string[];
  comment?: string;
}

export interface ForeignKey {
  /** Empty when it has no name (SQLite). */
  name: string;
  columns: string[];
  target: RelationRef;
  targetColumns: string[];
  onDelete: string;
  onUpdate: string;
  deferrable: 'no' | 'immediate' | 'deferred';
}

export interface RelationInfo extends RelationRef {
  kind: RelationKind;
  columns: ColumnInfo[];
  foreignKeys: ForeignKey[];
  /** Rows as far as known without counting; `exact` false is a guess of the engine's statistics. */
  rows: { count: number; exact: boolean } | null;
  comment?: string;
  /** In words, why it cannot be read (a module that is missing); undefined when it can. */
  unavailable?: string;
  /** In words, why it can be read but not changed (a trigger needs a module that is missing); undefined when it can. */
  unwritable?: string;
  /** Columns of each unique key beside the primary one; those by expressions or of a part of the rows are left out. */
  uniqueKeys?: string[][];
  /** Its columns have collations (SQLite), so that different texts may be equal. */
  collated?: boolean;
  /** Tables that belong to a virtual table (SQLite shadow tables). */
  shadow?: boolean;
  /** How many indexes and triggers it has; left out for none. */
  parts?: { index?: number; trigger?: number };
  /** Partition of this parent (Postgres). */
  partitionOf?: RelationRef;
}

export interface SchemaInfo {
  name: string;
  relations: RelationInfo[];
  /** Names of functions, for completion (Postgres: those of this schema). */
  functions: string[];
  /** Enums, domains, composites: for completion of types. */
  types: string[];
  /** How many functions (procedures and aggregates too), sequences and types (domains too) it holds; left out for none. */
  parts?: { function?: number; sequence?: number; type?: number };
}

export interface Catalog {
  schemas: SchemaInfo[];
  /** The schema in which a bare name is looked up first. */
  defaultSchema: string;
  /** Installed extensions (Postgres). */
  extensions: string[];
}

export interface IndexInfo {
  name: string;
  /** Columns or expressions in order. */
  columns: string[];
  unique: boolean;
  primary: boolean;
  partial: boolean;
  method: string;
  /** Null for the indexes that a constraint makes (SQLite). */
  sql: string | null;
}

export interface TriggerInfo {
  name: string;
  sql: string;
}

/** All about one relation. */
export interface RelationStructure {
  info: RelationInfo;
  indexes: IndexInfo[];
  triggers: TriggerInfo[];
  /** Check and other constraints as the engine writes them. */
  checks: { name: string; sql: string }[];
  /** Foreign keys of others that point here. */
  referencedBy: (ForeignKey & { from: RelationRef })[];
  /** The engine's own DDL, whole: the relation, its indexes and triggers. */
  ddl: string;
}

/** Bytes that one relation takes. */
export interface RelationSizes {
  /** With its indexes, and with the tables that belong to a virtual one; null: told only by reading through a large file. */
  bytes: number | null;
  indexes: { name: string; bytes: number }[];
}
