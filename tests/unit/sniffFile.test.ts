import { existsSync, openAsBlob, readdirSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { makeTar, storedZstd } from '../fixtures/makeTar';
import { sniffFile } from '../../src/lib/workspace/sniffFile';

type Bytes = string | Uint8Array;
const file = (name: string, ...parts: Bytes[]): File => new File(parts.map((p) => (typeof p === 'string' ? p : new Uint8Array(p))), name);
const text = (s: string): Uint8Array => new TextEncoder().encode(s);
const sqliteFile = Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4080)]);
const dump = `-- a comment\n\nSET statement_timeout = 0;\nCREATE TABLE public.t (a int);\n`;

const cutTar = gzipSync(makeTar([{ name: 'a.db', bytes: randomBytes(100_000) }])).subarray(0, 90_000);

/** The first file of a zip is marked as one with a password. */
function locked(zip: Uint8Array): Uint8Array {
  const at = Buffer.from(zip).indexOf('PK\x01\x02', 'latin1');
  zip[at + 8]! |= 1;
  return zip;
}

async function kindOf(f: File): Promise<string> {
  const sniffed = await sniffFile(f);
  if (sniffed.kind === 'several') return `several: ${sniffed.found.map((f) => `${f.kind} ${f.name}`).join(', ')}`;
  if (sniffed.kind !== 'refused') return sniffed.packed ? `${sniffed.kind} gzip` : sniffed.kind;
  expect(sniffed.message.startsWith(`${f.name} `)).toBe(true);
  expect(sniffed.message).toMatch(/\.$/);
  expect(sniffed.hint.length).toBeGreaterThan(10);
  return sniffed.message.slice(f.name.length + 1);
}

describe('sniffFile', () => {
  it.each<[string, File, string | RegExp]>([
    ['a database', file('x.txt', sqliteFile), 'sqlite'],
    ['a gzip\'d one', file('x', gzipSync(sqliteFile)), 'sqlite gzip'],
    ['an empty script', file('new.sql'), /empty/],
    ['a dump', file('x.db', dump), 'postgres-dump'],
    ['a gzip\'d dump', file('x', gzipSync(dump)), 'postgres-dump gzip'],
    ['a dump in UTF-16', file('x', Buffer.from(`\uFEFF${dump}`, 'utf16le')), 'postgres-dump'],
    ['a dump in Latin 1', file('x', Buffer.from(`${dump}-- é ä ö\n`, 'latin1')), 'postgres-dump'],
    ['a dump that begins with a command of psql', file('x', '\\set ON_ERROR_STOP on\nselect 1'), 'postgres-dump'],
    ['a long comment', file('x', '-- x\n'.repeat(20_000) + dump), 'postgres-dump'],
    ['lower case', file('x', 'create table t(a text);\n'), 'postgres-dump'],
    ['.dump of sqlite3', file('x', 'PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE t(a);\nCOMMIT;\n'), 'sqlite-script'],
    ['SQL for SQLite', file('x', 'CREATE TABLE "t" (id INTEGER PRIMARY KEY AUTOINCREMENT, d DATETIME);'), 'sqlite-script'],
    ['SQL for Postgres', file('x', 'CREATE TABLE t (id serial, d timestamptz, b jsonb);'), 'postgres-dump'],
    ['a dump of MySQL', file('x', '-- MySQL dump 10.13\n\nCREATE TABLE `t` (a int);'), /MySQL/],
    ['a script of SQL Server', file('x', 'USE [shop]\nGO\nSET ANSI_NULLS ON\nGO\nCREATE TABLE [dbo].[t] (a int)\nGO\n'), /SQL Server/],
    ['text', file('x.db', 'Milk, bread, a screwdriver.\n'), /text file/],
    ['text that begins like SQL', file('x', 'Select your favourite. Set the table, copy that.'), 'postgres-dump'],
    ['text with a word of SQL', file('x', 'Set the table for two.\nCreate a mess.\n'), /text file/],
    ['comments only', file('x', '-- nothing\n'), /only comments/],
    ['blanks', file('x', ' \n\n'), /blank/],
    ['CSV', file('x', 'a,b\n1,2\n3,"x, y"\n'), /CSV/],
    ['JSON', file('x', '[{"a": 1}]'), /JSON/],
    ['a web page', file('x.sqlite', '<!DOCTYPE html><html>404'), /web page/],
    ['a custom dump', file('x', 'PGDMP', randomBytes(100)), 'postgres-archive'],
    ['a journal', file('x', new Uint8Array([0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, 0, 0])), /rollback journal/],
    ['a WAL', file('x', new Uint8Array([0x37, 0x7f, 0x06, 0x82, 0, 0x2d])), /write-ahead log/],
    ['chance', file('x', randomBytes(65_536)), /encrypted/],
    ['a little chance', file('x', randomBytes(2_048)), /encrypted/],
    ['bytes', file('x', new Uint8Array(5_000).map((_, i) => i % 7)), /not a database/],
    ['gzip that is cut off', file('x', gzipSync(randomBytes(50_000)).subarray(0, 12)), /cut off or damaged/],
    ['gzip of nothing', file('x', gzipSync('')), /nothing in it/],
    ['a dump in gzip that is cut off', file('x', gzipSync(dump.repeat(100)).subarray(0, 200)), /postgres-dump gzip|cut off/],
    ['Parquet', file('x', 'PAR1', randomBytes(50)), /Parquet/],
    ['a picture', file('x', '\x89PNG'.replace('\x89', ''), randomBytes(10)), /./],
    ['an empty zip', file('x', new Uint8Array([80, 75, 5, 6, ...new Array<number>(18).fill(0)])), /zip archive with nothing/],
    ['a zip that is cut off', file('x', zipSync({ 'a.db': sqliteFile }).subarray(0, 60)), /zip archive that is cut off/],
    ['a zip with text', file('x', zipSync({ 'a.txt': text('hello') })), /without a database/],
    ['a zip with two databases', file('x', zipSync({ 'a.db': sqliteFile, 'b/c.db': sqliteFile })), 'several: sqlite a.db, sqlite c.db'],
    ['a zip with a gzip\'d dump that it packed again', file('x', zipSync({ 'a.sql.gz': [gzipSync(dump.repeat(50)), { level: 6 }] })), 'postgres-dump gzip'],
    ['a zip with the folder of an archive of pg_dump', file('x', zipSync({ 'shop/toc.dat': text('PGDMP'), 'shop/1.dat.gz': text('x') })), 'postgres-archive'],
    ['zstd', file('x', storedZstd(sqliteFile)), 'sqlite gzip'],
    ['zstd that is cut off', file('x', storedZstd(sqliteFile).subarray(0, 12)), /zstd file that is cut off/],
    ['a tar with a database', file('x', makeTar([{ name: 'read me', bytes: 'hello' }, { name: 'in/a.db', bytes: sqliteFile }])), 'sqlite'],
    ['a tar with two dumps', file('x', makeTar([{ name: 'a.sql', bytes: dump }, { name: 'b.sql.gz', bytes: gzipSync(dump) }])), 'several: postgres-dump a.sql, postgres-dump b.sql.gz'],
    ['a tar.gz with a database', file('x', gzipSync(makeTar([{ name: 'a.db', bytes: sqliteFile }]))), 'sqlite'],
    ['a tar.zst with an archive of pg_dump', file('x', storedZstd(makeTar([{ name: 'toc.dat', bytes: 'PGDMP' }, { name: '1.dat', bytes: '1' }]))), 'postgres-archive'],
    ['a tar.gz that is cut off', file('x', gzipSync(makeTar([{ name: 'a.db', bytes: randomBytes(100_000) }])).subarray(0, 90_000)), /packed, and cut off or damaged/],
    ['a tar with nothing in it', file('x', makeTar([{ name: 'a/', bytes: '' }])), /tar archive with nothing/],
    ['a tar with a zip', file('x', makeTar([{ name: 'a.zip', bytes: zipSync({ 'b.db': sqliteFile }) }])), 'sqlite gzip'],
    ['a zip with a database beside a tar.gz that is cut off', file('x', zipSync({ 'a.db': [sqliteFile, { level: 0 }], 'b.tar.gz': [cutTar, { level: 0 }] })), 'sqlite'],
    ['a zip with nothing but a tar.gz that is cut off', file('x', zipSync({ 'b.tar.gz': [cutTar, { level: 0 }] })), /without a database in it that can be read/],
    ['a data directory with a file that is locked', file('x', locked(zipSync({ PG_VERSION: text('18'), 'global/pg_control': text('x') }))), /holds PG_VERSION, which is locked/],
    ['an archive of pg_dump with a file that is locked', file('x', locked(zipSync({ 'toc.dat': text('PGDMP'), '1.dat': text('1') }))), /holds toc.dat, which is locked/],
    ['a data directory', file('x', gzipSync(makeTar([{ name: 'PG_VERSION', bytes: '18' }, { name: 'global/pg_control', bytes: 'x' }]))), 'postgres-directory'],
    ['a workbook', file('x', zipSync({ '[Content_Types].xml': text('x'), 'xl/workbook.xml': text('x') })), /Excel/]
  ])('knows %s', async (_, f, expected) => {
    expect(await kindOf(f)).toMatch(typeof expected === 'string' ? new RegExp(`^${expected}$`) : expected);
  });

  it.each([0, 6] as const)('opens the one database of a zip without unpacking it (level %i)', async (level) => {
    const zip = zipSync({ 'read me.txt': text('hello'), '__MACOSX/a.db': sqliteFile, 'in/films.sqlite': [sqliteFile, { level }] });
    const sniffed = await sniffFile(file('films.zip', zip));
    expect(sniffed).toMatchObject({ kind: 'sqlite', name: 'films.sqlite', packed: level > 0 });
    if (sniffed.kind === 'refused' || sniffed.kind === 'several') return;
    const stream = sniffed.packed ? sniffed.file.stream().pipeThrough(new DecompressionStream('gzip')) : sniffed.file.stream();
    expect(Buffer.from(await new Response(stream).arrayBuffer()).equals(sqliteFile)).toBe(true);
  });

  it('says which scripts beside a database it leaves alone, also within', async () => {
    const files = { 'films.db': sqliteFile, 'sql/schema.sql': text(dump), 'sql/data.sql': text(dump) };
    const beside = 'scripts beside it were left alone (schema.sql, data.sql)';
    expect(await sniffFile(file('films.zip', zipSync(files)))).toMatchObject({ kind: 'sqlite', name: 'films.db', passedOver: expect.stringContaining(beside) as string });
    const one = await sniffFile(file('films.zip', zipSync({ 'films.db': sqliteFile, 'schema.sql': text(dump) })));
    expect(one).toMatchObject({ passedOver: expect.stringMatching(/^The script schema\.sql beside it was left alone/) as string });
    const within = zipSync({ 'other.db': sqliteFile, 'in.zip': [zipSync(files), { level: 0 }] });
    expect(await sniffFile(file('films.zip', within))).toMatchObject({ kind: 'several', passedOver: expect.stringMatching(/^In in\.zip: 2 scripts/) as string });
    // An archive is no script.
    const archive = { 'films.db': sqliteFile, 'dump/toc.dat': text('PGDMP'), 'dump/1.dat': text('x') };
    expect(await kindOf(file('x.zip', zipSync(archive)))).toBe('several: postgres-archive x.zip, sqlite films.db');
  });

  it('names an archive of several files after what it came in, several after their folders', async () => {
    const archive = (folder: string) => ({ [`${folder}/toc.dat`]: text('PGDMP'), [`${folder}/1.dat`]: text('x') });
    expect(await sniffFile(file('shop.zip', zipSync(archive('dir'))))).toMatchObject({ kind: 'postgres-archive', name: 'shop.zip' });
    expect(await kindOf(file('shop.zip', zipSync({ ...archive('a'), ...archive('b') })))).toBe('several: postgres-archive a, postgres-archive b');
  });

  it('offers to keep a file of no bytes as a new database, unless its name says that it is none', async () => {
    expect(await sniffFile(file('new.db'))).toMatchObject({ kind: 'refused', message: /empty/, offer: 'empty-database' });
    expect(await sniffFile(file('new.sql'))).not.toHaveProperty('offer');
  });

  it('says that a folder is one', async () => {
    const folder = file('pictures', 'x');
    folder.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotFoundError')) }) as unknown as Blob;
    expect(await kindOf(folder)).toMatch(/folder/);
  });
});

const shared = '../shared/data';
describe.skipIf(!existsSync(shared))('sniffFile on the shared data', () => {
  const expected: Record<string, RegExp> = {
    sqlite: /^sqlite$/,
    'sqlite/journal': /^sqlite$|rollback journal/,
    'sqlite/wal': /^sqlite$|write-ahead log/,
    'pg-plain': /^postgres-dump( gzip)?$/,
    'pg-types': /^postgres-dump$/,
    'pg-archive': /^postgres-archive( gzip)?$/,
    csv: /CSV|text file|JSON/,
    columnar: /Parquet|Excel/
  };
  for (const [folder, pattern] of Object.entries(expected)) {
    it(`knows everything in ${folder}`, async () => {
      let seen = 0;
      for (const entry of readdirSync(`${shared}/${folder}`, { withFileTypes: true })) {
        if (!entry.isFile()) continue;
        seen++;
        const blob = await openAsBlob(`${shared}/${folder}/${entry.name}`);
        expect(await kindOf(new File([blob], entry.name)), entry.name).toMatch(pattern);
      }
      expect(seen).toBeGreaterThan(0);
    });
  }

  it('knows what people drop in distress', async () => {
    const kinds: Record<string, string> = {};
    for (const name of readdirSync(`${shared}/sqlite-odd`)) {
      kinds[name] = await kindOf(new File([await openAsBlob(`${shared}/sqlite-odd/${name}`)], name));
    }
    expect(kinds).toMatchObject({
      'zero-bytes.sqlite': 'is empty: it holds no bytes at all.',
      'half.sqlite': 'sqlite',
      'header-only.sqlite': 'sqlite',
      'trailing-junk.sqlite': 'sqlite',
      'chinook.sqlite.gz': 'sqlite gzip',
      'chinook.zip': 'sqlite gzip',
      'plain-text.db': expect.stringMatching(/text file/),
      'encrypted-looking.db': expect.stringMatching(/encrypted/),
      'journal-without-database.sqlite-journal': expect.stringMatching(/beside|rollback journal/)
    });
  });
});
