/** A table as somebody wants it, or as it is: what a form edits and what a migration is made of. Plain data. */
import type { RelationRef } from './catalog';

export interface ColumnDefinition {
  /**
   * Who it is, whatever it is called: the name that it has in the table as it is, or any other text for a new
   * one. Keys name columns by it, so a rename is known as a rename.
   */
  id: string;
  name: string;
  /** As SQL declares it; may be empty (SQLite). */
  type: string;
  nullable: boolean;
  /** SQL of the default, null without one. */
  default: string | null;
  identity: 'always' | 'by default' | 'autoincrement' | null;
  generated: { sql: string; stored: boolean } | null;
  /** A collation as SQL names it, quoted where it must be; null for the type's own. */
  collation: string | null;
  /** Postgres. */
  comment: string | null;
  /** How values become the new type, where a cast is not automatic (Postgres); null for `column::type`. */
  using: string | null;
  /** What SQLite does on a NULL (`ON CONFLICT …` behind NOT NULL); empty for the usual. */
  onNull: string;
}

/** A primary or unique key. */
export interface KeyDefinition {
  /** Who it is: its name in the table as it is, or its place. */
  id: string;
  /** Null for one without a name of its own. */
  name: string | null;
  /** Ids of its columns, in order. */
  columns: string[];
  /** What follows a column's name in SQLite (`COLLATE NOCASE DESC`), in the order of the columns; empty for most. */
  modifiers: string[];
  /** What follows the columns: `ON CONFLICT REPLACE`, `DEFERRABLE INITIALLY DEFERRED`, `INCLUDE (a)`. */
  tail: string;
  /** Postgres: NULLs count as equal. */
  nullsNotDistinct: boolean;
  /** SQLite: written behind the column, which means something else than a key of the table when it says DESC. */
  inline: boolean;
}

export interface ForeignKeyDefinition {
  id: string;
  name: string | null;
  columns: string[];
  target: RelationRef;
  /** Names of the target's columns; empty for its primary key (SQLite). */
  targetColumns: string[];
  onDelete: string;
  onUpdate: string;
  deferrable: 'no' | 'immediate' | 'deferred';
  /** `MATCH FULL`, `NOT VALID`: what else it says; empty for most. */
  tail: string;
}

export interface CheckDefinition {
  id: string;
  name: string | null;
  /** `exclude`: Postgres' exclusion constraints, whose `sql` is all that follows the name. */
  kind: 'check' | 'exclude';
  /** The condition, without CHECK and its parentheses. */
  sql: string;
  /** `NO INHERIT`, `NOT VALID`, `ON CONFLICT …`. */
  tail: string;
}

export interface IndexDefinition {
  id: string;
  name: string;
  unique: boolean;
  /** Postgres: btree, gin, …; empty for SQLite. */
  method: string;
  /** What stands between the parentheses: columns, expressions, their order. */
  on: string;
  /** `INCLUDE (…)`, `NULLS NOT DISTINCT`, `WITH (…)`; empty for most. */
  tail: string;
  /** The condition of a partial index. */
  where: string | null;
}

export interface TriggerDefinition {
  name: string;
  sql: string;
}

export interface TableDefinition extends RelationRef {
  columns: ColumnDefinition[];
  primaryKey: KeyDefinition | null;
  uniques: KeyDefinition[];
  foreignKeys: ForeignKeyDefinition[];
  checks: CheckDefinition[];
  indexes: IndexDefinition[];
  triggers: TriggerDefinition[];
  /** Postgres. */
  comment: string | null;
  /** SQLite. */
  strict: boolean;
  /** SQLite. */
  withoutRowid: boolean;
}

/** What would break, or stands in the way, when a table changes: views, triggers, functions that read it. */
export interface Dependant {
  /** In words: view, materialized view, trigger. */
  kind: string;
  schema: string;
  name: string;
  /** Columns of the table that it reads, as far as the engine knows; empty when it may be any. */
  columns: string[];
  /** What makes it again; it may be dropped and made again within a migration when it stands here (Postgres). */
  sql: string | null;
  /** What drops it, where its name alone does not say it. */
  drop?: string;
}

/** What a form needs of a table that is there. */
export interface TableReading {
  /** Null where the table cannot be changed by a form. */
  table: TableDefinition | null;
  /** Why not, in words; null where it can. */
  unreadable: string | null;
  dependants: Dependant[];
}
