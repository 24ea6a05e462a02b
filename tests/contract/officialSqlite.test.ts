import { afterEach, describe, expect, it } from 'vitest';
import { unpackPage } from '$workers/engine';
import { sqliteSchema } from '../../workers/dialect/sqliteSchema';
import { FULL_TEXT, GEO_PACKAGE, geoPackageBlob } from '../fixtures/moduleScripts';
import { commit, EditedTable } from './changing';
import BrokenSqljsWorker from './brokenSqljsWorker?worker';
import { copyOf, endWorkers, newProjectId, opened, openIn, start, type EngineUnderTest } from './engineUnderTest';
import { hasSharedData, sharedFile, SKIPPED } from './sharedData';

afterEach(endWorkers);

const openBytes = (bytes: BlobPart, readOnly = false) =>
  opened('sqlite', { source: { kind: 'file', file: new Blob([bytes]), packed: false }, readOnly });
const openScript = (sql: string) => opened('sqlite', { source: { kind: 'dump', file: new Blob([sql]), packed: false } });

/** A database of a script, as bytes. */
async function made(script: string): Promise<Uint8Array<ArrayBuffer>> {
  const e = await opened('sqlite');
  await e.script(script);
  return copyOf(e);
}

/** Which build serves it. */
const isOfficial = async (e: EngineUnderTest): Promise<boolean> =>
  (await e.rows("SELECT count(*) FROM pragma_module_list WHERE name = 'fts5'"))[0]![0] === 1;
const titles = async (e: EngineUnderTest, words: string): Promise<unknown[]> =>
  (await e.rows('SELECT d.title FROM docs_fts f JOIN docs d ON d.id = f.rowid WHERE docs_fts MATCH ? ORDER BY f.rowid', [words])).flat();

describe('a table of another build’s module', () => {
  it('is made in a project that ran on sql.js, which goes on with that build', async () => {
    const e = await opened('sqlite');
    await e.script('CREATE TABLE before (a); INSERT INTO before VALUES (9007199254740995); PRAGMA foreign_keys=off');
    expect(await isOfficial(e)).toBe(false);
    await e.script(FULL_TEXT);
    expect(await isOfficial(e)).toBe(true);
    expect(await titles(e, 'water')).toEqual(['Tea', 'Lemonade']);
    expect(await e.rows('SELECT a FROM before')).toEqual([[9007199254740995n]]);
    expect(await e.rows('PRAGMA foreign_keys')).toEqual([[0]]);
    e.kill();
    const again = await opened('sqlite', { projectId: e.projectId, source: { kind: 'stored' } });
    expect(again.report.notices).toEqual([]);
    expect(await titles(again, 'water')).toEqual(['Tea', 'Lemonade']);
  });

  it('is made within a transaction that the script itself begins, and rolled back with it', async () => {
    const e = await opened('sqlite');
    await e.script('BEGIN; CREATE VIRTUAL TABLE a USING fts5(x); INSERT INTO a VALUES (1); ROLLBACK');
    expect(await e.rows('SELECT count(*) FROM sqlite_schema')).toEqual([[0]]);
  });

  it('is refused in words where the other build could not take over', async () => {
    const e = await opened('sqlite');
    await e.script('CREATE TABLE t (a)');
    await e.script('BEGIN; INSERT INTO t VALUES (1)');
    const make = 'CREATE VIRTUAL TABLE f USING fts5(x)';
    expect(await e.failure(make)).toMatchObject({ code: 'needs-module', message: expect.stringMatching(/FTS5.*transaction/) as string });
    await e.script('COMMIT; CREATE TEMP TABLE mine (a)');
    expect(await e.failure(make)).toMatchObject({ code: 'needs-module', message: expect.stringMatching(/mine/) as string });
    await e.script(`DROP TABLE mine; ${make}; INSERT INTO f VALUES ('x')`);
    expect(await e.rows('SELECT count(*) FROM t')).toEqual([[1]]);
    expect(await e.failure('CREATE VIRTUAL TABLE g USING fts4(x)')).toMatchObject({
      code: 'needs-module',
      message: expect.stringMatching(/FTS4.*FTS5.* f /) as string
    });
    await e.script('DROP TABLE f; CREATE VIRTUAL TABLE g USING fts4(x)');
    expect(await isOfficial(e)).toBe(false);
    expect(await e.failure(make)).toMatchObject({ message: expect.stringMatching(/FTS5.*FTS4/) as string });
  });

  it('is no reason to change anything in a read-only project, or in one of UTF-16', async () => {
    const looking = await openBytes(await made('CREATE TABLE t (a)'), true);
    expect((await looking.failure('CREATE VIRTUAL TABLE f USING fts5(x)')).code).toBeDefined();
    expect(await isOfficial(looking)).toBe(false);
    const wide = await opened('sqlite', { source: { kind: 'file', file: new Blob([]), packed: false } });
    await wide.script("PRAGMA encoding='UTF-16le'; CREATE TABLE t (a); INSERT INTO t VALUES ('ä')");
    expect(await wide.failure('CREATE VIRTUAL TABLE f USING fts5(x)')).toMatchObject({ message: expect.stringMatching(/UTF-16/) as string });
    expect(await wide.rows('SELECT a FROM t')).toEqual([['ä']]);
  });
});

describe('a file with FTS5', () => {
  it('opens, is searched, edited, copied, written as SQL and set back', async () => {
    const bytes = await made(FULL_TEXT);
    const e = await openBytes(bytes);
    expect(e.report).toMatchObject({ readOnly: null, notices: [] });
    expect(await copyOf(e)).toEqual(bytes);
    const relations = (await e.catalog()).schemas[0]!.relations;
    const named = (name: string) => relations.find((r) => r.relation === name)!;
    expect(named('docs_fts')).toMatchObject({ kind: 'virtual-table' });
    expect(named('docs_fts').unavailable ?? named('docs').unwritable).toBeUndefined();
    expect(relations.filter((r) => r.shadow).map((r) => r.relation).sort()).toEqual(['docs_fts_config', 'docs_fts_data', 'docs_fts_docsize', 'docs_fts_idx']);
    expect(named('docs_fts_data').unwritable).toMatch(/virtual table docs_fts/);
    expect(await e.sizes({ schema: 'main', relation: 'docs_fts' })).toMatchObject({ bytes: 4 * 4096, indexes: [] });
    const page = await e.browse({ schema: 'main', relation: 'docs_fts', sorts: [], filters: [], from: 0, count: 10 });
    expect(unpackPage(page.page)[0]).toEqual(['Tea', 'Leaves in hot water']);
    expect(await e.count({ schema: 'main', relation: 'docs_fts', filters: [] })).toEqual({ count: 3, exact: true });
    expect(await e.rows("SELECT snippet(docs_fts, 1, '[', ']', '…', 4) FROM docs_fts WHERE docs_fts MATCH 'beans' ORDER BY bm25(docs_fts)")).toEqual([['[Beans], ground']]);

    const { last } = await e.commits(0, 1);
    const t = new EditedTable(e, 'main', 'docs');
    const [tea] = await t.rows();
    await commit(e, [t.update(tea!, { body: 'Leaves in hot milk' }), t.insert({ id: 9, title: 'Ice', body: 'Frozen water' })]);
    expect(await titles(e, 'water')).toEqual(['Lemonade', 'Ice']);
    expect(await e.rows('PRAGMA integrity_check')).toEqual([['ok']]);
    expect(await e.failure("UPDATE docs_fts_data SET block = x''")).toMatchObject({ message: expect.stringMatching(/may not be modified/) as string });

    const chunks: Uint8Array<ArrayBuffer>[] = [];
    await e.saveScript(async (chunk) => void chunks.push(chunk as Uint8Array<ArrayBuffer>));
    const script = await new Blob(chunks).text();
    expect(script).not.toContain('PRAGMA encoding');
    const restored = await openScript(script);
    expect(restored.report.restore!.refused).toEqual([]);
    expect(await titles(restored, 'water')).toEqual(['Lemonade', 'Ice']);
    expect(await restored.rows('PRAGMA integrity_check')).toEqual([['ok']]);

    await e.goBack(last);
    expect(await titles(e, 'water')).toEqual(['Tea', 'Lemonade']);
    const looking = await openBytes(await copyOf(e), true);
    expect(await titles(looking, 'water')).toEqual(['Tea', 'Lemonade']);
    expect(await looking.failure("INSERT INTO docs (title) VALUES ('x')")).toMatchObject({ code: expect.stringMatching(/^SQLITE_READONLY/) as string });
  });

  it('comes back when a project is set back to a commit with it', async () => {
    const e = await openBytes(await made(FULL_TEXT));
    const { last } = await e.commits(0, 1);
    await e.script('DROP TABLE docs_fts; DROP TRIGGER docs_ai; DROP TRIGGER docs_au; DROP TRIGGER docs_ad');
    await e.close();
    const without = await opened('sqlite', { projectId: e.projectId, source: { kind: 'stored' } });
    expect(await isOfficial(without)).toBe(false);
    await without.goBack(last);
    expect(await titles(without, 'water')).toEqual(['Tea', 'Lemonade']);
  });
});

describe('where sql.js does not call what it should', () => {
  it('the official build takes over, and every commit is kept', async () => {
    const worker = (): Worker => new BrokenSqljsWorker({ name: 'broken' });
    const e = start('sqlite', newProjectId(), worker());
    expect(await openIn(e)).toMatchObject({ readOnly: null, notices: [] });
    await e.script('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    e.kill();
    const again = start('sqlite', e.projectId, worker());
    await openIn(again, { source: { kind: 'stored' } });
    expect(await again.rows('SELECT * FROM t')).toEqual([[1]]);
    expect(await isOfficial(again)).toBe(true);
  });
});

describe('sizes of tables and indexes', () => {
  it('are told by dbstat beside sql.js, the same as by the official build', async () => {
    const script = `CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); CREATE INDEX t_b ON t (b);
      INSERT INTO t SELECT value, hex(zeroblob(500)) FROM json_each('[1,2,3,4,5,6,7,8,9]')`;
    const ask = 'SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY name';
    const e = await opened('sqlite');
    await e.script(script);
    const sizes = await e.rows(ask);
    expect(sizes.map(([name]) => name)).toEqual(['sqlite_schema', 't', 't_b']);
    expect(Number(sizes[1]![1])).toBeGreaterThan(9000);
    // Every page belongs to one of them.
    expect(await e.rows('PRAGMA page_count')).toEqual([[sizes.reduce((sum, [, bytes]) => sum + Number(bytes), 0) / 4096]]);
    const ofTable = await e.sizes({ schema: 'main', relation: 't' });
    expect(ofTable).toEqual({ bytes: Number(sizes[1]![1]) + Number(sizes[2]![1]), indexes: [{ name: 't_b', bytes: sizes[2]![1] }] });
    expect(await e.sizes({ schema: 'main', relation: 'nowhere' })).toBeNull();
    expect(await isOfficial(e)).toBe(false);
    await e.script('INSERT INTO t (b) SELECT b FROM t');
    expect(Number((await e.rows(ask))[1]![1])).toBeGreaterThan(18000);
    await e.script('BEGIN; DELETE FROM t');
    expect(await e.failure(ask)).toMatchObject({ code: 'refused', message: expect.stringMatching(/transaction/) as string });
    expect(await e.sizes({ schema: 'main', relation: 't' })).toBeNull();
    await e.script('ROLLBACK; CREATE VIRTUAL TABLE r USING rtree(id, a, b)');
    expect(await isOfficial(e)).toBe(true);
    expect((await e.rows(ask)).map(([name]) => name)).toContain('t_b');
  });
});

describe('a file of modules that no one build has together', () => {
  /** As the `.dump` of an FTS4 table writes it: its own tables, and its row in the schema. */
  const mail = `CREATE TABLE mail_content (docid INTEGER PRIMARY KEY, c0subject); 
    CREATE TABLE mail_segments (blockid INTEGER PRIMARY KEY, block BLOB);
    CREATE TABLE mail_segdir (level INTEGER, idx INTEGER, start_block INTEGER, leaves_end_block INTEGER, end_block INTEGER, root BLOB, PRIMARY KEY (level, idx));
    CREATE TABLE mail_docsize (docid INTEGER PRIMARY KEY, size BLOB); CREATE TABLE mail_stat (id INTEGER PRIMARY KEY, value BLOB);
    CREATE TABLE letters (a); INSERT INTO letters VALUES ('a letter');
    CREATE TRIGGER to_mail AFTER INSERT ON letters BEGIN INSERT INTO mail (subject) VALUES (new.a); END;
    CREATE VIEW ranked AS SELECT rowid AS id, bm25(docs_fts) < 0 AS near FROM docs_fts WHERE docs_fts MATCH 'water';
    PRAGMA writable_schema=ON;
    INSERT INTO sqlite_schema VALUES ('table', 'mail', 'mail', 0, 'CREATE VIRTUAL TABLE mail USING fts4(subject)');
    PRAGMA writable_schema=OFF;`;
  const boxes = 'CREATE VIRTUAL TABLE boxes USING rtree(id, low, high); INSERT INTO boxes VALUES (1, 0, 2);';
  const file = async (more: boolean) => {
    const whole = await openScript(`${FULL_TEXT};${boxes}${mail}`);
    if (!more) await whole.script('DROP TABLE boxes');
    return openBytes(await copyOf(whole));
  };

  it.each([
    ['FTS5 and R*Tree are served, FTS4 is not', true, 'mail', 'FTS4', 'letters', 'to_mail'],
    ['FTS4 is served as well as FTS5 would be', false, 'docs_fts', 'FTS5', 'docs', 'docs_']
  ])('opens, and says at each table what it lacks: %s', async (_, more, lacking, module, base, trigger) => {
    const e = await file(more);
    expect(e.report.readOnly).toBeNull();
    expect(e.report.notices.map((n) => n.message)).toEqual([`${lacking} needs SQLite’s module ${module}, which the build of SQLite that serves this database has not.`]);
    const relations = (await e.catalog()).schemas[0]!.relations;
    const named = (name: string) => relations.find((r) => r.relation === name)!;
    expect(named(lacking).unavailable).toContain(module);
    expect(named(base).unwritable).toMatch(new RegExp(`Can be read; .*${trigger}.*${module}`));
    expect(await e.failure(`SELECT * FROM ${lacking}`)).toMatchObject({ message: expect.stringMatching(new RegExp(module, 'i')) as string });
    // All else is read, also what belongs to the table that is not.
    for (const { relation } of relations.filter((r) => r.kind === 'table')) await e.rows(`SELECT count(*) FROM "${relation}"`);
    expect(await e.rows('SELECT a FROM letters')).toEqual([['a letter']]);
    expect(await e.rows('SELECT count(*) FROM docs')).toEqual([[3]]);
    if (more) {
      expect(await e.rows('SELECT * FROM ranked ORDER BY id')).toEqual([[1, 1], [3, 1]]);
      expect(await e.rows('SELECT id FROM boxes WHERE low < 1')).toEqual([[1]]);
      await e.script("INSERT INTO docs (id, title, body) VALUES (9, 'Ice', 'Frozen water')");
      expect(await e.rows('SELECT id FROM ranked WHERE id = 9')).toEqual([[9]]);
    } else {
      expect(await e.failure('SELECT * FROM ranked')).toMatchObject({ message: expect.stringMatching(/FTS5/i) as string });
    }
  });
});

it('functions of full-text search are called by views and triggers of both builds, and elsewhere refused', async () => {
  const e = await openBytes(await made(`CREATE VIRTUAL TABLE f USING fts5(x); INSERT INTO f VALUES ('one two');
    CREATE VIEW v AS SELECT bm25(f) < 0, highlight(f, 0, '<', '>'), snippet(f, 0, '[', ']', '', 9) FROM f WHERE f MATCH 'two'`));
  expect(await e.rows('SELECT * FROM v')).toEqual([[1, 'one <two>', 'one [two]']]);
  expect((await e.failure('SELECT bm25(1)')).message).toMatch(/unable to use function bm25/);
  const old = await openBytes(await made(`CREATE VIRTUAL TABLE g USING fts4(x); INSERT INTO g VALUES ('one two');
    CREATE VIEW v AS SELECT snippet(g, '[', ']'), offsets(g), length(matchinfo(g)) > 0, length(matchinfo(g, 'p')) FROM g WHERE g MATCH 'two'`));
  expect(await old.rows('SELECT * FROM v')).toEqual([['one [two]', '0 0 4 3', 1, 4]]);
  expect((await old.failure('SELECT offsets(1)')).message).toMatch(/unable to use function offsets/);
});

it('sizes of a large file are read when that is asked for, and that can be stopped', { timeout: 60_000 }, async () => {
  const e = await opened('sqlite');
  await e.script(`CREATE TABLE small (a PRIMARY KEY); CREATE TABLE large (a);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 18000) INSERT INTO large SELECT zeroblob(3900) FROM n`);
  const large = { schema: 'main', relation: 'large' };
  expect(await e.sizes(large)).toEqual({ bytes: null, indexes: [] });
  expect(await e.sizes({ schema: 'main', relation: 'small' }, true)).toEqual({ bytes: 8192, indexes: [{ name: 'sqlite_autoindex_small_1', bytes: 4096 }] });
  const told: number[] = [];
  const read = await e.sizes(large, true, ({ done }) => told.push(done));
  expect(read!.bytes).toBeGreaterThan(18_000 * 4096);
  const [pages] = await e.rows('PRAGMA page_count');
  expect(read!.bytes! / 4096).toBe(Number(pages![0]) - 3);
  // Asked to stop at its first word, unless it was through by then; the connection goes on.
  const end = await e.sizes(large, true, () => void e.cancel()).catch((error: { code: string }) => error.code);
  expect(['cancelled', JSON.stringify(read)]).toContain(typeof end === 'string' ? end : JSON.stringify(end));
  expect(await e.rows('SELECT count(*) FROM large')).toEqual([[18_000]]);
});

describe('the names of its own tables', () => {
  it('mean nothing in a text, a column or a dump', async () => {
    const e = await openScript(`BEGIN; CREATE TABLE notes (dbstat TEXT); INSERT INTO notes VALUES ('see dbstat'); COMMIT;`);
    await e.script(`BEGIN; INSERT INTO notes VALUES ('sqlite_dbpage'); UPDATE notes SET dbstat = dbstat || '!'; COMMIT`);
    expect(await e.rows(`SELECT dbstat FROM notes WHERE dbstat <> 'dbstat'`)).toEqual([['see dbstat!'], ['sqlite_dbpage!']]);
    expect(await isOfficial(e)).toBe(false);
  });

  it('leave a state of FTS4 readable that one goes back to', async () => {
    const e = await opened('sqlite');
    await e.script(`CREATE VIRTUAL TABLE g USING fts4(x); INSERT INTO g VALUES ('four')`);
    const { last } = await e.commits(0, 1);
    await e.script('DROP TABLE g; CREATE VIRTUAL TABLE f USING fts5(x)');
    expect(await isOfficial(e)).toBe(true);
    await e.goBack(last);
    expect(await e.rows(`SELECT x FROM g WHERE g MATCH 'four'`)).toEqual([['four']]);
    expect(await isOfficial(e)).toBe(false);
  });
});

describe('tasks of maintenance', () => {
  it.each([['sql.js', ''], ['the official build', '; CREATE VIRTUAL TABLE r USING rtree(id, a, b)']])('run on %s', async (_, more) => {
    const e = await opened('sqlite');
    await e.script(`CREATE TABLE t (a TEXT UNIQUE)${more}; INSERT INTO t SELECT hex(zeroblob(3000)) || value FROM json_each('[1,2,3]')`);
    for (const { label, sql } of sqliteSchema.maintenance) {
      const [outcome] = await e.script(sql);
      if (label !== 'Table sizes') continue;
      const rows = unpackPage(await e.fetch(outcome!.resultId!, 0, 10));
      expect(rows[0]).toEqual(['t', '53 kB', '29 kB']);
      expect(rows.map(([name]) => name)).toContain('sqlite_schema');
    }
  });
});

describe('a GeoPackage', () => {
  const inIndex = (e: EngineUnderTest) => e.rows('SELECT * FROM rtree_places_geom ORDER BY id');

  it('is edited with the triggers of its spatial index', async () => {
    const e = await openBytes(await made(GEO_PACKAGE));
    expect(e.report.notices).toEqual([]);
    const t = new EditedTable(e, 'main', 'places');
    await commit(e, [
      t.insert({ fid: 1, geom: geoPackageBlob([[2, 3]]), name: 'a' }),
      t.insert({ fid: 2, geom: geoPackageBlob([[-8, 1], [4, 16]], true), name: 'b' }),
      t.insert({ fid: 3, geom: geoPackageBlob([]), name: 'empty' }),
      t.insert({ fid: 4, name: 'none' })
    ]);
    expect(await inIndex(e)).toEqual([[1, 2, 2, 3, 3].map((n, i) => (i === 0 ? n : { real: n })), [2, -8, 4, 1, 16].map((n, i) => (i === 0 ? n : { real: n }))]);
    const [first, second] = await t.rows();
    await commit(e, [t.update(first!, { geom: geoPackageBlob([[5, 6], [7, 9]]) }), t.delete(second!)]);
    expect(await inIndex(e)).toEqual([[1, { real: 5 }, { real: 7 }, { real: 6 }, { real: 9 }]]);
    expect(await e.rows('SELECT rtreecheck(?)', ['rtree_places_geom'])).toEqual([['ok']]);
  });

  it('has the functions that its triggers call on sql.js as well, where the schema is not trusted', async () => {
    const e = await opened('sqlite');
    const blob = geoPackageBlob([[1.5, 2], [3, -4.25]]);
    const ask = `SELECT ST_MinX(?1), ST_MaxX(?1), ST_MinY(?1), ST_MaxY(?1), ST_IsEmpty(?1), ST_GeometryType(?1), ST_SRID(?1),
      GPKG_IsAssignable('GEOMETRY', ST_GeometryType(?1)), GPKG_IsAssignable('POINT', 'LINESTRING'), ST_MinX(NULL), ST_IsEmpty('text'), ST_MinX(x'4750')`;
    const wanted = [1.5, { real: 3 }, -4.25, { real: 2 }, 0, 'LINESTRING', 4326, 1, 0, null, null, null];
    expect(await e.rows(ask, [blob])).toEqual([wanted]);
    await e.script(`CREATE TABLE t (g, x); CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET x = ST_MaxX(new.g) WHERE rowid = new.rowid; END`);
    await e.script('INSERT INTO t (g) VALUES (?)', [blob]);
    expect(await e.rows('SELECT x FROM t')).toEqual([[{ real: 3 }]]);
    await e.script('CREATE VIRTUAL TABLE r USING rtree(id, a, b)');
    expect(await e.rows(ask, [blob])).toEqual([wanted]);
  });

  describe.skipIf(!hasSharedData)(hasSharedData ? 'of ../shared/data' : SKIPPED, () => {
    it.each(['sqlite/countries.gpkg', 'sqlite/gdal_sample.gpkg', 'sqlite/rte.gpkg'])('%s is edited whole', async (path) => {
      const e = await openBytes(await (await sharedFile(path)).arrayBuffer());
      expect(e.report).toMatchObject({ readOnly: null, notices: [] });
      const features = await e.rows("SELECT table_name, column_name FROM gpkg_geometry_columns WHERE table_name IN (SELECT name FROM sqlite_schema WHERE type = 'table')");
      let edited = 0;
      for (const [table, column] of features.slice(0, 4)) {
        const name = String(table);
        const t = new EditedTable(e, 'main', name);
        const row = (await t.rows()).find((r) => r.values[String(column)] instanceof Uint8Array);
        if (!row) continue;
        const geom = row.values[String(column)]!;
        const id = Object.keys(row.values)[0]!;
        const where = `"${id}" = (SELECT max("${id}") FROM "${name}")`;
        await commit(e, [t.update(row, { [String(column)]: null })]);
        await commit(e, [t.update({ ...row, values: { ...row.values, [String(column)]: null } }, { [String(column)]: geom })]);
        await e.script(`DELETE FROM "${name}" WHERE ${where}`);
        edited++;
      }
      expect(edited).toBeGreaterThan(0);
      expect(await e.rows('PRAGMA integrity_check')).toEqual([['ok']]);
      for (const [name] of await e.rows("SELECT name FROM sqlite_schema WHERE sql LIKE 'create virtual table%rtree%'")) {
        expect(await e.rows('SELECT rtreecheck(?)', [name!])).toEqual([['ok']]);
      }
    });
  });
});
