import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitSqlite } from '../../workers/split/splitSqlite';

const shared = '../shared/data/sql/sqlite.json';
const texts = (script: string): string[] => splitSqlite(script).map((s) => s.text);

describe('splitSqlite', () => {
  it.skipIf(!existsSync(shared))('agrees with sqlite3_complete on the shared scripts', () => {
    const cases = JSON.parse(readFileSync(shared, 'utf8')) as { name: string; sql: string; statements: number }[];
    expect(cases.length).toBeGreaterThan(10);
    for (const c of cases) expect(splitSqlite(c.sql).length, c.name).toBe(c.statements);
  });

  it('gives offsets without semicolon, blanks and comments around', () => {
    const script = '\uFEFF  -- first\n select 1 /* inside */ + 1 ; /* last */\n;; select 2 -- end';
    const found = splitSqlite(script);
    expect(found.map((s) => s.text)).toEqual(['select 1 /* inside */ + 1', 'select 2']);
    for (const s of found) expect(script.slice(s.from, s.to)).toBe(s.text);
  });

  it('keeps a trigger whole, with CASE … END and quoted semicolons in it', () => {
    const trigger =
      'create temp trigger if not exists tr after update of a on t when new.a > 1 begin\n' +
      "  insert into t values (';'); select case when new.a then 1 else 2 end; update t set a = 1;\nend";
    expect(texts(`${trigger};\nselect 2`)).toEqual([trigger, 'select 2']);
    expect(texts(`explain ${trigger}; select 2;`)).toEqual([`explain ${trigger}`, 'select 2']);
  });

  it('knows every way to quote', () => {
    expect(texts('select "a;""b", `c;``d`, [e;f], \'g;\'\'h\', x\'3b\', $a::b(c;d), :e; select 2')).toHaveLength(2);
    expect(texts('select /* never closed ; select 2')).toEqual(['select']);
    expect(texts("select 'never closed ; select 2")).toHaveLength(1);
  });

  it('takes names from comments', () => {
    const found = splitSqlite('-- name: Overdue rentals\nselect 1;\nselect 2;\n-- name: Third \r\nselect 3');
    expect(found.map((s) => s.name)).toEqual(['Overdue rentals', undefined, 'Third']);
  });

  it.each([
    ['select 1', 'SELECT', false, false],
    ['(select 1)', 'SELECT', false, false],
    ['values (1)', 'VALUES', false, false],
    ['with a as (select 1) select * from a', 'SELECT', false, false],
    ['with recursive a(x) as (select 1 union all select x + 1 from a limit 3) insert into t select * from a', 'INSERT', true, false],
    ['replace into t values (1)', 'REPLACE', true, false],
    ['create temp table if not exists t(a)', 'CREATE TABLE', true, true],
    ['create virtual table f using fts4(x)', 'CREATE VIRTUAL TABLE', true, true],
    ['create unique index i on t(a)', 'CREATE INDEX', true, true],
    ['drop view v', 'DROP VIEW', true, true],
    ['alter table t rename to u', 'ALTER TABLE', true, true],
    ['attach \'x\' as y', 'ATTACH', true, true],
    ['vacuum', 'VACUUM', true, false],
    ['analyze', 'ANALYZE', true, true],
    ['begin immediate', 'BEGIN', false, false],
    ['end transaction', 'COMMIT', true, false],
    ['rollback to x', 'ROLLBACK', true, false],
    ['savepoint x', 'SAVEPOINT', false, false],
    ['explain query plan delete from t', 'EXPLAIN', false, false],
    ['pragma user_version', 'PRAGMA', false, false],
    ['pragma main.user_version = 3', 'PRAGMA', true, true],
    ['pragma foreign_keys(on)', 'PRAGMA', true, true],
    ['pragma main.table_info(t)', 'PRAGMA', false, false],
    ['pragma table_info = t', 'PRAGMA', false, false],
    ['pragma wal_checkpoint', 'PRAGMA', true, true]
  ])('classifies %s', (sql, command, writes, changesCatalog) => {
    expect(splitSqlite(sql)[0]).toMatchObject({ command, writes, changesCatalog });
  });

  it('never loses or doubles text, whatever stands in it', () => {
    const piece = fc.constantFrom(
      'select', ' ', '\n', ';', "'", '"', '`', '[', ']', '--', '/*', '*/', 'create', 'trigger', 'begin', 'end', 'x', '(', ')', '$a', ':', 'é', '😀'
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const script = pieces.join('');
        let at = 0;
        for (const s of splitSqlite(script)) {
          expect(s.from).toBeGreaterThanOrEqual(at);
          expect(s.text).toBe(script.slice(s.from, s.to));
          expect(s.text.trim()).toBe(s.text.replace(/^\uFEFF/, '').trim());
          expect(s.to).toBeGreaterThan(s.from);
          at = s.to;
        }
        // Splitting a statement again gives that statement alone.
        for (const s of splitSqlite(script)) expect(texts(s.text)).toEqual([s.text]);
      }),
      { numRuns: 500 }
    );
  });
});
