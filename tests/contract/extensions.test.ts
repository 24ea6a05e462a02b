import { afterEach, expect, it } from 'vitest';
import { extensionNames } from '../../workers/postgres/extensions';
import { endWorkers, opened } from './engineUnderTest';

afterEach(endWorkers);

/** What proves that the library itself runs, for those where a call is simple. */
const calls: Record<string, [sql: string, value: string]> = {
  citext: ["SELECT 'ABC'::citext = 'abc'::citext", 't'],
  cube: ["SELECT cube_dim('(1,2,3)')", '3'],
  earthdistance: ["SELECT (earth_distance(ll_to_earth(0,0), ll_to_earth(0,1)) > 100000)::text", 'true'],
  fuzzystrmatch: ["SELECT levenshtein('kitten', 'sitting')", '3'],
  hstore: ["SELECT ('a=>1'::hstore -> 'a')", '1'],
  intarray: ["SELECT '{1,2}'::int[] && '{2,3}'::int[]", 't'],
  isn: ["SELECT isbn('0-393-04002-X')::text", '0-393-04002-X'],
  ltree: ["SELECT 'a.b.c'::ltree <@ 'a.b'::ltree", 't'],
  pg_trgm: ["SELECT similarity('word', 'word')", '1'],
  pgcrypto: ["SELECT encode(digest('abc', 'sha256'), 'hex')", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  seg: ["SELECT '1..3'::seg @> '2'::seg", 't'],
  tablefunc: ['SELECT count(*) FROM normal_rand(5, 0, 1)', '5'],
  unaccent: ["SELECT unaccent('Hôtel')", 'Hotel'],
  'uuid-ossp': ["SELECT uuid_generate_v5(uuid_ns_dns(), 'example.com')", 'cfbff0d1-9375-5685-968c-48ce8b15ae17']
};

it('creates every extension that is shipped, and has each again after a reopening', { timeout: 180_000 }, async () => {
  const first = await opened('postgres');
  expect(extensionNames.length).toBeGreaterThan(34);
  for (const name of extensionNames) await first.script(`CREATE EXTENSION "${name}" CASCADE`);
  for (const [name, [sql, value]] of Object.entries(calls)) expect(await first.rows(sql), name).toEqual([[value]]);
  expect((await first.catalog()).extensions).toEqual(expect.arrayContaining([...extensionNames]));
  await first.script(`CREATE TABLE words (w citext, h hstore); CREATE INDEX words_trigrams ON words USING gin (w gin_trgm_ops);
    INSERT INTO words SELECT 'Word' || g, hstore('n', g::text) FROM generate_series(1, 100) g`);
  first.kill();
  const again = await opened('postgres', { projectId: first.projectId, source: { kind: 'stored' } });
  for (const [name, [sql, value]] of Object.entries(calls)) expect(await again.rows(sql), name).toEqual([[value]]);
  expect(await again.rows("SELECT h -> 'n' FROM words WHERE w = 'wORD42'")).toEqual([['42']]);
});

it('says what is not shipped, and goes on', async () => {
  const e = await opened('postgres');
  const error = await e.failure('CREATE EXTENSION postgis');
  expect(error.code).toBe('0A000');
  expect(error.message).toContain('postgis');
  expect(await e.rows('SELECT 1')).toEqual([['1']]);
});

it('creates one inside a transaction and a DO block, and loads a library by name', async () => {
  const e = await opened('postgres');
  await e.script('BEGIN; CREATE EXTENSION hstore; ROLLBACK');
  await e.script("DO $$ BEGIN EXECUTE 'CREATE EXTENSION pg_trgm'; END $$");
  await e.script("LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0");
  expect((await e.catalog()).extensions).toEqual(['pg_trgm', 'plpgsql']);
});
