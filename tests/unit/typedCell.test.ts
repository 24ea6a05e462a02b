import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { postgresCellOf, sqliteCellOf, TypedCellError } from '../../workers/dialect/typedCell';
import { sqlite } from '../../workers/dialect/sqlite';
import { postgres } from '../../workers/dialect/postgres';
import { wholeText } from '$lib/grid/cellText';
import { cellsEqual } from '../../workers/dialect/cellsEqual';
import type { Cell } from '../../workers/engine';

const lite = (type: string, text: string, seen: Cell = null): Cell => sqliteCellOf(text, { type, family: sqlite.familyOf(type) }, seen);
const pg = (type: string, text: string): Cell => postgresCellOf(text, { type, family: postgres.familyOf(type) });

describe('what is typed into SQLite', () => {
  it.each<[string, string, Cell, Cell]>([
    ['INTEGER', '42', null, 42],
    ['INTEGER', '9223372036854775807', null, 2n ** 63n - 1n],
    ['INTEGER', '9223372036854775808', null, '9223372036854775808'],
    ['INTEGER', 'abc', 1, 'abc'],
    ['INTEGER', '2.0', null, 2],
    ['INTEGER', '', 1, null],
    ['REAL', '2', null, { real: 2 }],
    ['REAL', '0.1', null, 0.1],
    ['REAL', '0.12345678901234567890', null, '0.12345678901234567890'],
    ['NUMERIC(10,2)', '1.50', null, 1.5],
    ['TEXT', '007', 7, '007'],
    ['TEXT', '', 'x', ''],
    ['VARCHAR(3)', ' ', null, ' '],
    ['', '5', null, 5],
    ['', '5', 'text before', '5'],
    ['', '2.0', { real: 1 }, { real: 2 }],
    ['BLOB', "x'00ff'", null, Uint8Array.of(0, 255)],
    ['BLOB', "X'00 FF'", null, Uint8Array.of(0, 255)],
    ['TEXT', "x'00'", Uint8Array.of(1), Uint8Array.of(0)],
    ['TEXT', "x'00'", 'a', "x'00'"],
    ['JSON', '{"a": 12345678901234567890}', null, '{"a": 12345678901234567890}']
  ])('%s: %s over %s', (type, text, seen, wanted) => {
    expect(cellsEqual(lite(type, text, seen), wanted)).toBe(true);
  });

  it('refuses what is no JSON and no bytes, in words', () => {
    expect(() => lite('JSON', '{a:1}')).toThrow(TypedCellError);
    expect(() => lite('BLOB', "x'0'")).toThrow(/two digits each/);
  });

  it('a value that is shown and typed again is the same value', () => {
    const cells: fc.Arbitrary<[string, Cell]> = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n): [string, Cell] => ['INTEGER', Number.isSafeInteger(Number(n)) ? Number(n) : n]),
      fc.string().map((s): [string, Cell] => ['TEXT', s]),
      fc.uint8Array().map((b): [string, Cell] => ['BLOB', new Uint8Array(b)])
    );
    fc.assert(fc.property(cells, ([type, cell]) => cellsEqual(lite(type, wholeText(cell, {}), cell), cell)), { numRuns: 2_000 });
  });
});

describe('what is typed into Postgres', () => {
  it('is left to it, but for bytes', () => {
    expect(pg('numeric', '1'.repeat(1000))).toBe('1'.repeat(1000));
    expect(pg('timestamp with time zone', '0044-03-15 BC')).toBe('0044-03-15 BC');
    expect(pg('text', '')).toBe('');
    expect(pg('integer', '')).toBeNull();
    expect(pg('integer[]', '{}')).toBe('{}');
    expect(pg('bytea', '\\x00ff')).toEqual(Uint8Array.of(0, 255));
    expect(() => pg('bytea', 'abc')).toThrow(TypedCellError);
    expect(() => pg('jsonb', '{')).toThrow(/no JSON/);
    expect(() => pg('bigint', 'abc')).toThrow(/whole number/);
  });
});
