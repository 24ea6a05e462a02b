import { afterEach, describe, expect, it } from 'vitest';
import { unpackPage } from '../../workers/wire/pageReader';
import { endWorkers, newProjectId, opened, openIn, start } from './engineUnderTest';

afterEach(endWorkers);

describe('statements', () => {
  it('of every sort give rows or counts', async () => {
    const e = await opened('postgres');
    await e.script('CREATE TABLE t (a int PRIMARY KEY, b text)');
    const [insert] = await e.script("INSERT INTO t SELECT g, 'x' || g FROM generate_series(1, 1200) g RETURNING a");
    expect(insert).toMatchObject({ rows: 1200, changed: 1200, command: 'INSERT' });
    const [moved] = await e.script('WITH gone AS (DELETE FROM t WHERE a > 600 RETURNING a) SELECT count(*) FROM gone');
    expect(moved).toMatchObject({ rows: 1, changed: null });
    expect(await e.rows('SELECT count(*) FROM t')).toEqual([['600']]);
    expect(await e.rows('SHOW server_encoding')).toEqual([['UTF8']]);
    expect((await e.rows('EXPLAIN SELECT 1'))[0]![0]).toMatch(/^Result/);
    await e.script("PREPARE p AS SELECT $1::int + 1; DECLARE c CURSOR WITH HOLD FOR SELECT a FROM t ORDER BY a; VACUUM ANALYZE t");
    expect(await e.rows('EXECUTE p(41)')).toEqual([['42']]);
    expect(await e.rows('FETCH 2 FROM c')).toEqual([['1'], ['2']]);
    const [merged] = await e.script('MERGE INTO t USING (VALUES (1), (1000)) v(a) ON t.a = v.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (v.a)');
    expect(merged!.changed).toBe(2);
  });

  it('tell what the server says beside the result', async () => {
    const e = await opened('postgres');
    const [done] = await e.script("DO $$ BEGIN RAISE WARNING 'look %', 'here' USING HINT = 'there'; END $$");
    expect(done!.notices).toEqual([{ severity: 'WARNING', message: 'look here', hint: 'there' }]);
    await e.script('LISTEN news');
    const [notify] = await e.script("NOTIFY news, 'hello'");
    expect(notify!.notices).toEqual([{ severity: 'NOTIFY', message: 'news: hello' }]);
  });

  it('load the rows that stand behind a COPY, and refuse one without', async () => {
    const e = await opened('postgres');
    await e.script('CREATE TABLE t (a int, b text)');
    const outcomes = await e.script('COPY t (a, b) FROM stdin;\n1\tone\n2\t\\N\n\\.\nSELECT count(*) FROM t;');
    expect(outcomes[0]!.changed).toBe(2);
    expect(await e.rows('SELECT * FROM t')).toEqual([['1', 'one'], ['2', null]]);
    expect((await e.failure('COPY t FROM stdin;\nx\ty\n\\.\n')).code).toBe('22P02');
    expect((await e.failure('COPY t FROM stdin')).code).toBe('57014');
    expect((await e.failure('COPY t TO stdout')).code).toBe('refused');
    expect(await e.rows('SELECT count(*) FROM t')).toEqual([['2']]);
  });

  it('fail where their commit fails', async () => {
    const e = await opened('postgres');
    await e.script('CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES a DEFERRABLE INITIALLY DEFERRED)');
    expect(await e.failure('INSERT INTO b VALUES (1)')).toMatchObject({ code: '23503', table: 'b' });
    expect(await e.failure('INSERT INTO b VALUES (1) RETURNING a')).toMatchObject({ code: '23503' });
    expect(await e.rows('SELECT count(*) FROM b')).toEqual([['0']]);
  });

  it('that write and are stopped on the way are undone', async () => {
    const e = await opened('postgres');
    await e.script('CREATE TABLE t (a int)');
    const running = e.run({ sql: "INSERT INTO t SELECT g FROM generate_series(1, 80000) g RETURNING a, repeat('x', 200)" }, (event) => {
      if (event.kind === 'rows') void e.cancel();
    });
    expect((await running).outcomes[0]!.state).toBe('cancelled');
    expect(await e.rows('SELECT count(*) FROM t')).toEqual([['0']]);
  });

  it('say where a column comes from, also after it was renamed', async () => {
    const e = await opened('postgres');
    await e.script('CREATE SCHEMA s; CREATE TABLE s.t (a numeric(5,2), v varchar(7), w timestamptz(3))');
    const columns = async () => (await e.script('SELECT t.*, 1 AS one FROM s.t'))[0]!.columns!;
    expect((await columns()).map((c) => [c.type, c.origin?.column])).toEqual([
      ['numeric(5,2)', 'a'],
      ['character varying(7)', 'v'],
      ['timestamp(3) with time zone', 'w'],
      ['integer', undefined]
    ]);
    await e.script('ALTER TABLE s.t RENAME a TO b');
    expect((await columns())[0]!.origin).toEqual({ schema: 's', relation: 't', column: 'b' });
  });

  it('that ask for another encoding fail, not the engine', async () => {
    const e = await opened('postgres');
    expect((await e.failure("SET client_encoding = 'LATIN1'")).code).toBe('0A000');
    expect((await e.failure("SELECT convert_to('é', 'LATIN1')")).code).toBe('42883');
    expect(await e.rows("SELECT convert_to('é', 'UTF8'), current_setting('client_encoding')")).toEqual([
      [Uint8Array.of(0xc3, 0xa9), 'UTF8']
    ]);
  });

  it('that spill into many temporary files leave none of them', async () => {
    const e = await opened('postgres');
    await e.script("SET work_mem = '64kB'; SET enable_sort = on; SET hash_mem_multiplier = 1");
    await e.script("CREATE TABLE t AS SELECT g, md5(g::text) AS h FROM generate_series(1, 60000) g");
    const [sorted] = await e.rows('SELECT count(*), min(h), max(n) FROM (SELECT h, row_number() OVER (ORDER BY h) AS n FROM t) s');
    expect(sorted).toEqual(['60000', '00003e3b9e5336685200ae85d21b4f5e', '60000']);
    await e.script('SET enable_mergejoin = off; SET enable_nestloop = off');
    expect(await e.rows('SELECT count(*) FROM t a JOIN t b USING (h)')).toEqual([['60000']]);
    expect(await e.rows("SELECT count(*) FROM pg_ls_tmpdir()")).toEqual([['0']]);
    expect(await e.rows("SELECT temp_files > 0 FROM pg_stat_database WHERE datname = 'postgres'")).toHaveLength(1);
  });

  it('may make hundreds of files', async () => {
    const e = await opened('postgres');
    await e.script(`DO $$ BEGIN FOR i IN 1..200 LOOP EXECUTE format('CREATE TABLE many_%s (a text PRIMARY KEY)', i); END LOOP; END $$`);
    expect(await e.rows("SELECT count(*) FROM pg_class WHERE relname LIKE 'many\\_%' AND relkind = 'r'")).toEqual([['200']]);
    e.kill();
    const again = await opened('postgres', { projectId: e.projectId, source: { kind: 'stored' } });
    expect(await again.rows('SELECT count(*) FROM many_200')).toEqual([['0']]);
    expect((await again.storage()).files).toBeLessThan(20);
  });
});

describe('an open transaction', () => {
  it('is not spoilt by what is looked at meanwhile', async () => {
    const e = await opened('postgres');
    await e.script('CREATE TABLE t (a int); BEGIN; INSERT INTO t VALUES (1)');
    const request = { schema: 'public', relation: 't', sorts: [], filters: [], from: 0, count: 10 };
    await expect(e.browse({ ...request, where: 'nonsense' })).rejects.toMatchObject({ code: '42703' });
    await expect(e.count({ ...request, where: 'nonsense' })).rejects.toMatchObject({ code: '42703' });
    await expect(e.explain('SELECT nonsense', true)).rejects.toMatchObject({ code: '42703', position: 7 });
    expect(unpackPage((await e.browse(request)).page)).toEqual([['1']]);
    expect((await e.explain('DELETE FROM t', true)).root.children.length).toBe(1);
    await e.script('COMMIT');
    expect(await e.rows('SELECT count(*) FROM t')).toEqual([['1']]);
  });

  it('that has failed still shows the catalog', async () => {
    const e = await opened('postgres');
    await e.script('CREATE TABLE t (a int)');
    await e.catalog();
    await e.failure('BEGIN; SELECT 1/0');
    expect((await e.catalog()).schemas[0]!.relations[0]!.relation).toBe('t');
    const report = await e.run({ sql: 'ROLLBACK' });
    expect(report.inTransaction).toBe(false);
  });
});

describe('storage', () => {
  it('refuses what was never brought in whole', async () => {
    const e = start('postgres', newProjectId());
    await expect(openIn(e, { source: { kind: 'stored' } })).rejects.toMatchObject({ code: 'damaged' });
    await expect(openIn(e, { source: { kind: 'stored' }, access: 'read' })).rejects.toMatchObject({ code: 'damaged' });
    await expect(openIn(e, { source: { kind: 'dump', file: new Blob(['Dear diary,']), packed: false } })).rejects.toMatchObject({
      code: 'refused'
    });
    const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle('projects', { create: true });
    await expect(projects.getDirectoryHandle(e.projectId)).rejects.toThrow();
  });

  it('tells its size', async () => {
    const e = await opened('postgres');
    const before = await e.storage();
    await e.script("CREATE TABLE t AS SELECT repeat('x', 1000) FROM generate_series(1, 10000)");
    const after = await e.storage();
    expect(after.where).toBe('opfs');
    expect(after.bytes - before.bytes).toBeGreaterThan(5_000_000);
  });
});

describe('places of rows', () => {
  it('deep down in a large table are those of the whole', async () => {
    const e = await opened('postgres');
    await e.script("CREATE TABLE t AS SELECT g, repeat('x', 300) AS pad FROM generate_series(1, 120000) g");
    const request = { schema: 'public', relation: 't', sorts: [], filters: [], count: 3 };
    expect(await e.count(request)).toEqual({ count: 120000, exact: true });
    for (const from of [0, 49_999, 60_000, 119_998]) {
      const page = await e.browse({ ...request, from });
      expect(unpackPage(page.page)[0]![0]).toBe(String(from + 1));
    }
    await e.script('DELETE FROM t WHERE g <= 1000');
    expect(unpackPage((await e.browse({ ...request, from: 60_000 })).page)[0]![0]).toBe('61001');
    expect(await e.count({ ...request, where: 'g % 2 = 0 OR false -- half' })).toEqual({ count: 59_500, exact: true });
  });
});
