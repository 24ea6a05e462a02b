import { describe, expect, it } from 'vitest';
import { RowCache, pageRowsFor, pagesWanted } from '../../src/lib/grid/rowCache';
import type { Cell } from '../../workers/engine';

/** A source whose reads are answered by hand. */
function source(total: number) {
  const reads: { from: number; count: number; signal: AbortSignal; answer: (rows?: Cell[][]) => void; fail: (e: Error) => void }[] = [];
  const read = (from: number, count: number, signal: AbortSignal): Promise<Cell[][]> =>
    new Promise((resolve, reject) => {
      const rows = (): Cell[][] => Array.from({ length: Math.max(0, Math.min(count, total - from)) }, (_, i) => [from + i]);
      reads.push({ from, count, signal, answer: (given) => resolve(given ?? rows()), fail: reject });
    });
  return { reads, read };
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

function cacheOf(total: number, budget?: number) {
  const s = source(total);
  let changes = 0;
  const cache = new RowCache({ pageRows: 10, read: s.read, onchange: () => changes++, budget });
  return { ...s, cache, changes: () => changes };
}

describe('pagesWanted', () => {
  it('has what is in sight first, from the middle', () => {
    expect(pagesWanted(0, 30, 10, 100, 0).slice(0, 3)).toEqual([1, 0, 2]);
  });
  it('looks ahead where the scrolling leads', () => {
    expect(pagesWanted(500, 510, 10, 100, 1)).toEqual([50, 51, 52, 53, 49]);
    expect(pagesWanted(500, 510, 10, 100, -1)).toEqual([50, 49, 48, 47, 51]);
  });
  it('reads where a fast view will be, before where it is', () => {
    expect(pagesWanted(500, 520, 10, 1_000, 60)).toEqual([56, 57, 58, 59, 50, 51, 52, 53, 54, 49]);
    expect(pagesWanted(500, 520, 10, 1_000, -60).slice(0, 4)).toEqual([44, 45, 43, 42]);
  });
  it('does not guess where a jump leads', () => {
    expect(pagesWanted(500, 520, 10, 100_000, 50_000)[0]).toBe(50);
  });
  it('stays within the pages', () => {
    expect(pagesWanted(0, 5, 10, 1, 1)).toEqual([0]);
    expect(pagesWanted(995, 1000, 10, 100, 1)).toEqual([99, 98]);
  });
  it('makes pages of few rows for many columns', () => {
    expect(pageRowsFor(5)).toBe(200);
    expect(pageRowsFor(50)).toBe(80);
    expect(pageRowsFor(2000)).toBe(10);
  });
});

describe('RowCache', () => {
  it('reads two pages at a time and gives their rows', async () => {
    const { cache, reads } = cacheOf(1000);
    cache.want(100, 125, 0, 1000);
    expect(reads.map((r) => r.from)).toEqual([110, 100]);
    reads[0]!.answer();
    await settle();
    expect(cache.row(115)).toEqual([115]);
    expect(cache.row(105)).toBeUndefined();
    expect(reads.map((r) => r.from)).toEqual([110, 100, 120]);
  });
  it('does not begin what has been passed by', async () => {
    const { cache, reads } = cacheOf(100_000);
    cache.want(0, 25, 0, 100_000);
    for (let at = 1_000; at <= 50_000; at += 1_000) cache.want(at, at + 25, 0, 100_000);
    expect(reads).toHaveLength(2);
    reads[0]!.answer();
    reads[1]!.answer();
    await settle();
    expect(reads.slice(2).map((r) => r.from)).toEqual([50_010, 50_000]);
  });
  it('learns where the rows end', async () => {
    const { cache, reads } = cacheOf(34);
    cache.want(30, 40, 0, 40);
    reads[0]!.answer();
    await settle();
    expect(cache.end).toBe(34);
    expect(cache.seen).toBe(34);
  });
  it('goes on when rows have become more', async () => {
    const { cache, reads } = cacheOf(34);
    cache.want(30, 40, 0, 40);
    reads[0]!.answer();
    await settle();
    cache.extend();
    expect(cache.end).toBeNull();
    expect(cache.row(33)).toEqual([33]);
    const again = reads.at(-1)!;
    expect(again.from).toBe(30);
    again.answer(Array.from({ length: 10 }, (_, i) => [30 + i]));
    await settle();
    expect(cache.row(39)).toEqual([39]);
  });
  it('keeps the old rows until the new are there', async () => {
    const { cache, reads } = cacheOf(10);
    cache.want(0, 10, 0, 10);
    reads[0]!.answer();
    await settle();
    cache.refresh();
    expect(cache.isStale).toBe(true);
    expect(cache.row(3)).toEqual([3]);
    reads[1]!.answer([['new']]);
    await settle();
    expect(cache.isStale).toBe(false);
    expect(cache.row(0)).toEqual(['new']);
    expect(cache.row(3)).toBeUndefined();
  });
  it('drops the answer to a question from before a refresh', async () => {
    const { cache, reads } = cacheOf(10);
    cache.want(0, 10, 0, 10);
    cache.refresh();
    expect(reads[0]!.signal.aborted).toBe(true);
    reads[0]!.answer([['old']]);
    await settle();
    expect(cache.row(0)).toBeUndefined();
    reads[1]!.answer([['new']]);
    await settle();
    expect(cache.row(0)).toEqual(['new']);
  });
  it('says what failed, keeps the old rows, and tries again when asked', async () => {
    const { cache, reads } = cacheOf(10);
    cache.want(0, 10, 0, 10);
    reads[0]!.answer();
    await settle();
    cache.refresh();
    reads[1]!.fail(new Error('no such column'));
    await settle();
    expect(cache.failure).toEqual(new Error('no such column'));
    expect(cache.row(3)).toEqual([3]);
    cache.want(0, 10, 0, 10);
    expect(reads).toHaveLength(2);
    cache.retry();
    expect(cache.failure).toBeNull();
    expect(reads).toHaveLength(3);
  });
  it('lets go what lies farthest, never what is near', async () => {
    const { cache, reads } = cacheOf(10_000, 2_000);
    for (let at = 0; at < 1_000; at += 10) {
      cache.want(at, at + 10, 1, 10_000);
      for (const r of reads.splice(0)) r.answer();
      await settle();
    }
    expect(cache.row(990)).toEqual([990]);
    expect(cache.row(0)).toBeUndefined();
    expect(cache.debug().pages).toBeLessThan(25);
  });
  it('gives rows for copying from what is at hand, and reads the rest', async () => {
    const { cache, reads } = cacheOf(1_000);
    cache.want(0, 10, 0, 1_000);
    reads[0]!.answer();
    await settle();
    reads.length = 0;
    const copied = cache.rows(5, 10, new AbortController().signal);
    expect(reads.map((r) => [r.from, r.count])).toEqual([[10, 5]]);
    reads[0]!.answer();
    expect((await copied).map((r) => r[0])).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });
});
