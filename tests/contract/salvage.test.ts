import { afterEach, expect, it } from 'vitest';
import { endWorkers, openIn, opened, start } from './engineUnderTest';

afterEach(endWorkers);

const PAGE = 4096;

async function bytesOf(script: string): Promise<Uint8Array<ArrayBuffer>> {
  const e = await opened('sqlite');
  await e.script(script);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  await e.saveCopy(async (chunk) => void chunks.push(chunk as Uint8Array<ArrayBuffer>));
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

it('a damaged database says which table is hurt, and what can be read of it becomes a new one', { timeout: 60_000 }, async () => {
  const bytes = await bytesOf(`CREATE TABLE hurt (id INTEGER PRIMARY KEY, word TEXT UNIQUE, n REAL); CREATE TABLE sound (a, b);
    CREATE VIEW words AS SELECT word FROM hurt; INSERT INTO sound VALUES (9007199254740993, x'00ff'), (NULL, 2.0);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO hurt SELECT i, 'word ' || i, i / 2.0 FROM n`);
  // A leaf in the midst of the table: its first byte is 13, and rows of the other table are elsewhere.
  const leaves = Array.from({ length: bytes.length / PAGE }, (_, i) => i).filter((i) => i > 4 && bytes[i * PAGE] === 13);
  const lost = leaves[leaves.length >> 1]!;
  const rows = new DataView(bytes.buffer).getUint16(lost * PAGE + 3);
  bytes.fill(0, lost * PAGE, (lost + 1) * PAGE);
  const e = await opened('sqlite', { source: { kind: 'file', file: new Blob([bytes]), packed: false } });
  expect(e.report).toMatchObject({ damaged: true, readOnly: expect.stringMatching(/damaged/) as string });
  expect(await e.checkTable({ schema: 'main', relation: 'sound' })).toEqual([]);
  expect((await e.checkTable({ schema: 'main', relation: 'hurt' })).join()).toMatch(new RegExp(`page ${lost + 1}\\b|malformed`));
  expect(await e.checkTable(null)).toEqual([]);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const report = await e.salvage(async (chunk) => void parts.push(chunk as Uint8Array<ArrayBuffer>));
  expect(report.tables).toMatchObject([
    { name: 'hurt', rows: 5000 - rows, lostPages: [lost + 1], lostRows: 0 },
    { name: 'sound', rows: 2, lostPageCount: 0, lostRows: 0 }
  ]);
  const again = await opened('sqlite', { source: { kind: 'dump', file: new Blob(parts), packed: false } });
  expect(again.report.restore).toMatchObject({ refused: [], rows: 5002 - rows });
  const [{ from, to }] = report.tables[0]!.lostRanges as [{ from: string; to: string }];
  expect(await again.rows(`SELECT count(*), sum(word = 'word ' || id AND n = id / 2.0), sum(id BETWEEN ${from} AND ${to}) FROM hurt`)).toEqual([[5000 - rows, 5000 - rows, 0]]);
  expect(Number(to) - Number(from) + 1).toBe(rows);
  expect(await again.rows('SELECT a, b, typeof(b) FROM sound')).toEqual([[9007199254740993n, new Uint8Array([0, 255]), 'blob'], [null, { real: 2 }, 'real']]);
  expect(await again.rows('SELECT count(*) FROM words')).toEqual([[5000 - rows]]);
  // What was damaged is as it was.
  expect((await e.failure('CREATE TABLE t (a)')).code).toMatch(/READONLY/);
});

it('a file that is too damaged to be opened leaves nothing, and what can be read of it becomes a new one', { timeout: 60_000 }, async () => {
  const whole = await bytesOf(`CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT); PRAGMA user_version = 7;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO t SELECT i, 'word ' || i FROM n`);
  const noSize = whole.slice();
  noSize[16] = 0x12;
  const noSchema = whole.slice();
  noSchema.fill(0xff, 100, PAGE);
  const cutPack = (await new Response(new Blob([whole]).stream().pipeThrough(new CompressionStream('gzip'))).blob()).slice(0, -2000);
  const cases = [
    { what: 'no page size', file: new Blob([noSize]), packed: false, tables: ['t'] },
    { what: 'no schema', file: new Blob([noSchema]), packed: false, tables: ['lost_and_found'] },
    { what: 'a pack that is cut off', file: cutPack, packed: true, tables: ['t'] }
  ];
  for (const { what, file, packed, tables } of cases) {
    const refused = start('sqlite');
    const error = await openIn(refused, { source: { kind: 'file', file, packed } }).catch((e: unknown) => e);
    expect(error, what).toMatchObject({ code: 'damaged', salvageable: true, hint: expect.stringMatching(/^Save what can be read/) as string });
    const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle('projects');
    await expect(projects.getDirectoryHandle(refused.projectId), what).rejects.toMatchObject({ name: 'NotFoundError' });
    const e = await opened('sqlite', { source: { kind: 'salvage', file, packed } });
    expect(e.report, what).toMatchObject({ readOnly: null, restore: { refused: [], salvaged: expect.anything() as unknown } });
    expect((await e.catalog()).schemas[0]!.relations.map((r) => r.relation), what).toEqual(tables);
    const [[rows]] = (await e.rows(`SELECT count(*) FROM ${tables[0]}`)) as [[number]];
    if (packed) {
      expect(rows).toBeGreaterThan(1000);
      expect(e.report.restore!.salvaged!.tables[0]!.lostPageCount).toBeGreaterThan(0);
    } else expect(rows, what).toBe(3000);
  }
  const nothing = new Uint8Array(PAGE * 2);
  nothing.set(whole.subarray(0, 100));
  const source = { kind: 'salvage' as const, file: new Blob([nothing]), packed: false };
  await expect(opened('sqlite', { source })).rejects.toMatchObject({ code: 'damaged', message: expect.stringMatching(/^Nothing can be read/) as string });
});

it('Postgres, which is not one file, says so', async () => {
  const e = await opened('postgres');
  await expect(e.checkTable(null)).rejects.toMatchObject({ code: 'unsupported' });
  await expect(e.salvage(async () => undefined)).rejects.toMatchObject({ code: 'unsupported' });
});
