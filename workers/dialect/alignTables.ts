import type { MigrationStep } from '../wire/migration';
import type { TableDefinition, TableReading } from '../wire/tableDefinition';
import { likeOf } from './named';
import type { SchemaSql } from './schemaSql';

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
