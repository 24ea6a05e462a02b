import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONG_CELL_HEAD, packRows, unpackPage, type Cell } from '$workers/engine';
import { PageWriter } from '../../workers/wire/pageWriter';

const cell: fc.Arbitrary<Cell> = fc.oneof(
  fc.constant(null),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => (Number.isSafeInteger(Number(n)) ? Number(n) : n)),
  fc.integer(),
  fc.double().map((n): Cell => (Number.isInteger(n) ? { real: n } : n)),
  fc.string({ unit: 'binary' }).filter((s) => s.isWellFormed()),
  fc.uint8Array({ maxLength: 100 })
);

describe('pages', () => {
  it('give back every cell that was packed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }).chain((n) => fc.array(fc.array(cell, { minLength: n, maxLength: n }))), (rows) => {
        const columns = rows[0]?.length ?? 1;
        expect(unpackPage(packRows(rows, columns))).toEqual(rows);
      }),
      { numRuns: 1000, seed: 3 }
    );
  });

  it('keep text that is broken in two values though whole in one', () => {
    const [first, second] = [new Uint8Array([0x61, 0xc3]), new Uint8Array([0xa4, 0x62])];
    const [row] = unpackPage(packRows([[{ text: '', bytes: first }, { text: '', bytes: second }, 'ä🏠', '', 'x']], 5));
    expect(row).toEqual([
      { text: 'a\ufffd', bytes: first }, { text: '\ufffdb', bytes: second }, 'ä🏠', '', 'x'
    ]);
  });

  it('give any of their rows to another page', () => {
    const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(table, fc.nat(), fc.nat(), (rows, a, b) => {
        const [from, to] = [a % (rows.length + 1), b % (rows.length + 1)].sort((x, y) => x - y) as [number, number];
        const writer = new PageWriter(3);
        writer.rowsOf(packRows(rows, 3), from, to);
        expect(unpackPage(writer.take())).toEqual(rows.slice(from, to));
      }),
      { numRuns: 500, seed: 4 }
    );
  });

  it('cut a long value when it goes to another page', () => {
    const texts = ['a'.repeat(70_000), 'ä'.repeat(70_000)];
    const whole = packRows([[...texts, new Uint8Array(70_000)]], 3, Infinity);
    expect(unpackPage(whole)[0]!.slice(0, 2)).toEqual(texts);
    const writer = new PageWriter(3);
    writer.rowsOf(whole, 0, 1);
    const cut = writer.take();
    expect(unpackPage(cut)[0]).toMatchObject([{ bytes: 70_000 }, { bytes: 140_000 }, { long: 'blob', bytes: 70_000 }]);
    writer.rowsOf(cut, 0, 1);
    expect(unpackPage(writer.take())).toEqual(unpackPage(cut));
  });

  it('keep integers exact at their edges', () => {
    const edges = [0, -1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, -(2 ** 53) + 1, 2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)];
    expect(unpackPage(packRows([edges], edges.length))[0]).toEqual(edges);
  });

  it('tell a whole real from an integer, and keep -0, NaN and infinities', () => {
    const [row] = unpackPage(packRows([[{ real: 2 }, { real: -0 }, NaN, { real: Infinity }, 2]], 5));
    expect(row![0]).toEqual({ real: 2 });
    expect(Object.is((row![1] as { real: number }).real, -0)).toBe(true);
    expect(row![2]).toBeNaN();
    expect(row![4]).toBe(2);
    expect(Number((row![3] as { real: number }).real ?? row![3])).toBe(Infinity);
  });

  it('keep text that is not UTF-8 as its bytes', () => {
    const bytes = new Uint8Array([0x61, 0xff, 0x00, 0x62]);
    const [row] = unpackPage(packRows([[{ text: 'a\ufffd\0b', bytes }]], 1));
    expect(row![0]).toEqual({ text: 'a\ufffd\0b', bytes });
  });

  it('cut a long value between characters and say how long it is', () => {
    const text = 'é'.repeat(100_000);
    const [row] = unpackPage(packRows([[text, new Uint8Array(70_000)]], 2));
    const long = row![0] as { long: string; head: string; bytes: number };
    expect(long.long).toBe('text');
    expect(long.bytes).toBe(200_000);
    expect(text.startsWith(long.head)).toBe(true);
    expect(long.head.length).toBe(LONG_CELL_HEAD / 2);
    expect(row![1]).toMatchObject({ long: 'blob', bytes: 70_000 });
  });
});
