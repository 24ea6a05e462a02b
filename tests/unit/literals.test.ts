import { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import initSqlJs from 'sql.js';
import { afterAll, describe, expect, it } from 'vitest';
import { hexOf, postgresLiteral, sqliteLiteral } from '../../workers/dialect/literals';
import type { Cell } from '../../workers/wire/cells';

const SQL = await initSqlJs();
const db = new SQL.Database();
const pg = await PGlite.create();
afterAll(() => pg.close());

/** What SQLite makes of a literal: its storage class, and itself in hexadecimal or digits. */
function inSqlite(sql: string): unknown[] {
  // The types of sql.js leave the third argument out.
  const exact = db as unknown as { exec(sql: string, params: undefined, config: { useBigInt: true }): { values: unknown[][] }[] };
  return exact.exec(`select typeof(x), case typeof(x) when 'text' then hex(x) when 'blob' then hex(x) else x end from (select ${sql} as x)`, undefined, {
    useBigInt: true
  })[0]!.values[0]!;
}

const utf8 = (text: string): string => hexOf(new TextEncoder().encode(text)).toUpperCase();

describe('sqliteLiteral', () => {
  it.each<[Cell, string, unknown]>([
    [null, 'null', null],
    [0, 'integer', 0n],
    [-1, 'integer', -1n],
    [Number.MAX_SAFE_INTEGER, 'integer', 9007199254740991n],
    [9223372036854775807n, 'integer', 9223372036854775807n],
    [-9223372036854775808n, 'integer', -9223372036854775808n],
    [{ real: 2 }, 'real', 2],
    [{ real: 1e20 }, 'real', 1e20],
    [1e300, 'real', 1e300],
    [0.1, 'real', 0.1],
    [5e-324, 'real', 5e-324],
    [Infinity, 'real', Infinity],
    [-Infinity, 'real', -Infinity],
    [NaN, 'null', null],
    ['', 'text', ''],
    ["it's", 'text', utf8("it's")],
    ['a\0b\0', 'text', utf8('a\0b\0')],
    ['\ue000\0', 'text', utf8('\ue000\0')],
    ['\ufeff😀', 'text', utf8('\ufeff😀')],
    [new Uint8Array([0, 255]), 'blob', '00FF'],
    [new Uint8Array(0), 'blob', ''],
    [{ text: 'x', bytes: new Uint8Array([0xff, 0x41]) }, 'text', 'FF41']
  ])('writes %o exactly', (cell, type, value) => {
    expect(inSqlite(sqliteLiteral(cell))).toEqual([type, value]);
  });

  it('writes any text, real and integer exactly', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (s) => {
      expect(inSqlite(sqliteLiteral(s))).toEqual(['text', utf8(s)]);
    }));
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (n) => {
        const [type, value] = inSqlite(sqliteLiteral(Number.isInteger(n) ? { real: n } : n));
        expect(type).toBe('real');
        expect(value === n).toBe(true);
      }),
      { numRuns: 2_000 }
    );
    fc.assert(fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (n) => {
      expect(inSqlite(sqliteLiteral(n))).toEqual(['integer', n]);
    }));
  });

  it('refuses what is cut or too large', () => {
    expect(() => sqliteLiteral({ long: 'text', head: 'x', bytes: 9 })).toThrow(TypeError);
    expect(() => sqliteLiteral(2n ** 63n)).toThrow(RangeError);
  });
});

describe('postgresLiteral', () => {
  const text = async (sql: string): Promise<unknown> => (await pg.query<{ x: unknown }>(`select (${sql})::text as x`)).rows[0]!.x;

  it.each<[Cell, string | null]>([
    [null, null],
    [-7, '-7'],
    [9223372036854775808n, '9223372036854775808'],
    [0.1, '0.1'],
    [1e300, '1e+300'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    ["it's \\ here", "it's \\ here"],
    ['a\nb\ue000😀', 'a\nb\ue000😀'],
    [new Uint8Array([0, 0x5c, 255]), '\\x005cff']
  ])('writes %o exactly, whatever standard_conforming_strings says', async (cell, expected) => {
    for (const setting of ['on', 'off']) {
      await pg.exec(`set standard_conforming_strings = ${setting}`);
      expect(await text(postgresLiteral(cell))).toBe(expected);
    }
  });

  it('refuses what Postgres cannot hold', () => {
    expect(() => postgresLiteral('a\0')).toThrow(RangeError);
    expect(() => postgresLiteral({ text: '?', bytes: new Uint8Array([255]) })).toThrow(RangeError);
    expect(() => postgresLiteral({ long: 'blob', head: new Uint8Array(1), bytes: 9 })).toThrow(TypeError);
  });
});
