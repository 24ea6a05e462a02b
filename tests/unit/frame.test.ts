import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FRAME_HEAD,
  LABEL_LENGTH,
  decodeHead,
  decodeTable,
  encodeFrame,
  findFrame,
  peekFrame,
  rechain,
  type FileChange,
  type FrameToWrite
} from '../../workers/storage/frame';
import { StorageError } from '../../workers/storage/storeTypes';
import { xxHash32 } from '../../workers/storage/xxHash32';

const BLOCK = 16;

const fileChange: fc.Arbitrary<FileChange> = fc
  .record({
    id: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    removed: fc.boolean(),
    size: fc.nat(2 ** 31).map((n) => n * 1000),
    name: fc.option(fc.string({ unit: 'grapheme', maxLength: 20 }), { nil: undefined }),
    cut: fc.option(fc.nat(), { nil: undefined })
  })
  .map(({ name, cut, ...rest }) => ({ ...rest, ...(name === undefined ? {} : { name }), ...(cut === undefined ? {} : { cut }) }));

const frame: fc.Arbitrary<FrameToWrite> = fc.record({
  kind: fc.constantFrom('commit' as const, 'spill' as const),
  number: fc.integer({ min: 1, max: 2 ** 40 }),
  time: fc.integer({ min: 0, max: 2 ** 42 }),
  before: fc.nat(2 ** 32 - 1),
  salt: fc.nat(2 ** 32 - 1),
  note: fc.record({ label: fc.string({ unit: 'grapheme' }) }),
  files: fc.array(fileChange, { maxLength: 4 }),
  blocks: fc
    .uniqueArray(fc.nat(40), { maxLength: 12 })
    .map((at) => at.sort((a, b) => a - b).map((n) => ({ file: 1 + Math.floor(n / 20), block: n % 20, bytes: new Uint8Array(BLOCK).fill(n) })))
});

const headOf = (bytes: Uint8Array, salt: number) => {
  const head = bytes.subarray(0, FRAME_HEAD);
  const lengths = peekFrame(head);
  return lengths && decodeHead(head, bytes.subarray(FRAME_HEAD, FRAME_HEAD + lengths.tableBytes), salt);
};

describe('XXH32', () => {
  it.each([
    ['', 0, 0x02cc5d05],
    ['a', 0, 0x550d7456],
    ['abc', 0, 0x32d153ff],
    ['Nobody inspects the spammish repetition', 0, 0xe2293b2f]
  ])('of %j is that of the reference', (text, seed, hash) => {
    expect(xxHash32(new TextEncoder().encode(text), seed)).toBe(hash);
  });

  it('does not depend on where the bytes lie', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(2 ** 32 - 1), fc.nat(7), (bytes, seed, offset) => {
        const moved = new Uint8Array(bytes.length + offset);
        moved.set(bytes, offset);
        expect(xxHash32(moved.subarray(offset), seed)).toBe(xxHash32(bytes.slice(), seed));
      })
    );
  });
});

describe('a frame', () => {
  it('says the same after it was bytes', () => {
    fc.assert(
      fc.property(frame, (written) => {
        const { bytes, check, blocksAt } = encodeFrame(written);
        const head = headOf(bytes, written.salt)!;
        const { kind, number, time, before } = written;
        expect(head).toEqual({
          version: 2,
          kind,
          number,
          time,
          before,
          check,
          tableBytes: blocksAt - FRAME_HEAD,
          blockBytes: written.blocks.length * BLOCK
        });
        const table = decodeTable(bytes.subarray(FRAME_HEAD, blocksAt), head.version);
        expect(table.note.label).toBe(written.note.label?.slice(0, LABEL_LENGTH));
        expect(table.files).toEqual(written.files);
        const blocks = table.runs.flatMap((run) => [...run.checks].map((sum, n) => ({ file: run.file, block: run.first + n, sum })));
        expect(blocks).toEqual(written.blocks.map((b) => ({ file: b.file, block: b.block, sum: xxHash32(b.bytes) })));
        expect(bytes.length).toBe(blocksAt + head.blockBytes);
      }),
      { seed: 1 }
    );
  });

  it('is none with any byte of its head or table changed, or under another salt', () => {
    const written = fc.sample(frame, { seed: 3, numRuns: 1 })[0]!;
    const { bytes, blocksAt } = encodeFrame(written);
    expect(headOf(bytes, written.salt)).not.toBeNull();
    expect(headOf(bytes, written.salt ^ 1)).toBeNull();
    for (let at = 0; at < blocksAt; at++) {
      for (const flip of [1, 128]) {
        const flipped = bytes.slice();
        flipped[at]! ^= flip;
        // A changed length may point past the end.
        const lengths = peekFrame(flipped);
        if (lengths && FRAME_HEAD + lengths.tableBytes > flipped.length) continue;
        expect(headOf(flipped, written.salt), `byte ${at}`).toBeNull();
      }
    }
  });

  it('of a version that is not known is refused in words', () => {
    const written = fc.sample(frame, { seed: 3, numRuns: 1 })[0]!;
    const { bytes, blocksAt } = encodeFrame(written);
    // As a newer Rowhouse would write it: another version under a right checksum.
    const view = new DataView(bytes.buffer);
    view.setUint16(4, 3, true);
    view.setUint32(36, xxHash32(bytes.subarray(FRAME_HEAD, blocksAt), xxHash32(bytes.subarray(0, 36), written.salt)), true);
    expect(() => headOf(bytes, written.salt)).toThrow(StorageError);
    expect(() => headOf(bytes, written.salt)).toThrow('newer Rowhouse');
  });

  it('can stand behind another one, in another segment', () => {
    const written = fc.sample(frame, { seed: 5, numRuns: 1 })[0]!;
    const { bytes, blocksAt } = encodeFrame(written);
    const table = bytes.subarray(FRAME_HEAD, blocksAt);
    const again = rechain(headOf(bytes, written.salt)!, table, 77, 99);
    expect(headOf(again.bytes, 99)).toEqual({ ...headOf(bytes, written.salt)!, before: 77, check: again.check });
  });

  it('is found among other bytes', () => {
    const { bytes } = encodeFrame(fc.sample(frame, { seed: 6, numRuns: 1 })[0]!);
    const among = new Uint8Array(bytes.length + 20).fill(0x46);
    among.set(bytes, 13);
    expect(findFrame(among, 0)).toBe(13);
    expect(findFrame(among, 14)).toBe(-1);
  });

  it('of a one-block commit costs less than 1 KB beside the block', () => {
    const { bytes } = encodeFrame({
      kind: 'commit',
      number: 1,
      time: Date.now(),
      before: 0,
      salt: 0,
      note: { label: 'x'.repeat(1000) },
      files: [{ id: 1, removed: false, size: 4096, name: 'main.db' }],
      blocks: [{ file: 1, block: 0, bytes: new Uint8Array(4096) }]
    });
    expect(bytes.length - 4096).toBeLessThan(1024);
  });
});
