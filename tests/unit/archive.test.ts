import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { archiveContents, chosenEntries } from '../../workers/restore/archive/archiveContents';
import { openArchive } from '../../workers/restore/archive/archiveFile';
import { archiveScript } from '../../workers/restore/archive/archiveScript';
import { fileChunks } from '../../workers/formats/fileChunks';
import { tarEntries } from '../../workers/formats/tarEntries';
import { unpack } from '../../workers/formats/unpack';
import type { ArchiveChoice } from '../../workers/wire/archive';
import { makeArchive, shopArchive } from '../fixtures/makeArchive';
import { makeTar, storedZstd } from '../fixtures/makeTar';

const blobOf = (bytes: Uint8Array): Blob => new Blob([new Uint8Array(bytes)]);
const all: ArchiveChoice = { withoutTables: [], withoutRows: [], largeObjects: true };

async function scriptOf(bytes: Uint8Array, choice = all): Promise<{ text: string; broken: string | undefined }> {
  const archive = await openArchive([{ name: 'x', file: blobOf(bytes) }]);
  const source = archiveScript(archive, chosenEntries(archive.toc, choice));
  return { text: await textOf(source.bytes), broken: source.broken };
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part.slice());
  return Buffer.concat(parts).toString();
}

const pagila = '../shared/data/pg-archive/pagila.dump';

describe('archives of pg_dump', () => {
  it.each([
    ['zlib', {}],
    ['not packed', { packing: 'none' as const }],
    ['written to a pipe', { places: false }],
    ['in small chunks', { chunk: 3 }],
    ['of format 1.12', { version: 12 }],
    ['of format 1.15', { version: 15 }],
    ['of format 1.16', { version: 16 }]
  ])('are read as the script that they stand for: %s', async (_, change) => {
    const { text, broken } = await scriptOf(shopArchive(change));
    expect(broken).toBeUndefined();
    expect(text).toContain('COPY public.customer (id, name) FROM stdin;\n1\tAda\n2\t\\N\n3\t\n\\.\n');
    expect(text).toContain("lo_create('4711')");
    expect([...text.matchAll(/lo_put\(4711, \d, '\\x(\w+)'\)/g)].map((m) => m[1]).join('')).toBe('000102fa');
    expect(text.indexOf('GRANT')).toBeGreaterThan(text.indexOf('FOREIGN KEY'));
  });

  it('say what is in them', async () => {
    const { toc } = await openArchive([{ name: 'x', file: blobOf(shopArchive()) }]);
    expect(archiveContents(toc)).toMatchObject({
      database: 'shop',
      serverVersion: '15.18',
      largeObjects: true,
      tables: [
        { schema: 'public', name: 'busy', kind: 'VIEW', hasRows: false, needs: [4] },
        { schema: 'public', name: 'customer', kind: 'TABLE', hasRows: true, needs: [] },
        { schema: 'public', name: 'orders', kind: 'TABLE', hasRows: true, needs: [] }
      ]
    });
  });

  it('leave out what depends on a table that is left out, and nothing else', async () => {
    const { text } = await scriptOf(shopArchive(), { ...all, withoutTables: [4] });
    expect(text).not.toMatch(/orders|busy/);
    expect(text).toContain('customer_pkey');
    const without = await scriptOf(shopArchive(), { ...all, withoutTables: [3] });
    expect(without.text).not.toMatch(/CREATE TABLE public\.customer|FOREIGN KEY|GRANT/);
    expect(without.text).toContain('CREATE VIEW public.busy');
  });

  it.skipIf(!existsSync(pagila))('say which tables go with which, as they do when they are left out', async () => {
    const { toc } = await openArchive([{ name: 'x', file: blobOf(readFileSync(pagila)) }]);
    const { tables } = archiveContents(toc);
    for (const { id } of tables) {
      const kept = new Set(chosenEntries(toc, { ...all, withoutTables: [id] }).map((e) => e.dumpId));
      expect(tables.filter((t) => !kept.has(t.id))).toEqual(tables.filter((t) => t.id === id || t.needs.includes(id)));
    }
    expect(tables.filter((t) => t.needs.length > 1).length).toBeGreaterThan(3);
  });

  it('leave out rows, and large objects', async () => {
    const { text } = await scriptOf(shopArchive(), { withoutTables: [], withoutRows: [3], largeObjects: false });
    expect(text).toContain('CREATE TABLE public.customer');
    expect(text).not.toMatch(/Ada|lo_/);
    expect(text).toContain('10\t1');
  });

  it('of old go from schema to schema', async () => {
    const { text } = await scriptOf(
      makeArchive({ entries: [{ kind: 'TABLE', tag: 't', schema: 'a"b', definition: 'CREATE TABLE t (a integer);\n' }], version: 12 })
    );
    expect(text).toContain('SET search_path = "a""b", pg_catalog;\nCREATE TABLE t');
  });

  it('cut off anywhere are refused in words, or say that they are broken', async () => {
    const whole = shopArchive({ packing: 'none' });
    for (let length = 5; length < whole.length; length += 7) {
      const words = await scriptOf(whole.subarray(0, length)).then((s) => s.broken, (e: { message: string }) => e.message);
      expect(words, `${length} bytes`).toMatch(/damaged|cut off/);
    }
  });

  it('of a format that is not known are refused', async () => {
    const newer = shopArchive();
    newer[6] = 99;
    await expect(scriptOf(newer)).rejects.toMatchObject({ code: 'unsupported', message: expect.stringMatching(/1\.99.*newer/) });
  });
});

describe('unpack', () => {
  const stream = (bytes: Uint8Array, size: number) =>
    (async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })();

  /** Two blocks, the second of which goes on from the first; then one that is stored. */
  const lz4 = Buffer.concat([
    Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x40, 0x40, 0]),
    // 'ab', then 8 bytes from 2 back, then 5 literals
    Buffer.from([13, 0, 0, 0, 0x24, ...Buffer.from('ab'), 2, 0, 0x50, ...Buffer.from('xyz!\n'), 0, 0]).subarray(0, 4 + 11).map((b, i) => (i === 0 ? 11 : b)),
    Buffer.from([8, 0, 0, 0, 0x10, ...Buffer.from('-'), 6, 0, 0x30, ...Buffer.from('end')]),
    Buffer.from([4, 0, 0, 0x80, ...Buffer.from('raw.')]),
    Buffer.from([0, 0, 0, 0])
  ]);

  it.each([1, 3, 1000])('reads frames of LZ4 in pieces of %i bytes', async (size) => {
    expect(await textOf(unpack('lz4', stream(lz4, size)))).toBe('abababababxyz!\n-xyz!endraw.');
  });

  it('reads frames of zstd', async () => {
    // one raw block of five bytes, its size in the head
    const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 5, 0x29, 0, 0, ...Buffer.from('hello')]);
    expect(await textOf(unpack('zstd', stream(frame, 4)))).toBe('hello');
  });

  it('throws where LZ4 ends too early', async () => {
    await expect(textOf(unpack('lz4', stream(lz4.subarray(0, 30), 10)))).rejects.toThrow(/LZ4/);
  });
});

describe('fileChunks', () => {
  it.each([
    ['zstd', storedZstd],
    ['gzip', gzipSync]
  ])('unpacks %s, told by its bytes, and throws where it is cut off', async (_, pack) => {
    const bytes = randomBytes(300_000);
    const packed = pack(bytes);
    let read = 0;
    const text = textOf(fileChunks(blobOf(packed), true, (n) => (read += n)));
    expect((await text) === bytes.toString()).toBe(true);
    expect(read).toBe(packed.length);
    await expect(textOf(fileChunks(blobOf(packed.subarray(0, 200_000)), true, () => undefined))).rejects.toThrow();
  });
});

describe('tarEntries', () => {
  const long = `${'folder/'.repeat(20)}toc.dat`;

  it('finds files with their folders, long names and all', async () => {
    const entries = await tarEntries(
      blobOf(
        makeTar([
          { name: 'dir/', bytes: '' },
          { name: './dir/1.dat', bytes: 'x'.repeat(600) },
          ...(['gnu', 'pax', 'ustar'] as const).map((longName) => ({ name: long, bytes: longName, longName })),
          { name: 'last', bytes: '' }
        ])
      )
    );
    expect(entries.map((e) => e.name)).toEqual(['dir/1.dat', long, long, long, 'last']);
    expect(await Promise.all(entries.slice(0, 4).map((e) => e.file.text()))).toEqual(['x'.repeat(600), 'gnu', 'pax', 'ustar']);
  });

  it('ends where what follows is no head', async () => {
    const tar = makeTar([{ name: 'a', bytes: 'x' }]).subarray(0, 1024);
    expect(await tarEntries(blobOf(Buffer.concat([tar, randomBytes(4096)])))).toHaveLength(1);
  });
});
