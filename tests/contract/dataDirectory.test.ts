import { PGlite } from '@electric-sql/pglite';
import { citext } from '@electric-sql/pglite/contrib/citext';
import { afterEach, expect, it } from 'vitest';
import type { ArchivePart } from '$workers/engine';
import { storedProjects } from '../../src/lib/persistence/projectStorage';
import { sniffFile } from '../../src/lib/workspace/sniffFile';
import { endWorkers, openIn, opened, start } from './engineUnderTest';

afterEach(endWorkers);

/** A data directory as PGlite itself makes and dumps it, with its own initdb. */
async function dumped(): Promise<File> {
  const pg = await PGlite.create({ extensions: { citext } });
  await pg.exec(`CREATE EXTENSION citext; CREATE TABLE words (w citext PRIMARY KEY, n int8); CREATE TABLE empty_one ();
    INSERT INTO words SELECT 'Word ' || g, 9007199254740993 + g FROM generate_series(1, 2000) g`);
  const file = (await pg.dumpDataDir('gzip')) as File;
  await pg.close();
  return new File([file], 'no name tells');
}

async function partsOf(file: File): Promise<ArchivePart[]> {
  const sniffed = await sniffFile(file);
  expect(sniffed.kind).toBe('postgres-directory');
  return sniffed.kind === 'postgres-directory' ? sniffed.parts! : [];
}

it('a data directory of PGlite opens with all that is in it, and is kept; one of another version is refused in words', { timeout: 120_000 }, async () => {
  const parts = await partsOf(await dumped());
  const decoy = await opened('postgres');
  await decoy.script('CREATE TABLE words (w text)');
  const first = await opened('postgres', { source: { kind: 'data-directory', parts } });
  const question = "SELECT count(*), sum(n), (SELECT n FROM words WHERE w = 'wORD 7') FROM words";
  const answer = [['2000', String(2000n * 9007199254740993n + 2_001_000n), '9007199254741000']];
  expect(await first.rows(question)).toEqual(answer);
  await first.script("INSERT INTO words VALUES ('kept', 1); CREATE TABLE added (a int)");
  first.kill();
  const again = await opened('postgres', { projectId: first.projectId, source: { kind: 'stored' } });
  expect(await again.rows("SELECT n FROM words WHERE w = 'KEPT'")).toEqual([['1']]);
  expect((await again.catalog()).schemas[0]!.relations.map((r) => r.relation)).toEqual(['added', 'empty_one', 'words']);
  expect(await decoy.rows('SELECT count(*) FROM words')).toEqual([['0']]);

  const changed = (name: string, file: Blob) => parts.map((part) => (part.name.endsWith(name) && !part.name.includes('base/') ? { ...part, file } : part));
  const control = new Uint8Array(await parts.find(({ name }) => name.endsWith('pg_control'))!.file.arrayBuffer());
  control[12]! ^= 1;
  for (const [wrong, words] of [
    [changed('PG_VERSION', new Blob(['16\n'])), /written by PostgreSQL 16: here is PostgreSQL 18/],
    [changed('pg_control', new Blob([control])), /another build of PostgreSQL 18 \(catalog \d+\)/],
    [changed('PG_VERSION', new Blob([])), /not whole/]
  ] as const) {
    const e = start('postgres');
    await expect(openIn(e, { source: { kind: 'data-directory', parts: wrong } })).rejects.toMatchObject({ message: expect.stringMatching(words) as string });
    expect(await storedProjects()).not.toContain(e.projectId);
    e.kill();
  }
});
