import { plainColumn, plainTable } from '../../workers/dialect/plainTable';
import { schemaSqlOf } from '../../workers/dialect/schemaSqlOf';
import type { Migration, MigrateReport } from '../../workers/wire/migration';
import type { ColumnDefinition, TableDefinition } from '../../workers/wire/tableDefinition';
import type { EngineName, EngineUnderTest } from './engineUnderTest';

export const column = (name: string, type: string, more: Partial<ColumnDefinition> = {}): ColumnDefinition => ({ ...plainColumn(name, type), ...more });

export const table = (schema: string, relation: string, columns: ColumnDefinition[], more: Partial<TableDefinition> = {}): TableDefinition => ({
  ...plainTable(schema, relation, columns),
  ...more
});

/** Runs a migration; gives its report. */
export function run(e: EngineUnderTest, migration: Migration, renamedTo?: string): Promise<MigrateReport> {
  if (migration.problems.length > 0) throw new Error(migration.problems.join(' '));
  const { relation, steps, rebuilds } = migration;
  return e.migrate({ relation, renamedTo, steps, rebuilds });
}

/** Runs a migration that must succeed. */
export async function apply(e: EngineUnderTest, migration: Migration, renamedTo?: string): Promise<void> {
  const report = await run(e, migration, renamedTo);
  if (!report.done) {
    const sql = migration.steps.map((s) => s.sql).join(';\n');
    throw new Error(`${report.error?.message} (step ${report.failedStep}) in\n${sql}`);
  }
}

export async function read(e: EngineUnderTest, schema: string, relation: string): Promise<TableDefinition> {
  const { table: found, unreadable } = await e.definition({ schema, relation });
  if (!found) throw new Error(unreadable ?? 'no definition');
  return found;
}

/** The same definition, its columns known by other ids. */
export function withIds(t: TableDefinition, idOf: (id: string) => string): TableDefinition {
  const key = <T extends { columns: string[] }>(k: T): T => ({ ...k, columns: k.columns.map(idOf) });
  return {
    ...t,
    columns: t.columns.map((c) => ({ ...c, id: idOf(c.id) })),
    primaryKey: t.primaryKey && key(t.primaryKey),
    uniques: t.uniques.map(key),
    foreignKeys: t.foreignKeys.map(key)
  };
}

/** What two definitions can be compared by: in Postgres columns keep their places whatever is wished. */
export function comparable(engine: EngineName, t: TableDefinition): unknown {
  const byName = <T extends { name: string | null; id?: string }>(list: T[]): T[] => [...list].sort((a, b) => ((a.name ?? a.id!) < (b.name ?? b.id!) ? -1 : 1));
  const noId = <T extends { id: string }>(list: T[]): unknown[] => list.map(({ id: _id, ...rest }) => rest);
  return {
    ...t,
    columns: engine === 'postgres' ? byName(t.columns) : t.columns,
    primaryKey: t.primaryKey && noId([t.primaryKey]),
    uniques: noId(byName(t.uniques)),
    foreignKeys: noId(byName(t.foreignKeys)),
    checks: noId(byName(t.checks)),
    // Whether a plain name stands in quotes is the engine's affair.
    indexes: byName(t.indexes).map((i) => ({ ...i, on: i.on.replaceAll('"', '') })),
    triggers: byName(t.triggers)
  };
}

export const sqlOf = schemaSqlOf;
