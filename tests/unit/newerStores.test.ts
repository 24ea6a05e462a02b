import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryFolder } from '../../workers/storage/memoryFolder';
import type { StoreOptions } from '../../workers/storage/storeTypes';
import { xxHash32 } from '../../workers/storage/xxHash32';
import { SMALL, TestFile, bytesOf, folderOf, installFileReaderSync, openIn } from './storeHarness';

/** As the version after today's would write them: the same but for the version, under a right check. */
const NEWER = 3;
const HEAD = 16;
const FRAME = 40;

function newerHead(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer);
  view.setUint16(4, NEWER, true);
  const json = bytes.subarray(HEAD, HEAD + view.getUint32(8, true));
  view.setUint32(12, xxHash32(json, xxHash32(bytes.subarray(0, 12))), true);
}

/** The first frame of a segment. */
function newerFrame(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer);
  const at = HEAD + view.getUint32(8, true);
  view.setUint16(at + 4, NEWER, true);
  const table = bytes.subarray(at + FRAME, at + FRAME + view.getUint32(at + 8, true));
  view.setUint32(at + 36, xxHash32(table, xxHash32(bytes.subarray(at, at + 36), view.getUint32(12, true))), true);
}

function newerBase(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer);
  view.setUint16(4, NEWER, true);
  const json = bytes.subarray(32, 32 + view.getUint32(8, true));
  view.setUint32(16, xxHash32(json, xxHash32(bytes.subarray(0, 16))), true);
}

const FILE = new Uint8Array(5000).fill(7);

/** A project with a dropped file and three commits. */
async function project(): Promise<Map<string, Uint8Array>> {
  const folder = new MemoryFolder();
  const store = await openIn(folder, { source: { kind: 'file', name: 'main.db', file: new TestFile(FILE), packed: false } }, { ...SMALL, smallFile: 1 << 20 });
  for (let n = 1; n <= 3; n++) {
    store.write('main.db', n * 512, new Uint8Array(512).fill(n));
    store.commit();
  }
  store.close();
  return bytesOf(folder);
}

beforeAll(installFileReaderSync);

describe('a project that a newer version has written, after an update was rolled back', () => {
  it.each([
    ['segment', '.seg', newerHead],
    ['commit', '.seg', newerFrame],
    ['base', '.base', newerBase]
  ] as const)('is refused in words and left as it is, to the byte (its %s)', async (what, ending, makeNewer) => {
    const files = await project();
    const [name] = [...files.keys()].filter((file) => file.endsWith(ending));
    makeNewer(files.get(name!)!);
    const folder = await folderOf(files);
    const ways: Partial<StoreOptions>[] = [
      { source: { kind: 'stored' } },
      { source: { kind: 'stored' }, access: 'read' },
      { source: { kind: 'new' } },
      { source: { kind: 'file', name: 'main.db', file: new TestFile(FILE), packed: false } }
    ];
    for (const way of ways) {
      await expect(openIn(folder, way)).rejects.toMatchObject({ reason: 'version', message: expect.stringContaining(`A ${what} of this project was written by a newer Rowhouse`) as string });
    }
    expect(await bytesOf(folder)).toEqual(files);
  });

  it('opens again when the newer version is back', async () => {
    const files = await project();
    const folder = await folderOf(files);
    const [name] = [...files.keys()].filter((file) => file.endsWith('.seg'));
    const segment = await folder.open(name!, 'shared');
    const newer = files.get(name!)!.slice();
    newerHead(newer);
    segment.write(newer, 0);
    await expect(openIn(folder, { source: { kind: 'stored' } })).rejects.toMatchObject({ reason: 'version' });
    segment.write(files.get(name!)!, 0);
    segment.close();
    const store = await openIn(folder, { source: { kind: 'stored' } });
    expect(store.lastFrame).toBe(3);
    store.close();
  });
});
