import { afterEach, describe, expect, it } from 'vitest';
import type { OpenReport } from '$workers/engine';
import { endWorkers, opened, type EngineName, type EngineUnderTest } from './engineUnderTest';
import { hasSharedData, sharedFile, sharedFiles, SKIPPED } from './sharedData';
import { apply, read, sqlOf } from './tableTrip';

afterEach(endWorkers);

/**
 * Every ordinary table: the form can read it, saving it unchanged does nothing, and what it writes makes the same.
 * @param copies how many are made again
 */
async function expectRoundTrips(engine: EngineName, e: EngineUnderTest & { report: OpenReport }, copies = Infinity): Promise<number> {
  const { createTable, migrate } = sqlOf(engine);
  if (engine === 'postgres') await e.script('CREATE SCHEMA "round trip"');
  let tables = 0;
  for (const schema of (await e.catalog()).schemas) {
    for (const info of schema.relations) {
      const isOrdinary = (info.kind === 'table' || info.kind === 'partitioned-table') && !info.partitionOf && !info.unavailable && !info.shadow;
      if (!isOrdinary) continue;
      tables++;
      const table = await read(e, info.schema, info.relation);
      expect(table.columns.map((c) => c.name)).toEqual(info.columns.map((c) => c.name));
      expect(migrate(table, structuredClone(table)).steps).toEqual([]);
      if (info.kind !== 'table' || e.report.readOnly !== null || tables > copies) continue;
      // Triggers of the copy would need names of their own, and so would SQLite's indexes.
      const copy = engine === 'postgres' ? { ...table, schema: 'round trip', triggers: [] } : { ...table, relation: 'round trip', triggers: [], indexes: [] };
      await apply(e, createTable(copy));
      const { triggers: _triggers, ...made } = await read(e, copy.schema, copy.relation);
      const { triggers: _none, ...wanted } = copy;
      expect(made, info.relation).toEqual(wanted);
      await e.script(engine === 'postgres' ? 'DROP SCHEMA "round trip" CASCADE; CREATE SCHEMA "round trip"' : 'DROP TABLE "round trip"');
    }
  }
  return tables;
}

describe.skipIf(!hasSharedData)(`tables of ../shared/data${hasSharedData ? '' : ` (${SKIPPED})`}`, { timeout: 300_000 }, () => {
  const sqlite = sharedFiles.filter((f) => f.startsWith('sqlite/') && !/-(wal|journal)$/.test(f));
  it.each(sqlite)('%s is opened in the form and saved without a statement', async (path) => {
    const e = await opened('sqlite', { source: { kind: 'file', file: await sharedFile(path), packed: false } });
    await expectRoundTrips('sqlite', e, 150);
  });

  // These two hold no tables.
  const postgres = sharedFiles.filter((f) => /^pg-plain\/[^/]*\.sql(\.gz)?$/.test(f) && !/data-only|globals/.test(f));
  it.each([...postgres, 'pg-types/kinds.sql'])('%s is opened in the form and saved without a statement', async (path) => {
    const e = await opened('postgres', { source: { kind: 'dump', file: await sharedFile(path), packed: path.endsWith('.gz') } });
    expect(await expectRoundTrips('postgres', e)).toBeGreaterThan(0);
  });
});
