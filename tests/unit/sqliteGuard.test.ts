import { describe, expect, it } from 'vitest';
import { firstTokens } from '../../workers/sqlite/firstTokens';
import { guard } from '../../workers/sqlite/guard';

const refused = (sql: string): string | null => {
  try {
    guard(sql);
    return null;
  } catch (e) {
    return (e as { code: string }).code;
  }
};

describe('the guard before an SQLite statement', () => {
  it.each([
    'PRAGMA journal_mode=wal',
    'pragma main . journal_mode = "WAL"',
    "PRAGMA journal_mode('wal')",
    '-- note\n/* more */ PRAGMA [journal_mode] (wal)',
    'EXPLAIN PRAGMA journal_mode=wal',
    "ATTACH 'x.db' AS x",
    "attach database 'file:x.db?mode=memory' as x",
    'ATTACH ? AS x',
    'ATTACH x AS y',
    "VACUUM INTO 'x.db'",
    "VACUUM main INTO ('x' || '.db')"
  ])('refuses %s', (sql) => expect(refused(sql)).toBe('refused'));

  it.each([
    'PRAGMA journal_mode',
    'PRAGMA journal_mode=delete',
    'PRAGMA foreign_keys=off',
    "ATTACH ':memory:' AS x",
    "ATTACH '' AS x",
    'VACUUM',
    'VACUUM main',
    "SELECT 'PRAGMA journal_mode=wal'",
    "INSERT INTO t VALUES ('VACUUM INTO')",
    ''
  ])('lets %s through', (sql) => expect(refused(sql)).toBeNull());

  it('says what will be set again', () => {
    expect(guard('PRAGMA synchronous=off').notices[0]!.message).toMatch(/synchronous stays at full/);
    expect(guard('PRAGMA synchronous=full').notices).toEqual([]);
    expect(guard('PRAGMA synchronous').notices).toEqual([]);
  });
});

describe('the first tokens of a statement', () => {
  it('leave out comments and quotes', () => {
    expect(firstTokens(`/* a */ select 'it''s' , "a""b" -- end\n, [x y]`, 9).map((t) => t.text)).toEqual([
      'SELECT', "it's", ',', 'a"b', ',', 'x y'
    ]);
  });

  it('stop where they are enough', () => expect(firstTokens('a b c d', 2)).toHaveLength(2));
});
