import { afterEach, describe, expect, it } from 'vitest';
import { EngineError, type OpenReport } from '$workers/engine';
import { expectSameAfterTrip, relationsOf } from './dumpTrip';
import { endWorkers, opened, type EngineUnderTest } from './engineUnderTest';
import { hasSharedData, sharedFile, sharedFiles, SKIPPED } from './sharedData';

afterEach(endWorkers);

type Opened = EngineUnderTest & { report: OpenReport };

const open = async (path: string): Promise<Opened> =>
  opened('postgres', { source: { kind: 'dump', file: await sharedFile(path), packed: path.endsWith('.gz') } });

/** What the MANIFEST says of a database: how many tables, and rows of the largest. */
async function expected(database: string): Promise<{ tables: number; rows: [string, number][] }> {
  const text = await (await sharedFile('MANIFEST.md')).text();
  const line = text.split('\n').find((l) => l.startsWith(`| ${database} | `))!;
  const [, tables, rows] = /^\| \w+ \| (\d+) \| (.*) \|$/.exec(line)!;
  return { tables: Number(tables), rows: [...rows!.matchAll(/(\S+) (\d+)/g)].map((m) => [m[1]!, Number(m[2])]) };
}

async function expectRows(e: Opened, database: string): Promise<void> {
  const wanted = await expected(database);
  const relations = relationsOf(await e.catalog());
  expect(relations.filter((r) => r.kind === 'table' || r.kind === 'partitioned-table').length).toBe(wanted.tables);
  for (const [name, count] of wanted.rows) {
    const [schema, relation] = name.split('.').map((part) => part.replaceAll('"', ''));
    expect(await e.count({ schema: schema!, relation: relation!, filters: [] }), name).toEqual({ count, exact: true });
  }
}

/** Files that hold a whole database, each with the name that the MANIFEST knows it by. */
const whole = sharedFiles.filter((f) => /^pg-plain\/(pagila|chinook|northwind|netflix|titanic)[^/]*\.sql(\.gz)?$/.test(f) && !/schema|data-only|truncated/.test(f));

describe.skipIf(!hasSharedData)(`files of ../shared/data/pg-plain${hasSharedData ? '' : ` (${SKIPPED})`}`, { timeout: 180_000 }, () => {
  it.each(whole)('opens %s with the rows of its MANIFEST', async (path) => {
    const e = await open(path);
    expect(e.report.restore).toMatchObject({ refused: [] });
    await expectRows(e, /^pg-plain\/([a-z]+)/.exec(path)![1]!);
    expect(await e.rows('SHOW search_path')).toEqual([['public']]);
  });

  it('opens a schema without rows', async () => {
    const e = await open('pg-plain/pagila-schema.sql');
    expect(e.report.restore).toMatchObject({ refused: [], rows: 0 });
    expect(await e.count({ schema: 'public', relation: 'rental', filters: [] })).toEqual({ count: 0, exact: true });
  });

  it('keeps what is whole of a dump that was cut off, and says so', async () => {
    const e = await open('pg-plain/chinook-truncated.sql');
    expect(e.report.restore?.truncated).toBeTruthy();
    expect(e.report.restore!.rows).toBeGreaterThan(0);
  });

  it('lists what cannot run of a wild one', async () => {
    const e = await open('pg-plain/wild.sql');
    expect(await e.count({ schema: 'public', relation: 'things', filters: [] })).toEqual({ count: 3, exact: true });
    expect(e.report.restore!.refused.length).toBeGreaterThan(5);
    for (const refused of e.report.restore!.refused) {
      expect(refused.line).toBeGreaterThan(0);
      expect(refused.error.message).not.toBe('');
    }
  });

  it.each(['pg-plain/chinook-data-only.sql', 'pg-plain/globals.sql'])('refuses %s in words', async (path) => {
    const error = await open(path).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as EngineError).code).toBe('refused');
    expect((error as EngineError).hint).toBeTruthy();
  });

  it.each(['pg-plain/pagila.sql', 'pg-plain/northwind.sql', 'pg-plain/chinook.sql', 'pg-types/kinds.sql'])(
    'saves a copy of %s that opens as the same',
    async (path) => expectSameAfterTrip(await open(path))
  );

  it('opens kinds with the rows of its MANIFEST', async () => expectRows(await open('pg-types/kinds.sql'), 'kinds'));
});
