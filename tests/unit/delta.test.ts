import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryFolder } from '../../workers/storage/memoryFolder';
import { applyPatch, patchOf } from '../../workers/storage/delta';
import { MOST_PATCHES } from '../../workers/storage/recentBlocks';
import { bytesOf, folderOf, openIn } from './storeHarness';

describe('a patch', () => {
  it('makes the block after of the block before, or is none', () => {
    const change = fc.record({ at: fc.nat(2047), bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), fc.nat(2048), (changes, most) => {
        const before = Uint8Array.from({ length: 2048 }, (_, i) => (i * 31) & 255);
        const after = before.slice();
        for (const { at, bytes } of changes) after.set(bytes.subarray(0, 2048 - at), at);
        const patch = patchOf(before, after, most);
        if (!patch) return;
        expect(patch.length).toBeLessThanOrEqual(most);
        const again = before.slice();
        expect(applyPatch(again, patch)).toBe(true);
        expect(again).toEqual(after);
      }),
      { seed: 11, numRuns: 500 }
    );
  });

  it('that reaches past its block, or ends too soon, is refused', () => {
    expect(applyPatch(new Uint8Array(16), Uint8Array.of(12, 0, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8))).toBe(false);
    expect(applyPatch(new Uint8Array(16), Uint8Array.of(0, 0, 8, 0, 1))).toBe(false);
    expect(applyPatch(new Uint8Array(16), Uint8Array.of(0, 0))).toBe(false);
  });
});

describe('a log that grows by small commits', () => {
  const BLOCK = 8192;

  it('takes well under 1 KB a commit, and holds every byte after reopening', async () => {
    const folder = new MemoryFolder();
    let store = await openIn(folder, { blockSize: BLOCK }, {});
    const must = new Uint8Array(20 * BLOCK);
    let end = 0;
    const lengths: number[] = [];
    for (let n = 0; n < 700; n++) {
      const record = Uint8Array.from({ length: 100 }, (_, i) => (n * 13 + i) & 255);
      must.set(record, end);
      end += record.length;
      // As Postgres writes its log: whole pages, the last one again and again.
      for (let page = Math.floor((end - 100) / BLOCK); page * BLOCK < end; page++) {
        store.write('wal', page * BLOCK, must.subarray(page * BLOCK, (page + 1) * BLOCK));
      }
      store.commit();
      lengths.push(store.frames().at(-1)!.bytes);
      if (n % 150 === 149) {
        store.close();
        store = await openIn(folder, { blockSize: BLOCK }, {});
      }
    }
    const sorted = lengths.sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length * 0.9)]).toBeLessThan(400);
    expect(lengths.reduce((sum, n) => sum + n) / lengths.length).toBeLessThan(700);
    const is = new Uint8Array(Math.ceil(end / BLOCK) * BLOCK);
    store.read('wal', 0, is);
    expect(Buffer.compare(is, must.subarray(0, is.length))).toBe(0);
    store.close();
    const then = await openIn(folder, { access: 'read', source: { kind: 'stored' }, asOf: 400 });
    then.read('wal', 0, is);
    expect(Buffer.compare(is.subarray(0, 40_000), must.subarray(0, 40_000))).toBe(0);
    expect(is.subarray(40_000).every((byte) => byte === 0)).toBe(true);
  });

  it('writes a block whole again after some patches, and anew behind a cut', async () => {
    const folder = new MemoryFolder();
    const store = await openIn(folder);
    const page = new Uint8Array(512);
    let whole = 0;
    for (let n = 0; n < 100; n++) {
      page[n] = n + 1;
      store.write('a', 0, page);
      store.commit();
      if (store.frames().at(-1)!.bytes > 512) whole++;
    }
    expect(whole).toBeGreaterThanOrEqual(Math.floor(100 / (MOST_PATCHES + 1)));
    expect(whole).toBeLessThan(20);
    store.truncate('a', 0);
    store.commit();
    page[0] = 77;
    store.write('a', 0, page);
    store.commit();
    expect(store.frames().at(-1)!.bytes).toBeGreaterThan(512);
    store.close();
    const again = await openIn(folder);
    const is = new Uint8Array(512);
    again.read('a', 0, is);
    expect(is).toEqual(page);
  });

  it('hands out no wrong byte when a patch is damaged', async () => {
    const folder = new MemoryFolder();
    const store = await openIn(folder);
    const page = new Uint8Array(512).fill(5);
    for (let n = 0; n < 4; n++) {
      page.fill(200 + n, 100, 120);
      store.write('a', 0, page);
      store.commit();
    }
    store.close();
    const files = await bytesOf(folder);
    const [name, bytes] = [...files].find(([file]) => file.endsWith('.seg'))!;
    // The bytes of the second patch.
    const at = bytes.indexOf(201);
    const flipped = bytes.slice();
    flipped[at]! ^= 1;
    await expect(openIn(await folderOf(new Map(files).set(name, flipped)))).rejects.toThrow('damaged');
  });
});
