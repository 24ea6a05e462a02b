import { describe, expect, it } from 'vitest';
import { copyRange, refusalOf, tsvField } from '../../src/lib/grid/clipboard';
import type { Cell, ResultColumn } from '../../workers/engine';

const column: ResultColumn = { name: 'a', type: 'text', family: 'text' };
const columns = [column, column, column];
const never = new AbortController().signal;
const rowsOf = (all: Cell[][]) => (from: number, count: number) => Promise.resolve(all.slice(from, from + count));

describe('tsvField', () => {
  it.each<[Cell, string]>([
    [null, ''],
    ['', '""'],
    ['plain', 'plain'],
    ['a\tb', '"a\tb"'],
    ['a\nb', '"a\nb"'],
    ['say "hi"', '"say ""hi"""'],
    [9007199254740993n, '9007199254740993'],
    [{ real: 2 }, '2.0'],
    [Uint8Array.of(1, 255), "x'01ff'"]
  ])('%o', (cell, text) => {
    expect(tsvField(cell, column)).toBe(text);
  });
});

describe('copyRange', () => {
  const all: Cell[][] = [
    [1, 'a', null],
    [2, 'b\n', ''],
    [3, 'c', 'z']
  ];
  it('writes the range, rows by line', async () => {
    const range = { top: 0, left: 1, bottom: 1, right: 2 };
    expect(await copyRange({ range, columns, rows: rowsOf(all) }, never)).toEqual({ text: 'a\t\n"b\n"\t""', cells: 4, broken: 0 });
  });
  it('writes a single cell as its value alone', async () => {
    const range = { top: 1, left: 1, bottom: 1, right: 1 };
    expect((await copyRange({ range, columns, rows: rowsOf(all) }, never)).text).toBe('b\n');
  });
  it('reads in pieces', async () => {
    const many: Cell[][] = Array.from({ length: 15_000 }, (_, i) => [i, i, i]);
    let reads = 0;
    const range = { top: 0, left: 0, bottom: 14_999, right: 2 };
    const rows = (from: number, count: number) => (reads++, rowsOf(many)(from, count));
    const { text } = await copyRange({ range, columns, rows }, never);
    expect(reads).toBe(3);
    expect(text.split('\n')).toHaveLength(15_000);
    expect(text.endsWith('14999\t14999\t14999')).toBe(true);
  });
  it('brings long values whole, or refuses', async () => {
    const long: Cell[][] = [[{ long: 'text', head: 'abc', bytes: 70_000 }, 1]];
    const range = { top: 0, left: 0, bottom: 0, right: 1 };
    await expect(copyRange({ range, columns, rows: rowsOf(long) }, never)).rejects.toThrow(/too long/);
    const wholeCell = () => Promise.resolve('x'.repeat(70_000));
    expect((await copyRange({ range, columns, rows: rowsOf(long), wholeCell }, never)).text).toBe('x'.repeat(70_000) + '\t1');
  });
  it('counts values whose bytes are not in the text', async () => {
    const range = { top: 0, left: 0, bottom: 0, right: 0 };
    const broken: Cell[][] = [[{ text: 'a\ufffd', bytes: Uint8Array.of(97, 255) }]];
    expect((await copyRange({ range, columns, rows: rowsOf(broken) }, never)).broken).toBe(1);
  });
  it('refuses in words what is too much', () => {
    expect(refusalOf({ top: 0, left: 0, bottom: 999_999, right: 49 })).toMatch(/50,000,000 cells are too many.*export/);
    expect(refusalOf({ top: 0, left: 0, bottom: 99, right: 49 })).toBeNull();
  });
  it('stops when it is told to', async () => {
    const ending = new AbortController();
    const range = { top: 0, left: 0, bottom: 2, right: 0 };
    const rows = async () => (ending.abort(new Error('stop')), all);
    await expect(copyRange({ range, columns, rows }, ending.signal)).rejects.toThrow('stop');
  });
});
