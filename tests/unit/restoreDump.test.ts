import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bigDump } from '../fixtures/bigDump';
import type { CopyBlock, DumpTarget } from '../../workers/restore/dumpTarget';
import { clusterDatabases } from '../../workers/restore/clusterDatabases';
import { dumpSource } from '../../workers/restore/dumpSource';
import { restoreDump } from '../../workers/restore/restoreDump';
import { splitPostgres } from '../../workers/split/splitPostgres';
import type { EngineErrorData } from '../../workers/wire/errors';
import type { Progress } from '../../workers/wire/opening';

const error = (code: string, message = code): EngineErrorData => ({ code, message });

/** Records what a restore asks for; `fails` says which statements cannot run. What a failing call did is forgotten. */
class Recorder implements DumpTarget {
  /** Every call, as it came. */
  calls: string[] = [];
  /** Statements that stand. */
  ran: string[] = [];
  copied: { block: CopyBlock; rows: string; pieces: number }[] = [];
  extensions: string[] = [];
  newSession = false;

  constructor(readonly fails: (statement: string) => EngineErrorData | undefined = () => undefined) {}

  async exec(sql: string): Promise<number> {
    this.calls.push(sql);
    const statements = splitPostgres(sql);
    for (const s of statements) {
      const failure = this.fails(s.text);
      if (failure) throw failure;
    }
    this.ran.push(...statements.map((s) => s.text));
    return statements.filter((s) => s.command === 'INSERT').length;
  }

  async copyIn(block: CopyBlock, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    let rows = '';
    let count = 0;
    const failure = this.fails(block.text);
    for await (const piece of pieces) {
      rows += Buffer.from(piece).toString('utf8');
      count++;
      if (failure) throw failure;
    }
    this.calls.push(`copy ${block.relation}`);
    this.copied.push({ block, rows, pieces: count });
    return rows.split('\n').length - 1;
  }

  async prepareExtensions(names: readonly string[]): Promise<boolean> {
    this.extensions.push(...names);
    return this.newSession;
  }
}

const restore = (dump: string, target: DumpTarget = new Recorder(), onProgress?: (p: Progress) => void) =>
  restoreDump(dumpSource(new Blob([dump]), false), target, onProgress);

const TABLE = 'CREATE TABLE public.t (a int, b text);\n';

describe('restoreDump', () => {
  it('runs statements together, COPY blocks in transactions, and leaves a fresh session', async () => {
    const target = new Recorder();
    const report = await restore(
      `SET client_encoding = 'UTF8';\nSET statement_timeout = 0;\n${TABLE}COPY public.t (a, b) FROM stdin;\n1\tx\n2\ty\n\\.\n\nCREATE INDEX i ON public.t (a);\n`,
      target
    );
    expect(report).toMatchObject({ statements: 5, skipped: 1, refused: [], rows: 2, truncated: undefined });
    expect(target.calls).toEqual([
      'SET statement_timeout = 0;\nCREATE TABLE public.t (a int, b text)',
      'BEGIN',
      'copy public.t',
      'COMMIT',
      'CREATE INDEX i ON public.t (a)',
      'RESET ALL'
    ]);
    expect(target.copied[0]).toMatchObject({ rows: '1\tx\n2\ty\n', block: { head: 'COPY public.t (a, b)', tail: '' } });
  });

  it('leaves out owners, grants and what is about other databases, without a word', async () => {
    const target = new Recorder();
    const report = await restore(
      `\\restrict x\n\\connect shop\n${TABLE}ALTER TABLE public.t OWNER TO "some one";\nALTER FUNCTION f(a int) OWNER TO CURRENT_USER;
GRANT ALL ON TABLE public.t TO x;REVOKE ALL ON SCHEMA public FROM PUBLIC;SET ROLE x;SET SESSION AUTHORIZATION 'x';CREATE DATABASE d;
ALTER DATABASE d OWNER TO x;COMMENT ON DATABASE d IS 'x';COMMENT ON EXTENSION e IS 'x';ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO x;
SET default_tablespace = fast;SET default_tablespace = '';DROP ROLE IF EXISTS x;\\unrestrict x\n`,
      target
    );
    expect(report).toMatchObject({ statements: 15, skipped: 13, refused: [] });
    expect(target.ran).toEqual(['CREATE TABLE public.t (a int, b text)', "SET default_tablespace = ''", 'RESET ALL']);
  });

  it('makes what should lie in a tablespace without one, and takes no name for the clause', async () => {
    const target = new Recorder();
    const report = await restore(
      `CREATE TABLE public.t (a int PRIMARY KEY USING INDEX TABLESPACE slow, tablespace text DEFAULT 'TABLESPACE x') WITH (fillfactor=70) TABLESPACE fast;
CREATE INDEX i ON public.t (a) TABLESPACE "fa st" WHERE a > 1;
CREATE MATERIALIZED VIEW public.v TABLESPACE fast AS SELECT 1 AS tablespace;
CREATE TABLE tablespace (a int);
ALTER TABLE public.t SET TABLESPACE fast;
`,
      target
    );
    expect(report).toMatchObject({ statements: 5, skipped: 4, refused: [] });
    expect(target.ran).toEqual([
      "CREATE TABLE public.t (a int PRIMARY KEY, tablespace text DEFAULT 'TABLESPACE x') WITH (fillfactor=70)",
      'CREATE INDEX i ON public.t (a) WHERE a > 1',
      'CREATE MATERIALIZED VIEW public.v AS SELECT 1 AS tablespace',
      'CREATE TABLE tablespace (a int)',
      'RESET ALL'
    ]);
  });

  it('lists what could not run with its line, and goes on', async () => {
    const target = new Recorder((s) => (s.includes('bad') ? error('42P01', 'no such thing') : undefined));
    const inserts = Array.from({ length: 50 }, (_, i) => `INSERT INTO public.t VALUES (${i}, '${i % 20 === 7 ? 'bad' : 'good'}');`).join('\n');
    const report = await restore(
      `${TABLE}CREATE ROLE r;\nCREATE TABLESPACE s LOCATION '/x';\n${inserts}\nCOPY public.bad FROM stdin;\n1\n\\.\n\\i other.sql\nSELECT 1;`,
      target
    );
    expect(report.refused.map((r) => [r.line, r.error.code])).toEqual([
      [2, 'unsupported'],
      [3, 'unsupported'],
      [11, '42P01'],
      [31, '42P01'],
      [51, '42P01'],
      [54, '42P01'],
      [57, 'unsupported']
    ]);
    expect(report.rows).toBe(47);
    expect(report.statements).toBe(56);
    expect(target.ran.filter((s) => s.includes('good'))).toHaveLength(47);
    // In the order of the dump.
    expect(target.ran.filter((s) => s.includes('good'))[46]).toContain('(49,');
    expect(target.calls.slice(target.calls.lastIndexOf('BEGIN'))).toEqual(['BEGIN', 'ROLLBACK', 'SELECT 1', 'RESET ALL']);
  });

  it('keeps a transaction of the dump alive when a statement of it fails', async () => {
    const target = new Recorder((s) => (s.includes('bad') ? error('23505') : undefined));
    const report = await restore(`${TABLE}BEGIN;\nSELECT lo_open(1);\nSELECT bad;\nDO 'bad';\nSELECT lo_close(0);\nCOMMIT;\n`, target);
    expect(report.refused).toHaveLength(2);
    expect(target.calls[target.calls.indexOf("DO 'bad'") - 1]).toBe('SAVEPOINT rowhouse_restore');
    expect(target.calls[1]).toBe('BEGIN');
    expect(target.calls).toContain('ROLLBACK TO SAVEPOINT rowhouse_restore; RELEASE SAVEPOINT rowhouse_restore');
    expect(target.ran.filter((s) => /lo_/.test(s))).toEqual(['SELECT lo_open(1)', 'SELECT lo_close(0)']);
    expect(target.calls.slice(-2)).toEqual(['COMMIT', 'RESET ALL']);
    await restore(`${TABLE}BEGIN; SELECT 1;`, target);
    expect(target.calls.slice(-2)).toEqual(['COMMIT', 'RESET ALL']);
  });

  it('prepares extensions, and makes settings again in a new session', async () => {
    const target = new Recorder();
    target.newSession = true;
    await restore(
      `SET check_function_bodies = false;SELECT pg_catalog.set_config('search_path', '', false);SET check_function_bodies = off;
CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public;CREATE EXTENSION hstore;${TABLE}`,
      target
    );
    expect(target.extensions).toEqual(['uuid-ossp', 'hstore']);
    expect(target.ran.slice(3, 6)).toEqual([
      'SET check_function_bodies = off',
      "SELECT pg_catalog.set_config('search_path', '', false)",
      'CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public'
    ]);
  });

  it('says nothing of what --clean drops, of settings it does not know, of a schema that is there', async () => {
    const target = new Recorder((s) => {
      if (s.includes('needed')) return error('2BP01');
      if (/^(DROP|ALTER TABLE .* DROP)/.test(s)) return error('42P01');
      if (s.startsWith('SET new_')) return error('42704');
      return s.startsWith('CREATE SCHEMA') ? error('42P06') : undefined;
    });
    const report = await restore(
      `SET new_timeout = 0;ALTER TABLE ONLY public.t DROP CONSTRAINT k;DROP TABLE public.t;CREATE SCHEMA public;
CREATE SCHEMA other;DROP TABLE needed;ALTER TABLE x DROP CONSTRAINT needed;${TABLE}`,
      target
    );
    expect(report.skipped).toBe(4);
    expect(report.refused.map((r) => r.text)).toEqual(['CREATE SCHEMA other', 'DROP TABLE needed', 'ALTER TABLE x DROP CONSTRAINT needed']);
  });

  it('empties a table that is still fresh before it loads much into it, and only such a one', async () => {
    const rows = `${'x'.repeat(99)}\n`.repeat(4_000);
    const copy = (name: string): string => `COPY ${name} (a) FROM stdin;\n${rows}\\.\n`;
    const truncated = async (dump: string): Promise<string[]> => {
      const target = new Recorder();
      await restore(dump, target);
      return target.calls.filter((c) => c.startsWith('TRUNCATE'));
    };
    expect(await truncated(TABLE + copy('public.t') + copy('public.t'))).toEqual(['TRUNCATE ONLY public.t']);
    expect(await truncated(`${TABLE}INSERT INTO public.t VALUES (1);${copy('public.t')}`)).toEqual([]);
    expect(await truncated(`${TABLE}CREATE TRIGGER x AFTER INSERT ON t EXECUTE FUNCTION f();${copy('public.t')}`)).toEqual([]);
    expect(await truncated(`${TABLE}ALTER TABLE x ADD FOREIGN KEY (a) REFERENCES public.t;${copy('public.t')}`)).toEqual([]);
    expect(await truncated(`CREATE TABLE p (a int) PARTITION BY LIST (a);${copy('p')}`)).toEqual([]);
    expect(await truncated(`${TABLE}COPY public.t FROM stdin;\n1\n\\.\n`)).toEqual([]);
    expect(await truncated(`${TABLE}${copy('other')}`)).toEqual([]);
  });

  it('loads what is whole of a dump that is cut off, and says where', async () => {
    const target = new Recorder();
    const report = await restore(`${TABLE}COPY public.t FROM stdin;\n1\tx\n2`, target);
    expect(report.rows).toBe(1);
    expect(report.truncated).toMatch(/line 4, amid the rows of public\.t/);
    const dump = TABLE + `INSERT INTO public.t VALUES (1, 'x');\n`.repeat(20_000);
    const gz = gzipSync(dump, { level: 1 });
    const cut = await restoreDump(dumpSource(new Blob([new Uint8Array(gz.subarray(0, gz.length - 200))]), true), target);
    expect(cut.truncated).toMatch(/compressed file is cut off/);
  });

  it.each([
    ['', /no SQL statements/],
    ['-- nothing\n', /no SQL statements/],
    ['CREATE ROLE x;\nALTER ROLE x WITH LOGIN;\n', /only roles and settings/],
    ['COPY t FROM stdin;\n1\n\\.\n', /rows only/],
    ['INSERT INTO t VALUES (1);', /rows only/],
    ['this is no SQL at all', /line 1: syntax/]
  ])('refuses %j in words', async (dump, message) => {
    const target = new Recorder((s) =>
      /^(BEGIN|ROLLBACK)/.test(s) ? undefined : error(/^(COPY|INSERT)/.test(s) ? '42P01' : '42601', 'syntax')
    );
    await expect(restore(dump, target)).rejects.toMatchObject({ code: 'refused', message: expect.stringMatching(message), hint: expect.any(String) });
  });

  it('says that a dump was cut off before anything could be loaded', async () => {
    await expect(restore("insert into t values ('open")).rejects.toMatchObject({ code: 'damaged', message: expect.stringMatching(/never ends/) });
    const gz = gzipSync(`-- PostgreSQL database dump\nSET client_encoding = 'UTF8';\n${TABLE.repeat(90)}`);
    const cut = restoreDump(dumpSource(new Blob([new Uint8Array(gz.subarray(0, 80))]), true), new Recorder());
    await expect(cut).rejects.toMatchObject({ code: 'damaged', message: expect.stringMatching(/cut off/) });
  });

  it.each(['storage-full', 'internal', '53100', 'connection-lost'])('gives up on %s', async (code) => {
    const target = new Recorder((s) => (s.includes('bad') ? error(code) : undefined));
    await expect(restore(`${TABLE}SELECT bad;SELECT 1;`, target)).rejects.toMatchObject({ code });
    await expect(restore(`${TABLE}BEGIN;SELECT bad;SELECT 1;`, target)).rejects.toMatchObject({ code });
    await expect(restore(`${TABLE}COPY bad FROM stdin;\n1\n\\.\n`, target)).rejects.toMatchObject({ code });
  });

  it('tells what it does and how far it is', async () => {
    const told: Progress[] = [];
    const dump = `${TABLE}COPY public.t (a, b) FROM stdin;\n1\tx\n\\.\nCREATE INDEX i ON public.t (a);\n`;
    await restore(dump, new Recorder(), (p) => told.push(p));
    expect([...new Set(told.map((p) => p.label))]).toEqual(['Reading the dump', 'Creating tables', 'Loading public.t', 'Building indexes and keys']);
    expect(told.at(-1)).toMatchObject({ done: dump.length, total: dump.length, unit: 'bytes' });
  });

  it('reads other encodings and UTF-16 as they are meant', async () => {
    const target = new Recorder();
    const latin = `SET client_encoding = 'LATIN1';\n${TABLE}COPY public.t FROM stdin;\n1\té\n\\.\nINSERT INTO public.t VALUES (1, '\x9f€'.replace('x', ''));`.replace('€', '\xff');
    await restoreDump(dumpSource(new Blob([Buffer.from(latin, 'latin1')]), false), target);
    expect(target.copied[0]!.rows).toBe('1\té\n');
    expect(target.ran.at(-2)).toContain("'\x9fÿ'");
    await restoreDump(dumpSource(new Blob([Buffer.from(`\uFEFF${TABLE}COPY public.t FROM stdin;\r\n1\t日本\r\n\\.\r\n`, 'utf16le')]), false), target);
    expect(target.copied[1]!.rows).toBe('1\t日本\r\n');
    await expect(restore(`SET client_encoding = 'SJIS';${TABLE}`)).rejects.toMatchObject({ code: 'unsupported' });
    const broken = await restoreDump(dumpSource(new Blob([`${TABLE}SELECT '`, new Uint8Array([0xe9]), "';"]), false), target);
    expect(broken.refused).toMatchObject([{ line: 2, error: { code: '22021' } }]);
  });

  it('loads one database of several, and says so', async () => {
    const target = new Recorder();
    const report = await restore(
      `CREATE ROLE x;\n\\connect template1\nSET a = 1;\n\\connect -reuse-previous=on "dbname='my shop'"\n${TABLE}\\connect "my shop"\nSELECT 1;\n` +
        `\\connect other\nCREATE TABLE u (a int);\nCOPY public.t FROM stdin;\n1\n\\.\n\\connect "my shop"\nSELECT 2;`,
      target
    );
    expect(report.refused.map((r) => r.line)).toEqual([1, 8]);
    expect(report.refused[1]!.error.message).toMatch(/another database, other/);
    expect(target.ran).toEqual(['SET a = 1', 'CREATE TABLE public.t (a int, b text)', 'SELECT 1', 'RESET ALL']);
    expect(target.copied).toEqual([]);
  });

  it('loads the database of several that was chosen', async () => {
    const target = new Recorder();
    const cluster = `--\n-- PostgreSQL database cluster dump\n--\nCREATE ROLE x;\n\\connect template1\n\\connect one\n${TABLE}\\connect two\nCREATE TABLE u (a int);\nCREATE UNLOGGED TABLE v (a int);\n`;
    const bytes = async function* () {
      // cut within a line
      for (const part of [cluster.slice(0, 90), cluster.slice(90)]) yield new TextEncoder().encode(part);
    };
    expect(await clusterDatabases(bytes())).toEqual([
      { name: 'template1', tables: 0 },
      { name: 'one', tables: 1 },
      { name: 'two', tables: 2 }
    ]);
    const report = await restoreDump(dumpSource(new Blob([cluster]), false, { database: 'two' }), target);
    expect(report).toMatchObject({ refused: [], statements: 2 });
    expect(target.ran).toEqual(['CREATE TABLE u (a int)', 'CREATE UNLOGGED TABLE v (a int)', 'RESET ALL']);
    expect(await clusterDatabases(dumpSource(new Blob([TABLE]), false).bytes)).toBeNull();
  });

  it('takes the rows behind psql\'s own \\copy', async () => {
    const target = new Recorder();
    const report = await restore(`${TABLE}\\copy public.t from stdin\n1\tx\n\\.\n\\copy public.t from 'file.csv' csv\nSELECT 1;`, target);
    expect(target.copied.map((c) => c.rows)).toEqual(['1\tx\n']);
    expect(report.refused.map((r) => r.text)).toEqual(["\\copy public.t from 'file.csv' csv"]);
  });

  it('hands a block in CSV form over as one piece', async () => {
    const target = new Recorder();
    await restore(`${TABLE}COPY public.t FROM stdin WITH (FORMAT csv, HEADER);\na,b\n${'1,"x\ny"\n'.repeat(400_000)}\\.\n`, target);
    expect(target.copied[0]!.pieces).toBe(1);
    expect(target.copied[0]!.rows.length).toBe(4 + 400_000 * 8);
  });

  it.each(['copy', 'inserts', 'rows100'] as const)('loads a generated dump (%s)', async (rows) => {
    const target = new Recorder();
    const file = new Blob([...bigDump({ bytes: 1_000_000, rows })]);
    const report = await restoreDump(dumpSource(file, false), target);
    expect(report).toMatchObject({ skipped: 1, refused: [], truncated: undefined });
    if (rows === 'copy') expect(report.rows % 500).toBe(100); // 100 sensors, readings by 500
    expect(target.ran.at(-2)).toMatch(/FOREIGN KEY/);
    // As many calls as it needs, not one for each row.
    expect(target.calls.length).toBeLessThan(60);
  });
});
