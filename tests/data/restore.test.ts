import { PGlite } from '@electric-sql/pglite';
import { citext } from '@electric-sql/pglite/contrib/citext';
import { hstore } from '@electric-sql/pglite/contrib/hstore';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { existsSync, openAsBlob, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { CopyBlock, DumpTarget } from '../../workers/restore/dumpTarget';
import { openArchive } from '../../workers/restore/archive/archiveFile';
import { archiveScript } from '../../workers/restore/archive/archiveScript';
import { chosenDump } from '../../workers/restore/chosenDump';
import { dumpSource, type DumpSource } from '../../workers/restore/dumpSource';
import { restoreDump } from '../../workers/restore/restoreDump';
import type { RestoreReport } from '../../workers/wire/opening';

const shared = '../shared/data';

/** PGlite in memory as a target, in the simplest way. */
class MemoryTarget implements DumpTarget {
  constructor(readonly pg: PGlite) {}

  async exec(sql: string): Promise<number> {
    const results = await this.#asData(() => this.pg.exec(sql));
    return results.reduce((n, r) => n + (r.affectedRows ?? 0), 0);
  }

  async copyIn({ head, tail }: CopyBlock, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    let rows = 0;
    for await (const piece of pieces) {
      const blob = new Blob([piece.slice()]);
      const result = await this.#asData(() => this.pg.query(`${head} FROM '/dev/blob' ${tail}`, [], { blob }));
      rows += result.affectedRows ?? 0;
    }
    return rows;
  }

  async prepareExtensions(): Promise<boolean> {
    return false;
  }

  async #asData<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (e) {
      if (e instanceof Error && 'code' in e) throw { code: e.code, message: e.message };
      throw e;
    }
  }
}

interface Loaded {
  report: RestoreReport;
  /** Rows by `schema.table`. */
  counts: Record<string, number>;
  pg: PGlite;
}

let running: Promise<PGlite> | undefined;

/** The one engine of these tests, empty. */
async function emptyEngine(): Promise<PGlite> {
  running ??= PGlite.create({ extensions: { citext, hstore, pg_trgm } });
  const pg = await running;
  await pg.exec(
    'DROP PUBLICATION IF EXISTS pub; DROP SCHEMA IF EXISTS kinds CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; SELECT lo_unlink(oid) FROM pg_largeobject_metadata'
  );
  return pg;
}

async function load(file: string, source = sourceOf(file)): Promise<Loaded> {
  const pg = await emptyEngine();
  const report = await restoreDump(await source, new MemoryTarget(pg));
  const { rows } = await pg.query<{ name: string }>(
    `select format('%I.%I', nspname, relname) as name from pg_class c join pg_namespace n on n.oid = relnamespace
     where relkind in ('r', 'p') and nspname not in ('pg_catalog', 'information_schema')`
  );
  const counts: Record<string, number> = {};
  for (const { name } of rows) {
    counts[name] = Number((await pg.query<{ n: number }>(`select count(*) as n from ${name}`)).rows[0]!.n);
  }
  return { report, counts, pg };
}

async function sourceOf(file: string): Promise<DumpSource> {
  const blob = await openAsBlob(`${shared}/${file}`);
  if (!file.startsWith('pg-archive/')) return dumpSource(blob, file.endsWith('.gz'));
  const archive = await openArchive([{ name: file, file: blob }]);
  return archiveScript(archive, archive.toc.entries);
}

/** Tables, and rows of the largest, as the list of the shared data gives them for a database. */
function listed(database: string): { tables: number; rows: [string, number][] } {
  const manifest = readFileSync(`${shared}/MANIFEST.md`, 'utf8');
  const line = new RegExp(`^\\| ${database} \\| (\\d+) \\| (.*) \\|$`, 'm').exec(manifest)!;
  const rows = line[2]!.split(', ').map((entry): [string, number] => {
    const at = entry.lastIndexOf(' ');
    return [entry.slice(0, at), Number(entry.slice(at + 1))];
  });
  return { tables: Number(line[1]), rows };
}

describe.skipIf(!existsSync(shared))('restoring the shared dumps into PGlite', { timeout: 60_000 }, () => {
  afterAll(async () => (await running)?.close());

  it.each([
    ['pg-plain/pagila.sql', 'pagila'],
    ['pg-plain/chinook.sql', 'chinook'],
    ['pg-plain/chinook.sql.gz', 'chinook'],
    ['pg-plain/chinook-inserts.sql', 'chinook'],
    ['pg-plain/chinook-rows100.sql', 'chinook'],
    ['pg-plain/northwind.sql', 'northwind'],
    ['pg-plain/northwind-clean-create.sql', 'northwind'],
    ['pg-plain/netflix.sql.gz', 'netflix'],
    ['pg-plain/titanic.sql', 'titanic'],
    ['pg-plain/titanic-bom.sql', 'titanic'],
    ['pg-plain/titanic-crlf.sql', 'titanic'],
    ['pg-types/kinds.sql', 'kinds'],
    ['pg-archive/pagila.dump', 'pagila'],
    ['pg-archive/pagila-z0.dump.gz', 'pagila'],
    ['pg-archive/pagila.tar.gz', 'pagila'],
    ['pg-archive/pagila-dir.tar', 'pagila'],
    ['pg-archive/kinds.dump', 'kinds'],
    ['pg-archive/kinds-z0.dump', 'kinds'],
    ['pg-archive/kinds-blobs.dump', 'kinds'],
    ['pg-archive/kinds.tar', 'kinds'],
    ['pg-archive/kinds-dir.tar', 'kinds']
  ])('%s holds what the list says', async (file, database) => {
    const { report, counts, pg } = await load(file);
    const { tables, rows } = listed(database);
    expect(report.refused).toEqual([]);
    expect(report.truncated).toBeUndefined();
    expect(Object.keys(counts)).toHaveLength(tables);
    for (const [name, count] of rows) expect(counts[name], name).toBe(count);
    expect((await pg.query("select current_setting('search_path') as p")).rows[0]).toEqual({ p: 'public' });
  });

  /** Without one table, and what stands on it. */
  const without = async (file: string, table: string): Promise<DumpSource> => {
    const source = await chosenDump(
      { kind: 'dump', file: await openAsBlob(`${shared}/${file}`), packed: false, chosen: true },
      async ({ tables }) => ({ withoutTables: tables.filter((t) => t.name === table).map((t) => t.id), withoutRows: [], largeObjects: false }),
      () => undefined
    );
    return source!;
  };

  it.each([
    ['pg-plain/pagila.sql', 'film'],
    ['pg-plain/pagila.sql', 'payment'],
    ['pg-plain/chinook-inserts.sql', 'Track'],
    ['pg-plain/northwind-clean-create.sql', 'customers']
  ])('%s without %s is restored without a failure', async (file, table) => {
    const whole = (await load(file)).counts;
    const { report, counts } = await load(file, without(file, table));
    expect(report.refused).toEqual([]);
    const gone = Object.keys(whole).filter((name) => !(name in counts));
    expect(gone).toEqual([expect.stringMatching(new RegExp(`\\."?${table}"?$`))]);
    for (const [name, count] of Object.entries(counts)) expect(count, name).toBe(whole[name]);
  });

  it.each(['pg-archive/kinds-blobs.dump', 'pg-archive/kinds.tar', 'pg-archive/kinds-dir.tar'])('%s brings its large object', async (file) => {
    const { pg } = await load(file);
    const { rows } = await pg.query<{ bytes: number }>('select octet_length(lo_get(424242)) as bytes');
    expect(rows[0]!.bytes).toBeGreaterThan(0);
  });

  it.each(['pg-plain/pagila-schema.sql', 'pg-archive/pagila-schema.dump'])('%s makes the tables', async (file) => {
    const { report, counts } = await load(file);
    expect(report.refused).toEqual([]);
    expect(Object.keys(counts)).toHaveLength(listed('pagila').tables);
  });

  it('chinook-truncated.sql loads what is whole', async () => {
    const { report, counts } = await load('pg-plain/chinook-truncated.sql');
    expect(report.truncated).toMatch(/amid the rows of public\./);
    expect(report.refused).toEqual([]);
    expect(Object.values(counts).reduce((a, b) => a + b)).toBe(report.rows);
    expect(report.rows).toBeGreaterThan(1_000);
  });

  it('wild.sql loads its rows and lists the rest', async () => {
    const { report, counts } = await load('pg-plain/wild.sql');
    expect(counts).toMatchObject({ 'public.things': 3, 'public.items': 0 });
    expect(report.refused.map((r) => `${r.line} ${r.text.split(' ').slice(0, 3).join(' ')}`)).toEqual([
      '5 CREATE ROLE app_owner',
      '6 CREATE TABLESPACE fast',
      '7 CREATE EXTENSION IF',
      '8 CREATE EXTENSION IF',
      '9 CREATE LANGUAGE plpython3u',
      '13 CREATE TABLE public.places',
      '19 COPY public.places (id,',
      '22 CREATE FUNCTION public.py(i',
      '26 CREATE EVENT TRIGGER',
      "27 SELECT pg_catalog.setval('public.nothing_seq', 3,"
    ]);
  });

  it.each([
    ['pg-plain/chinook-data-only.sql', /rows only/],
    ['pg-plain/globals.sql', /only roles/]
  ])('%s is refused in words', async (file, message) => {
    await expect(load(file)).rejects.toMatchObject({ code: 'refused', message: expect.stringMatching(message) });
  });
});
