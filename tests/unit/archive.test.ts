import { describe, expect, it } from 'vitest';
import { archiveContents, chosenEntries } from '../../workers/restore/archive/archiveContents';
import { openArchive } from '../../workers/restore/archive/archiveFile';
import { archiveScript } from '../../workers/restore/archive/archiveScript';
import { tarMembers } from '../../workers/restore/archive/tarMembers';
import { unpack } from '../../workers/restore/archive/unpack';
import type { ArchiveChoice } from '../../workers/wire/archive';
import { makeArchive, shopArchive } from '../fixtures/makeArchive';

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
        { schema: 'public', name: 'busy', kind: 'VIEW', hasRows: false },
        { schema: 'public', name: 'customer', kind: 'TABLE', hasRows: true },
        { schema: 'public', name: 'orders', kind: 'TABLE', hasRows: true }
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

describe('tarMembers', () => {
  it('finds files in folders, by their own names', async () => {
    const file = (name: string, content: string): Buffer => {
      const head = Buffer.alloc(512);
      head.write(name);
      head.write(content.length.toString(8).padStart(11, '0'), 124);
      head[156] = 0x30;
      const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
      body.write(content);
      return Buffer.concat([head, body]);
    };
    const members = await tarMembers(blobOf(Buffer.concat([file('dir/toc.dat', 'PGDMP'), file('dir/1.dat', 'x'.repeat(600)), Buffer.alloc(1024)])));
    expect([...members.keys()]).toEqual(['toc.dat', '1.dat']);
    expect(await members.get('1.dat')!.text()).toBe('x'.repeat(600));
  });
});
