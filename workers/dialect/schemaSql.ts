import type { RelationKind, RelationRef } from '../wire/catalog';
import type { Migration, MigrationStep } from '../wire/migration';
import type { ObjectInfo, ObjectKind, ObjectReading } from '../wire/objects';
import type { ColumnDefinition, Dependant, TableDefinition, TriggerDefinition } from '../wire/tableDefinition';

/** What a form can ask of a column and a table in this dialect; what is false is not shown. */
export interface SchemaChoices {
  identities: { value: NonNullable<ColumnDefinition['identity']>; label: string }[];
  comments: boolean;
  strict: boolean;
  withoutRowid: boolean;
  /** Columns that are there can change their places. */
  reorders: boolean;
  /** Computed columns may be kept, or computed when read. */
  virtualColumns: boolean;
  usesCasts: boolean;
  /** Types with arguments, as they are most often written. */
  typesWithArguments: readonly string[];
  methods: readonly string[];
  /** A view can be replaced in place while its columns stay (else it is dropped and made again). */
  replacesViews: boolean;
  /** Views can be renamed, and kept as rows (materialized). */
  renamesViews: boolean;
  materializedViews: boolean;
  /** Kinds of schema objects beside tables that can be made. */
  schemas: boolean;
  types: boolean;
  /** Kinds that begin with a statement to write over. */
  objects: readonly ObjectKind[];
}

/** What is known of a view that is to change. */
export interface ViewReading {
  kind: RelationKind;
  /** As the engine writes it, with its triggers, indexes and comments. */
  ddl: string;
  triggers: readonly TriggerDefinition[];
  dependants: readonly Dependant[];
}

/** What a migration must know beside the two definitions. */
export interface MigrationSurroundings {
  dependants: readonly Dependant[];
}

/** What a comment stands on. */
export type CommentSubject = { object: ObjectInfo } | { ref: RelationRef; relationKind: RelationKind };

/** Something that is done to keep a database in order. */
export interface MaintenanceTask {
  label: string;
  /** What it does, in words. */
  what: string;
  sql: string;
  /** It only looks. */
  reads: boolean;
}

/** DDL of one dialect: pure, the same on both sides of the worker boundary. */
export interface SchemaSql {
  choices: SchemaChoices;
  maintenance: readonly MaintenanceTask[];
  /** True when an expression speaks of a column of this name, given in lower case. */
  speaks(sql: string, name: string): boolean;
  /** A new table, its indexes, triggers and comments. */
  createTable(table: TableDefinition): Migration;
  /** From the table as it is to the table as wanted; no steps when they are the same. */
  migrate(from: TableDefinition, to: TableDefinition, around?: MigrationSurroundings): Migration;
  renameRelation(ref: RelationRef, kind: RelationKind, name: string): Migration;
  /** A table like another, under another name, with or without its rows. */
  duplicate(table: TableDefinition, name: string, withRows: boolean): Migration;
  truncate(ref: RelationRef): Migration;
  /** @param cascade with what depends on it (where the dialect has it) */
  drop(ref: RelationRef, kind: RelationKind, cascade: boolean): Migration;
  createView(ref: RelationRef, select: string, materialized?: boolean): Migration;
  /** Sets the comment of a relation or of an object, empty for none (where the dialect has comments). */
  comment(subject: CommentSubject, text: string): Migration;
  /**
   * A view by its whole CREATE VIEW; what belongs to it is made again where it must be dropped first.
   * @param anew drop it in any case, so that its columns may change, and make again what reads it
   */
  changeView(ref: RelationRef, ddl: string, around: ViewReading, anew: boolean): Migration;
  /** Drops an index, a function, …; @param cascade with what depends on it (where the dialect has it) */
  dropObject(info: ObjectInfo, cascade: boolean): Migration;
  /** What a new object's SQL may look like, to be written over; empty where this dialect has none of the kind. */
  template(kind: ObjectKind, schema: string, relation: string | null, onKind?: RelationKind): string;
  /** What somebody wrote to make objects, statement by statement. */
  createObject(sql: string): Migration;
  /** A function, procedure or trigger by its whole CREATE; no steps when it is the same. */
  changeObject(reading: ObjectReading, ddl: string): Migration;
  createSchema(name: string): Migration;
  createEnum(schema: string, name: string, labels: readonly string[]): Migration;
  dropType(schema: string, name: string): Migration;
  /** Statements, without semicolons, as a script to be run by itself: all of it or nothing; empty for none. */
  script(statements: readonly string[]): string;
}

/** A step that loses nothing and that no row stands in the way of. */
export const step = (sql: string, what: string, more: Partial<MigrationStep> = {}): MigrationStep => ({
  sql,
  what,
  loses: [],
  obstacles: [],
  ...more
});

/** Statements one below the other. */
export const statementsAsScript = (statements: readonly string[]): string => statements.map((sql) => `${sql};`).join('\n\n');

/** A migration of these steps. */
export const migrationOf = (relation: RelationRef | null, steps: MigrationStep[], more: Partial<Migration> = {}): Migration => ({
  relation,
  steps,
  rebuilds: false,
  problems: [],
  ...more
});

/** The statements as one script. */
export const scriptOf = (migration: Migration): string => migration.steps.map((s) => `${s.sql.replace(/;\s*$/, '')};`).join('\n\n');
