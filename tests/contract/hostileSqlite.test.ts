import { afterEach, describe, expect, it } from 'vitest';
import { unpackPage } from '$workers/engine';
import { copyOf, endWorkers, opened, type EngineUnderTest } from './engineUnderTest';

afterEach(endWorkers);

/** A file that somebody made with a program that lets them write the schema's own table. */
async function crafted(script: string): Promise<EngineUnderTest & { report: { readOnly: string | null; notices: { message: string }[] } }> {
  const dump = await opened('sqlite', { source: { kind: 'dump', file: new Blob([script]), packed: false } });
  const bytes = await copyOf(dump);
  return opened('sqlite', { source: { kind: 'file', file: new Blob([bytes]), packed: false } });
}

/** FTS5 or not: each build is tried. */
const builds = [
  ['sql.js', ''],
  ['the official build', 'CREATE VIRTUAL TABLE words USING fts5(w);']
] as const;

describe.each(builds)('a hostile file served by %s', (_, more) => {
  it('cannot be made to write the schema’s own table, nor those of virtual ones', async () => {
    const e = await crafted(`${more} CREATE TABLE t (a); CREATE VIRTUAL TABLE IF NOT EXISTS plain USING ${more ? 'fts5' : 'fts4'}(x);
      CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM plain_content; END`);
    expect(e.report).toMatchObject({ readOnly: null, notices: [] });
    const [on, change] = (await e.run({ sql: 'PRAGMA writable_schema=on; DELETE FROM sqlite_schema' })).outcomes;
    expect(on!.notices[0]!.message).toMatch(/defensive mode/);
    expect(change!.error).toMatchObject({ message: expect.stringMatching(/may not be modified/) as string, hint: expect.stringMatching(/CREATE, ALTER and DROP/) as string });
    expect((await e.failure('INSERT INTO t VALUES (1)')).message).toMatch(/may not be modified/);
    expect((await e.failure('DELETE FROM plain_content')).message).toMatch(/may not be modified/);
    await e.script('DROP TRIGGER tr; INSERT INTO t VALUES (1)');
    expect(await e.rows('SELECT count(*) FROM t')).toEqual([[1]]);
    // Neither a setting nor a function undoes it.
    await e.script('PRAGMA trusted_schema=on; PRAGMA cell_size_check=off');
    expect(await e.rows('PRAGMA trusted_schema')).toEqual([[0]]);
    expect(await e.failure("SELECT load_extension('x')")).toMatchObject({ code: 'SQLITE_ERROR' });
    expect((await e.failure("ATTACH 'file:other.db?vfs=unix' AS o")).code).toBe('refused');
    expect((await e.failure("ATTACH '' || '/other.db' AS o")).code).toBeDefined();
    expect((await e.failure("VACUUM INTO '/other.db'")).code).toBe('refused');
  });

  it('cannot reach out of itself by its views and triggers', async () => {
    const e = await crafted(`${more} CREATE TABLE t (a, b);
      CREATE VIEW sizes AS SELECT * FROM ${more ? 'dbstat' : "fts4aux"};
      CREATE VIEW tokens AS SELECT ${more ? "fts5(x'00')" : "fts3_tokenizer('simple', x'0011223344556677')"};
      CREATE TRIGGER tr AFTER UPDATE ON t BEGIN SELECT ${more ? "fts5(x'00')" : "fts3_tokenizer('simple', x'0011')"}; END;
      INSERT INTO t VALUES (1, 2)`);
    for (const view of ['sizes', 'tokens']) expect((await e.failure(`SELECT * FROM ${view}`)).message, view).toMatch(/unsafe use of|no such|disabled|wrong number|invalid arguments/);
    expect((await e.failure('UPDATE t SET a = 2')).message).toMatch(/unsafe use of|disabled|wrong number/);
    expect(await e.rows('SELECT * FROM t')).toEqual([[1, 2]]);
  });

  it('opens whatever its schema claims, and says what is wrong', async () => {
    // Names that are none, a view of itself, a trigger on nothing, a table whose root page is another's.
    const e = await crafted(`${more} CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES (1, 'x'); CREATE TABLE u (c TEXT); INSERT INTO u VALUES ('y');
      CREATE VIEW loop1 AS SELECT 1; PRAGMA writable_schema=on;
      UPDATE sqlite_schema SET sql = 'CREATE VIEW loop1 AS SELECT * FROM loop2' WHERE name = 'loop1';
      INSERT INTO sqlite_schema VALUES ('view', 'loop2', 'loop2', 0, 'CREATE VIEW loop2 AS SELECT * FROM loop1');
      INSERT INTO sqlite_schema VALUES ('table', 'twin', 'twin', (SELECT rootpage FROM sqlite_schema WHERE name = 'u'), 'CREATE TABLE twin (a INTEGER PRIMARY KEY, b BLOB, c REAL)');
      INSERT INTO sqlite_schema VALUES ('view', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>', 0, 'CREATE VIEW "<img src=x onerror=alert(1)>" AS SELECT ''<script>alert(1)</script>'' AS "</td>"');`);
    const relations = (await e.catalog()).schemas[0]!.relations;
    expect(relations.map((r) => r.relation)).toContain('<img src=x onerror=alert(1)>');
    for (const { relation } of relations) {
      const request = { schema: 'main', relation, sorts: [], filters: [], from: 0, count: 10 };
      await e.browse(request).then(
        (p) => unpackPage(p.page),
        (error: { code: string; message: string }) => expect(error.code, relation).toMatch(/^SQLITE_|damaged|needs-module/)
      );
    }
    expect(await e.rows('SELECT * FROM t')).toEqual([[1, 'x']]);
    await e.ping();
  });

  it('is refused in words where its schema is beyond reading', async () => {
    const script = `${more} CREATE TABLE t (a); PRAGMA writable_schema=on; UPDATE sqlite_schema SET sql = 'CREATE TABLE other (a)' WHERE name = 't'`;
    const dump = opened('sqlite', { source: { kind: 'dump', file: new Blob([script]), packed: false } });
    await expect(dump).rejects.toMatchObject({ message: expect.stringMatching(/malformed database schema/) as string });
  });

  it('does not overwrite cells by a size that lies', async () => {
    const dump = await opened('sqlite', { source: { kind: 'dump', file: new Blob([`PRAGMA page_size=512; ${more} CREATE TABLE t (a); INSERT INTO t VALUES ('aaaaaaaaaa'), ('bbbbbbbbbb')`]), packed: false } });
    const bytes = await copyOf(dump);
    const at = new TextDecoder('latin1').decode(bytes).indexOf('aaaaaaaaaa');
    // The payload's length, two bytes before the header's, now reaches beyond the page.
    bytes[at - 4] = 0x7f;
    const e = await opened('sqlite', { source: { kind: 'file', file: new Blob([bytes]), packed: false } });
    expect(e.report.readOnly).toMatch(/damaged/);
    await e.browse({ schema: 'main', relation: 't', sorts: [], filters: [], from: 0, count: 10 }).catch((error: { code: string }) => expect(error.code).toMatch(/^SQLITE_CORRUPT|damaged/));
    await e.ping();
  });
});
