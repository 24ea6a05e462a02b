import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockIndex, byteOf, placeOf, segmentOf } from '../../workers/storage/blockIndex';
import type { FrameTable } from '../../workers/storage/frame';

const BLOCK = 4096;

/** A file as the plainest index would keep it. */
interface Plain {
  name: string;
  size: number;
  baseSize: number;
  places: Map<number, { place: number; check: number; patches: { place: number; bytes: number }[] }>;
}

const change = fc.record({
  id: fc.integer({ min: 1, max: 4 }),
  removed: fc.nat(9).map((n) => n === 0),
  name: fc.option(fc.constantFrom('x', 'y', 'z'), { nil: undefined }),
  cut: fc.option(fc.nat(3000).map((n) => n * BLOCK), { nil: undefined }),
  size: fc.nat(9_000_000)
});
const run = fc.record({
  file: fc.integer({ min: 1, max: 4 }),
  first: fc.nat(300),
  checks: fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 1, maxLength: 5 }).map((sums) => Uint32Array.from(sums))
});
const patch = fc.record({
  file: fc.integer({ min: 1, max: 4 }),
  block: fc.nat(300),
  check: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  bytes: fc.nat(2000),
  before: fc.integer({ min: 1, max: 10 })
});
const table: fc.Arbitrary<FrameTable> = fc.record({
  note: fc.constant({}),
  files: fc.uniqueArray(change, { maxLength: 3, selector: (c) => c.id }),
  runs: fc.uniqueArray(run, { maxLength: 4, selector: (r) => r.file }),
  patches: fc.array(patch, { maxLength: 4 })
});

function applyPlain(files: Map<number, Plain>, { files: changes, runs, patches }: FrameTable, segment: number, at: number): void {
  for (const c of changes) {
    if (c.removed) {
      files.delete(c.id);
      continue;
    }
    const file = files.get(c.id) ?? { name: '', size: 0, baseSize: 0, places: new Map() };
    files.set(c.id, file);
    if (c.name !== undefined) file.name = c.name;
    const { cut } = c;
    if (cut !== undefined) {
      file.baseSize = Math.min(file.baseSize, cut);
      file.places = new Map([...file.places].filter(([block]) => block * BLOCK < cut));
    }
    file.size = c.size;
  }
  const blocksAt = at;
  for (const r of runs) {
    for (const [n, check] of r.checks.entries()) {
      files.get(r.file)?.places.set(r.first + n, { place: placeOf(segment, at), check, patches: [] });
      at += BLOCK;
    }
  }
  for (const p of patches) {
    const file = files.get(p.file);
    if (!file) continue;
    // a block that no segment holds lies in the base
    const known = file.places.get(p.block) ?? { place: 0, check: 0, patches: [] };
    file.places.set(p.block, known);
    known.check = p.check;
    known.patches.push({ place: placeOf(segment, blocksAt - p.before), bytes: p.bytes });
  }
}

const asPlain = (index: BlockIndex): Map<number, Plain> =>
  new Map(
    [...index.byId].map(([id, file]) => {
      const { name, size, baseSize } = file;
      const blocks = [...file.blocks()];
      return [id, { name, size, baseSize, places: new Map(blocks.map(({ block, place, check, patches }) => [block, { place, check, patches: [...patches] }])) }];
    })
  );

const byBlock = (files: Map<number, Plain>) =>
  [...files]
    .map(([id, f]) => ({ id, ...f, places: [...f.places].sort(([a], [b]) => a - b) }))
    .sort((a, b) => a.id - b.id);

const frames = fc.array(fc.record({ table, segment: fc.integer({ min: 1, max: 3 }), at: fc.integer({ min: 16, max: 2 ** 38 }) }), {
  maxLength: 15
});

function built(list: { table: FrameTable; segment: number; at: number }[]) {
  const index = new BlockIndex(BLOCK);
  index.addBaseFile(1, 'base', 5_000_000);
  const plain = new Map<number, Plain>([[1, { name: 'base', size: 5_000_000, baseSize: 5_000_000, places: new Map() }]]);
  for (const { table: t, segment, at } of list) {
    index.apply(t, segment, at, false);
    applyPlain(plain, t, segment, at);
  }
  return { index, plain };
}

describe('the block index', () => {
  it('says where each block lies, as a plain map would', () => {
    fc.assert(
      fc.property(frames, (list) => {
        const { index, plain } = built(list);
        expect(byBlock(asPlain(index))).toEqual(byBlock(plain));
        for (const [id, file] of plain) {
          for (const [block, { place }] of file.places) expect(index.byId.get(id)!.place(block)).toBe(place);
          expect(index.byId.get(id)!.place(2_999_999)).toBe(0);
        }
      }),
      { seed: 8 }
    );
  });

  it('is the same after it was a snapshot, with segments that have other ordinals now', () => {
    fc.assert(
      fc.property(frames, (list) => {
        const { index } = built(list);
        const again = BlockIndex.decode(index.encode(), 2, BLOCK, (then) => then + 2);
        index.move((place) => placeOf(segmentOf(place) + 2, byteOf(place)));
        expect(byBlock(asPlain(again))).toEqual(byBlock(asPlain(index)));
        expect(again.nextId).toBe(index.nextId);
      }),
      { seed: 9 }
    );
  });

  it('knows which blocks are still to be proven', () => {
    const index = new BlockIndex(BLOCK);
    const t: FrameTable = {
      note: {},
      files: [{ id: 1, removed: false, name: 'x', size: 2 * BLOCK }],
      runs: [{ file: 1, first: 0, checks: Uint32Array.of(5, 6) }],
      patches: []
    };
    index.apply(t, 1, 100, false);
    const file = index.byId.get(1)!;
    expect(file.unproven(1)).toBe(6);
    file.proven(1);
    expect([file.unproven(0), file.unproven(1), file.unproven(9999)]).toEqual([5, undefined, undefined]);
    index.apply(t, 1, 9000, true);
    expect(file.unproven(0)).toBeUndefined();
  });
});
