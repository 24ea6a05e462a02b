import type { ScriptDanger } from '../split/dangers';
import type { ScriptStatement } from '../split/scriptStatement';
import type { Catalog, ColumnInfo, RelationInfo, RelationRef, TypeFamily } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import type { RowChange, RowIdentity } from '../wire/changes';
import type { BrowseRequest, EngineKind, RowSet } from '../wire/results';
import type { ChangeTemplate } from './changeTemplate';
import type { ChoiceLookup, StatsSql } from './lookups';
import type { TypedColumn } from './typedCell';

export type { ScriptDanger, ScriptStatement };

/** A SELECT with the values bound to it. */
export interface BoundSql {
  sql: string;
  params: Cell[];
}

/** One change of a row as SQL. */
export interface ChangeSql extends BoundSql {
  /** The same statement with every value as an exact literal: what is shown and copied. */
  shown: string;
}

/** A comparison that a filter can make. */
export interface FilterOperator {
  /** What stands in {@link Filter.operator}. */
  id: string;
  /** In words, as the list of operators shows it. */
  label: string;
  /** How many values it takes. */
  takes: 'none' | 'one' | 'two' | 'list';
}

/**
 * What differs between the SQL of Postgres and of SQLite. Pure, no engine behind it, used on both sides
 * of the worker boundary. A difference is a field here, never an `if` on the engine in the interface.
 */
export interface Dialect {
  engine: EngineKind;
  /** As people call it: "SQLite", "Postgres". */
  label: string;
  /** True when the engine gives hints with its own errors; those of other errors are ours. */
  givesHints: boolean;
  /** Schema that a bare name means: `main`, `public`. */
  defaultSchema: string;

  /** Quotes an identifier, only when it must be (`always` quotes in any case). */
  quote(identifier: string, always?: boolean): string;
  /** A relation as SQL names it; the schema is left out only where `catalog` says that the bare name means it. */
  qualified(ref: RelationRef, catalog?: Catalog): string;
  /** A cell as an exact SQL literal. Throws for a LongCell, which is not whole. */
  literal(cell: Cell): string;

  /** Splits a script into its statements. */
  split(script: string): ScriptStatement[];
  /** What of a script would do away with much at once, by its words alone. */
  dangers(script: string): ScriptDanger[];
  familyOf(type: string): TypeFamily;

  /**
   * The value that text typed into a column means; `seen` is what stood there. Throws TypedCellError, in words, for
   * what cannot be a value of that column.
   */
  cellOf(text: string, column: TypedColumn, seen: Cell): Cell;
  /** What true and false are as cells. */
  booleans: readonly [Cell, Cell];
  /** True for a column that the database fills when an insert leaves it out: by a default, as a key, by a calculation. */
  fillsItself(column: ColumnInfo, relation: RelationInfo): boolean;

  /** What a filter can ask, in the order of the list. */
  operators: readonly FilterOperator[];
  /** Those of them that mean something for a column, in the same order. */
  operatorsFor(column: { type: string; family: TypeFamily }): readonly FilterOperator[];
  /**
   * Rows of a relation, sorted, filtered, from a position. Values of filters are bound as text and compared as
   * the column's type compares. Knowing the `relation` makes sorts stable (its key breaks ties) and lets
   * types without an order (json) be sorted and filtered. Throws EngineError `refused` for an unknown operator.
   */
  browse(request: BrowseRequest, relation?: RelationInfo): BoundSql;
  /** Their number. */
  count(request: RowSet, relation?: RelationInfo): BoundSql;

  /** How one row of a relation is named when it is changed, or why it cannot be. */
  rowIdentity(relation: RelationInfo): RowIdentity;
  /**
   * One change as SQL: an INSERT, or an UPDATE or DELETE that names its row by its key (or place) and all values that
   * were seen. Generated columns are left out. With `overwrite` the values seen are not asked for. Throws EngineError
   * `refused` for a relation that cannot be changed, for a value that is cut, and for columns that it has not.
   */
  changeSql(change: RowChange, relation: RelationInfo, options?: { overwrite?: boolean }): ChangeSql;
  /** The same without its values, which other changes of the same columns and kinds of values share. */
  changeTemplate(change: RowChange, relation: RelationInfo, options?: { overwrite?: boolean }): ChangeTemplate;
  /**
   * True where a column is known to hold a value exactly as it was given. Without it nothing is known: what the
   * database made of a row is then always read back.
   */
  keeps?(column: ColumnInfo, value: Cell): boolean;

  /** The row that a change is about, as it is now: by its key or place alone, with its place as the last column where it has no key. */
  rowOf(change: RowChange, relation: RelationInfo): BoundSql;
  /** The last column of `SELECT *, …` that says where a row lies, where rows have places; see RowChange.rowId. */
  placeOf(relation: RelationInfo): string | undefined;
  /** Makes foreign keys of the open transaction wait for its end, those that can. */
  deferForeignKeys: string;

  /** Rows that a foreign key may point to: its key's columns, then others. */
  choices(lookup: ChoiceLookup): BoundSql;
  /** How many rows hold these values in these columns, counted up to `most`. */
  pointing(from: RelationRef, columns: readonly string[], values: readonly Cell[], most: number): BoundSql;
  /** Questions about what a column holds under filters. */
  stats(rows: RowSet, relation: RelationInfo, column: ColumnInfo): StatsSql;

  /** Words for the editor: names of built-in functions and types, lower case. */
  functions: readonly string[];
  types: readonly string[];
}
