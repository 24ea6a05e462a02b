import type { RelationInfo } from '../wire/catalog';
import type { MigrationStep } from '../wire/migration';
import type { TableDefinition, TableReading } from '../wire/tableDefinition';
import type { TableDifference } from './compareSchemas';
import type { Dialect } from './dialect';
import { likeOf } from './named';
import type { SchemaSql } from './schemaSql';
import { schemaSqlOf } from './schemaSqlOf';
import { translateTable } from './translateTable';

/** A table of another database as this one is to have it: columns of one name are the same column. */
function wanted(mine: TableDefinition | null, theirs: TableDefinition, schema: string): TableDefinition {
  const like = new Map(theirs.columns.map((c) => [c.id, likeOf(c, theirs.columns, mine?.columns ?? [], (o) => o.name)]));
  const ids = new Map(theirs.columns.map((c) => [c.id, like.get(c.id)?.id ?? `new:${c.name}`]));
  const idOf = (id: string): string => ids.get(id) ?? id;
  const key = <K extends { columns: string[] }>(of: K): K => ({ ...of, columns: of.columns.map(idOf) });
  return {
    ...theirs,
    schema,
    relation: mine?.relation ?? theirs.relation,
    columns: theirs.columns.map((c) => ({ ...c, id: idOf(c.id), name: like.get(c.id)?.name ?? c.name })),
    primaryKey: theirs.primaryKey && key(theirs.primaryKey),
    uniques: theirs.uniques.map(key),
    foreignKeys: theirs.foreignKeys.map((f) => ({ ...key(f), target: f.target.schema === theirs.schema ? { ...f.target, schema } : f.target })),
    // Triggers of one database may speak of what the other has not.
    triggers: mine?.triggers ?? []
  };
}

/** What aligns a table: its statements, and those that have to wait until all tables are there. */
export interface Alignment {
  steps: MigrationStep[];
  after: MigrationStep[];
}

/**
 * What makes a table like that of the same name in another database of the same engine, or in one
 * that was translated; null where it is to go, or
 * cannot be read as a form would change it.
 * @param schema where a table that is not there is made
 */
export function alignTable(sql: SchemaSql, mine: TableReading | null, theirs: TableReading | null, schema: string): Alignment | null {
  if (!theirs?.table || (mine && !mine.table)) return null;
  const to = wanted(mine?.table ?? null, theirs.table, schema);
  if (!mine?.table) {
    // A table of Postgres points only to one that is there already.
    if (!sql.choices.types) return { steps: sql.createTable(to).steps, after: [] };
    const alone = { ...to, foreignKeys: [] };
    return { steps: sql.createTable(alone).steps, after: sql.migrate(alone, to).steps };
  }
  const migration = sql.migrate(mine.table, to, { dependants: mine.dependants });
  return { steps: migration.problems.length > 0 ? [] : migration.steps, after: [] };
}

/** A table as it was read, with what the catalog knows of it; of one that is not there nothing. */
export interface AlignedSide {
  dialect: Dialect;
  info: RelationInfo | undefined;
  reading: TableReading | null;
}

/** What makes a table of the left database like that of the right one, of any two engines: see {@link alignTable}. */
export function alignSides(left: AlignedSide, right: AlignedSide, schema: string): Alignment {
  const { info, reading } = right;
  const mine = left.info && left.reading?.table ? { table: left.reading.table, info: left.info } : null;
  const isLike = left.dialect.engine === right.dialect.engine;
  const wanted = isLike || !info || !reading?.table ? reading : { ...reading, table: translateTable(right.dialect, left.dialect, { table: reading.table, info }, mine) };
  return alignTable(schemaSqlOf(left.dialect.engine), left.reading, wanted, schema) ?? { steps: [], after: [] };
}

/** How a table differs, and the statements, without semicolons, that make it like the other. */
export interface AlignedTable extends TableDifference {
  sql: string[];
  /** What can run only when all tables that are to come are there. */
  after: string[];
}

/** The statements of all differences in an order in which they run: what comes, what changes, what points to it, what goes. */
export function alignScript(differences: readonly AlignedTable[], sql: SchemaSql): string {
  const of = (state: TableDifference['state']): string[] => differences.filter((d) => d.state === state).flatMap((d) => d.sql);
  return sql.script([...of('added'), ...of('changed'), ...differences.flatMap((d) => d.after), ...of('removed')]);
}
