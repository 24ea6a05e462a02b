import { afterEach, describe, expect, it } from 'vitest';
import { unpackPage, type OpenReport } from '$workers/engine';
import { storedProjects } from '../../src/lib/persistence/projectStorage';
import { copyOf, endWorkers, newProjectId, opened, openIn, start, type EngineUnderTest } from './engineUnderTest';

afterEach(endWorkers);

const open = (bytes: BlobPart, packed = false) =>
  opened('sqlite', { source: { kind: 'file', file: new Blob([bytes]), packed } });

/** A database as bytes. */
async function made(script: string): Promise<Uint8Array<ArrayBuffer>> {
  const e = await opened('sqlite');
  await e.script(script);
  return copyOf(e);
}

const SMALL = "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, 'y')";

const firstRows = async (e: EngineUnderTest, relation: string) =>
  unpackPage((await e.browse({ schema: 'main', relation, sorts: [], filters: [], from: 0, count: 10 })).page);

describe('opening SQLite', () => {
  it('makes an empty database of one page', async () => {
    const e = await opened('sqlite');
    expect(e.report).toMatchObject({ engine: 'sqlite', readOnly: null, notices: [], bytes: 4096, storage: 'opfs' });
    expect((await e.catalog()).schemas).toEqual([{ name: 'main', relations: [], functions: [], types: [] }]);
  });

  it('generates the same sample every time', async () => {
    const sums: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      const e = await opened('sqlite', { source: { kind: 'sample' } });
      const catalog = await e.catalog();
      expect(catalog.schemas[0]!.relations).toHaveLength(11);
      expect(await e.rows('PRAGMA foreign_key_check')).toEqual([]);
      sums.push(
        await e.rows(
          `SELECT (SELECT count(*) FROM tracks), (SELECT sum(milliseconds) FROM tracks),
                  (SELECT count(*) FROM invoice_lines), (SELECT count(*) FROM best_sellers),
                  (SELECT group_concat(email) FROM customers)`
        )
      );
    }
    expect(sums[0]).toEqual(sums[1]);
  });

  it('gives a dropped file back byte for byte', async () => {
    const bytes = await made(SMALL);
    const e = await open(bytes);
    expect(await copyOf(e)).toEqual(bytes);
    expect(await firstRows(e, 't')).toEqual([[1, 'x'], [2, 'y']]);
  });

  it('opens a gzip’d file, and refuses one that is cut off', async () => {
    const packed = await new Response(
      new Blob([await made(SMALL)]).stream().pipeThrough(new CompressionStream('gzip'))
    ).arrayBuffer();
    expect(await firstRows(await open(packed, true), 't')).toHaveLength(2);
    await expect(open(packed.slice(0, packed.byteLength - 40), true)).rejects.toMatchObject({ code: 'damaged' });
  });

  it('reads a file in WAL mode as one with a journal, says what may be missing, and writes it so', async () => {
    const bytes = await made(SMALL);
    bytes[18] = bytes[19] = 2;
    const e = await open(bytes);
    expect(e.report.notices[0]!.message).toMatch(/-wal/);
    expect(await e.rows('PRAGMA journal_mode')).toEqual([['delete']]);
    await e.script("INSERT INTO t VALUES (3, 'z')");
    const after = await copyOf(e);
    expect([after[18], after[19]]).toEqual([1, 1]);
  });

  it('opens a newer write version to look at, and refuses a newer read version', async () => {
    const bytes = await made(SMALL);
    bytes[18] = 3;
    const e = await open(bytes);
    expect(e.report.readOnly).toMatch(/newer SQLite/);
    expect(await e.failure('DELETE FROM t')).toMatchObject({ code: expect.stringMatching(/^SQLITE_READONLY/) as string });
    expect(await firstRows(e, 't')).toHaveLength(2);
    bytes[19] = 3;
    await expect(open(bytes)).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('opens what is cut off to look at', async () => {
    const whole = await made(`${SMALL}; CREATE TABLE big (v); INSERT INTO big SELECT zeroblob(3000) FROM json_each('[1,2,3,4,5,6,7,8,9]')`);
    const e = await open(whole.slice(0, whole.length - 5000));
    expect(e.report.readOnly).toMatch(/damaged/);
    expect(e.report.notices[0]!.detail).toMatch(/cut off/);
    expect(await firstRows(e, 't')).toHaveLength(2);
    expect(await e.failure('DELETE FROM t')).toMatchObject({ code: expect.stringMatching(/^SQLITE_READONLY/) as string });
  });

  it('says what needs a module that is not there, and shows the rest', async () => {
    // Only a dump may write into the schema's own table.
    const script = `CREATE TABLE areas (name TEXT); INSERT INTO areas VALUES ('x'); CREATE TABLE shapes_node (id, block);
       CREATE TABLE free (a);
       PRAGMA writable_schema=on;
       INSERT INTO sqlite_schema VALUES ('table', 'shapes', 'shapes', 0, 'CREATE VIRTUAL TABLE shapes USING geopoly(name)');
       INSERT INTO sqlite_schema VALUES ('trigger', 'areas_ai', 'areas', 0,
         'CREATE TRIGGER areas_ai AFTER INSERT ON areas BEGIN INSERT INTO shapes (name) VALUES (new.name); END');`;
    const dump = await opened('sqlite', { source: { kind: 'dump', file: new Blob([script]), packed: false } });
    const e = await open(await copyOf(dump));
    expect(e.report.notices.map((n) => n.message).join()).toMatch(/shapes needs SQLite’s module Geopoly/);
    const relations = (await e.catalog()).schemas[0]!.relations;
    const named = (name: string) => relations.find((r) => r.relation === name)!;
    expect(named('shapes')).toMatchObject({ kind: 'virtual-table', unavailable: expect.stringMatching(/Geopoly/) as string });
    expect(named('areas')).toMatchObject({ kind: 'table', unwritable: expect.stringMatching(/trigger areas_ai/) as string });
    expect(named('shapes_node').shadow).toBe(true);
    expect(named('free').unavailable).toBeUndefined();
    expect(await firstRows(e, 'areas')).toEqual([['x']]);
    expect(await e.failure("INSERT INTO areas VALUES ('y')")).toMatchObject({ code: 'needs-module' });
    await e.script('INSERT INTO free VALUES (1)');
  });

  it.each([
    ['text', 'not-a-database', new TextEncoder().encode('id,name\n1,Ada\n'.repeat(100))],
    ['a zip', 'not-a-database', new Uint8Array([0x50, 0x4b, 3, 4, 1, 2, 3, 4])],
    ['a bare header', 'damaged', new TextEncoder().encode('SQLite format 3\0')],
    ['noise', 'encrypted', Uint8Array.from({ length: 8192 }, (_, i) => (i * 7919 + ((i * i) >> 3)) & 255)]
  ])('refuses %s in words and leaves nothing behind', async (_, code, bytes) => {
    const e = start('sqlite');
    const source = { kind: 'file' as const, file: new Blob([bytes]), packed: false };
    await expect(openIn(e, { source })).rejects.toMatchObject({ code, message: expect.stringMatching(/^This .*\.$/) as string });
    expect(await storedProjects()).not.toContain(e.projectId);
    // The worker is as good as new.
    expect(await openIn(e, {}, newProjectId())).toMatchObject({ readOnly: null } satisfies Partial<OpenReport>);
  });

  it('refuses a damaged header, after reading, and leaves nothing behind', async () => {
    const bytes = await made(SMALL);
    const e = start('sqlite');
    const source = { kind: 'file' as const, file: new Blob([bytes.slice(0, 100)]), packed: false };
    await expect(openIn(e, { source })).rejects.toMatchObject({ code: 'damaged' });
    expect(await storedProjects()).not.toContain(e.projectId);
  });

  it('says that nothing is stored', async () => {
    await expect(opened('sqlite', { source: { kind: 'stored' } })).rejects.toMatchObject({ code: 'storage' });
  });

  it('shows a second tab what was last committed, and lets it write nothing', async () => {
    const writer = await opened('sqlite');
    await writer.script(SMALL);
    await writer.script("BEGIN; INSERT INTO t VALUES (3, 'not yet')");
    const reader = await opened('sqlite', { projectId: writer.projectId, source: { kind: 'stored' }, access: 'read' });
    expect(reader.report.readOnly).toMatch(/elsewhere/);
    expect(await firstRows(reader, 't')).toEqual([[1, 'x'], [2, 'y']]);
    expect(await reader.failure('DELETE FROM t')).toMatchObject({ code: expect.stringMatching(/^SQLITE_READONLY/) as string });
    await writer.script('COMMIT');
    expect(await firstRows(reader, 't')).toHaveLength(2);
    const later = await opened('sqlite', { projectId: writer.projectId, source: { kind: 'stored' }, access: 'read' });
    expect(await firstRows(later, 't')).toHaveLength(3);
    expect(await firstRows(writer, 't')).toHaveLength(3);
  });

  it('goes on after a close, in the same worker', async () => {
    const e = await opened('sqlite');
    await e.script(`${SMALL}; BEGIN; DELETE FROM t`);
    await e.close();
    await expect(e.catalog()).rejects.toMatchObject({ code: 'not-open' });
    await openIn(e, { source: { kind: 'stored' } });
    expect(await firstRows(e, 't')).toHaveLength(2);
  });
});
