import { afterEach, expect, it } from 'vitest';
import { endWorkers, opened } from './engineUnderTest';
import { expectSameAfterTrip, savedCopy } from './dumpTrip';

afterEach(endWorkers);

it('the sample saved and opened again is the same', async () => {
  await expectSameAfterTrip(await opened('postgres', { source: { kind: 'sample' } }));
});

it('odd names, generated and identity columns, odd values, large objects come back', async () => {
  const e = await opened('postgres');
  await e.script(`
    CREATE SCHEMA "a.b"; CREATE SCHEMA "Ünï ""q""";
    CREATE TABLE "a.b"."select" ("from" int GENERATED ALWAYS AS IDENTITY (START 10 INCREMENT 5) PRIMARY KEY, "Wh ere" text,
      twice int GENERATED ALWAYS AS ("from" * 2) STORED, thrice int GENERATED ALWAYS AS ("from" * 3), bytes bytea);
    INSERT INTO "a.b"."select" ("Wh ere", bytes) SELECT v, convert_to(v, 'UTF8')
      FROM unnest(ARRAY['', E'\\t\\n\\r\\\\', '\\N', '\\.', 'NULL', repeat('x', 100000), '😀', NULL]) v;
    CREATE TABLE "Ünï ""q"""."empty" ();
    INSERT INTO "Ünï ""q"""."empty" DEFAULT VALUES;
    CREATE UNLOGGED TABLE unlogged AS SELECT g FROM generate_series(1, 10) g;
    CREATE TABLE parent (a int); CREATE TABLE child (b int) INHERITS (parent);
    INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 3);
    CREATE SEQUENCE untouched START 7; SELECT lo_from_bytea(0, '\\xdeadbeef'); CREATE EXTENSION hstore;
    CREATE TABLE h (v hstore); INSERT INTO h VALUES ('a=>1');
    CREATE TABLE egg (id int PRIMARY KEY, hen int); CREATE TABLE hen (id int PRIMARY KEY, egg int REFERENCES egg DEFERRABLE INITIALLY DEFERRED);
    ALTER TABLE egg ADD FOREIGN KEY (hen) REFERENCES hen DEFERRABLE; BEGIN; INSERT INTO egg VALUES (1, NULL); INSERT INTO hen VALUES (1, 1);
    UPDATE egg SET hen = 1; COMMIT; CREATE MATERIALIZED VIEW unfilled AS SELECT 1 AS one WITH NO DATA`);
  await expectSameAfterTrip(e);
});

it('writes a schema by itself with the extensions that it stands on, and no others', async () => {
  const e = await opened('postgres');
  await e.script(`CREATE EXTENSION hstore; CREATE EXTENSION pg_trgm; CREATE SCHEMA a; CREATE SCHEMA b; CREATE SCHEMA "Ext ""s""";
    CREATE EXTENSION citext SCHEMA "Ext ""s"""; SET search_path = public, "Ext ""s"""; CREATE TABLE a.t (h hstore, w text); CREATE INDEX ON a.t USING gin (w gin_trgm_ops); INSERT INTO a.t VALUES ('k=>1', 'word');
    CREATE TABLE b.t (c citext); INSERT INTO b.t VALUES ('Word'); CREATE VIEW b.v AS SELECT similarity('a', 'b')`);
  const dump = async (schema: string): Promise<Blob> => {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    await e.saveScript(async (chunk) => void parts.push(chunk as Uint8Array<ArrayBuffer>), undefined, schema);
    return new Blob(parts);
  };
  const extensions = async (schema: string): Promise<string[]> => [...(await (await dump(schema)).text()).matchAll(/CREATE EXTENSION IF NOT EXISTS (\w+)/g)].map(([, name]) => name!).sort();
  expect(await extensions('a')).toEqual(['hstore', 'pg_trgm']);
  expect(await extensions('b')).toEqual(['citext', 'pg_trgm']);
  // citext lies in a schema of its own, which is made for it and for nothing else.
  expect(await (await dump('a')).text()).not.toContain('CREATE SCHEMA IF NOT EXISTS');
  for (const [schema, query] of [['a', 'SELECT h, w FROM a.t'], ['b', 'SELECT c FROM b.t']] as const) {
    const again = await opened('postgres', { source: { kind: 'dump', file: await dump(schema), packed: false } });
    expect(again.report.restore).toMatchObject({ refused: [] });
    expect(await again.rows(query)).toEqual(await e.rows(query));
  }
});

it('leaves the session as it was, and refuses within a transaction', async () => {
  const e = await opened('postgres');
  await e.script("CREATE TABLE t (a date); INSERT INTO t VALUES ('2026-02-01'); SET DateStyle = 'SQL, DMY'; SET search_path = ''");
  const text = await (await savedCopy(e)).text();
  expect(text).toContain('\n2026-02-01\n');
  expect(await e.rows("SELECT current_setting('DateStyle'), current_setting('search_path'), a FROM public.t")).toEqual([
    ['SQL, DMY', '""', '01/02/2026']
  ]);
  await e.script('BEGIN');
  await expect(savedCopy(e)).rejects.toMatchObject({ code: '25001' });
  await e.script('ROLLBACK');
});
