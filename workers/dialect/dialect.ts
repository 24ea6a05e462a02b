import type { Catalog, RelationRef, TypeFamily } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import type { BrowseRequest, EngineKind, StatementSpan } from '../wire/results';

/** A SELECT with the values bound to it. */
export interface BoundSql {
  sql: string;
  params: Cell[];
}

/** One statement of a script, with what can be told of it by its words alone. */
export interface ScriptStatement extends StatementSpan {
  text: string;
  /** Its first words in upper case: SELECT, CREATE TABLE, ALTER TABLE, INSERT; WITH … is its main verb when that is plain. */
  command: string;
  /** Name given by a `-- name: …` comment right before it. */
  name?: string;
  /** True for what may change the catalog (CREATE, ALTER, DROP, COMMENT, IMPORT …, DO, CALL, PRAGMA that writes, ATTACH). */
  changesCatalog: boolean;
  /** True unless it only reads. */
  writes: boolean;
}

/**
 * What differs between the SQL of Postgres and of SQLite. Pure, no engine behind it, used on both sides
 * of the worker boundary. A difference is a field here, never an `if` on the engine in the interface.
 */
export interface Dialect {
  engine: EngineKind;
  /** As people call it: "SQLite", "Postgres". */
  label: string;
  /** Schema that a bare name means: `main`, `public`. */
  defaultSchema: string;

  /** Quotes an identifier, only when it must be (`always` quotes in any case). */
  quote(identifier: string, always?: boolean): string;
  /** A relation as SQL names it; the schema is left out where it is the default and `catalog` says so. */
  qualified(ref: RelationRef, catalog?: Catalog): string;
  /** A cell as an exact SQL literal. Throws for a LongCell, which is not whole. */
  literal(cell: Cell): string;

  /** Splits a script into its statements. */
  split(script: string): ScriptStatement[];
  familyOf(type: string): TypeFamily;

  /** Rows of a relation, sorted, filtered, from a position. */
  browse(request: BrowseRequest): BoundSql;
  /** Their number. */
  count(request: Omit<BrowseRequest, 'from' | 'count' | 'sorts'>): BoundSql;

  /** What a new table of this dialect looks like, to change and run. */
  createTableTemplate(schema: string): string;
  /** Words for the editor: names of built-in functions and types, lower case. */
  functions: readonly string[];
  types: readonly string[];
}
