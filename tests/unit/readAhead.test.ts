import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReadAhead } from '../../workers/storage/readAhead';

const SIZES = { chunk: 16, most: 128, kept: 64 };
const bytes = Uint8Array.from({ length: 3000 }, (_, i) => (i * 7 + (i >> 8)) & 255);

function reading(source: Uint8Array) {
  const fetched: [at: number, length: number][] = [];
  const ahead = new ReadAhead((at, length, room) => {
    fetched.push([at, length]);
    const part = source.subarray(at, at + length);
    if (!room || room.buffer.byteLength < part.length) return part.slice();
    const into = new Uint8Array(room.buffer, 0, part.length);
    into.set(part);
    return into;
  }, SIZES);
  return { ahead, fetched };
}

describe('reading ahead', () => {
  it('gives the bytes that are there, in whatever order they are asked for', () => {
    const read = fc.record({ at: fc.nat(3200), length: fc.nat(70), onwards: fc.boolean() });
    fc.assert(
      fc.property(fc.array(read, { maxLength: 80 }), (reads) => {
        const { ahead } = reading(bytes);
        let end = 0;
        for (const { at, length, onwards } of reads) {
          const from = onwards ? end : at;
          const into = new Uint8Array(length);
          const expected = bytes.subarray(from, from + length);
          expect(ahead.read(from, into)).toBe(expected.length);
          expect([...into.subarray(0, expected.length)]).toEqual([...expected]);
          end = from + length;
        }
      }),
      { seed: 2, numRuns: 500 }
    );
  });

  it('fetches twice as much each time while reading goes on in order, also with lone reads between', () => {
    const { ahead, fetched } = reading(bytes);
    const into = new Uint8Array(8);
    for (let at = 0; at < 1500; at += 8) {
      ahead.read(at, into);
      if (at % 64 === 0) ahead.read(2800, into);
    }
    const sequential = fetched.filter(([at]) => at < 2700).map(([, length]) => length);
    expect(sequential.slice(0, 5)).toEqual([16, 32, 64, 128, 128]);
    expect(fetched.filter(([at]) => at >= 2700)).toHaveLength(1);
  });

  it('fetches one chunk for a lone read, and keeps the last ones', () => {
    const { ahead, fetched } = reading(bytes);
    const into = new Uint8Array(4);
    for (const at of [1000, 200, 2000, 1004, 204, 2004]) ahead.read(at, into);
    expect(fetched.map(([, length]) => length)).toEqual([16, 16, 16]);
  });

  it('reads anew what was said to have changed', () => {
    const changing = bytes.slice();
    const { ahead } = reading(changing);
    const into = new Uint8Array(40);
    for (let at = 0; at < 400; at += 40) ahead.read(at, into);
    changing.fill(1, 390);
    ahead.forget(390);
    ahead.read(380, into);
    expect([...into]).toEqual([...changing.subarray(380, 420)]);
  });
});
