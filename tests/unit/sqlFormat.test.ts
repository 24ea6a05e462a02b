import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSql } from '../../src/lib/editor/sqlFormat';
import { colourSql } from '../../src/lib/editor/colourSql';
import { sqlTokens } from '../../src/lib/editor/sqlTokens';

describe('formatting', () => {
  it('lays out, and keeps the case that the keywords have', async () => {
    expect(await formatSql('SELECT a FROM t WHERE b=1', 'sqlite')).toBe('SELECT\n  a\nFROM\n  t\nWHERE\n  b = 1');
    expect(await formatSql('select a from t', 'postgres')).toBe('select\n  a\nfrom\n  t');
  });

  it('keeps comments, strings, dollar bodies and casts', async () => {
    const sql = "-- name: x\nselect $$a;  b$$, 'it''s', c::int /* why */ from t";
    const formatted = await formatSql(sql, 'postgres');
    for (const part of ['-- name: x', '$$a;  b$$', "'it''s'", 'c::int', '/* why */']) expect(formatted).toContain(part);
  });

  it('says what it cannot read', async () => {
    await expect(formatSql('select ((( from', 'sqlite')).rejects.toThrow(/Parse error|could not/i);
  });
});

describe('tokens and colours', () => {
  const pieces = fc.constantFrom("'", '"', '$$', '$t$', '--', '/*', '*/', '\n', ' ', 'select', '1.5e3', '[a]', '`b`', ':p', '::', '?', 'é', '🜚', '(', ';', 'E', '\\');
  const text = fc.array(pieces, { maxLength: 40 }).map((p) => p.join(''));

  it('cover the text, whatever it is', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('sqlite' as const, 'postgres' as const), (sql, engine) => {
        let at = 0;
        for (const token of sqlTokens(sql, engine)) {
          expect(sql.slice(at, token.from).trim()).toBe('');
          expect(token.to).toBeGreaterThan(token.from);
          at = token.to;
        }
        expect(sql.slice(at).trim()).toBe('');
        expect(colourSql(sql, engine).map((p) => p.text).join('')).toBe(sql);
      }),
      { numRuns: 1000 }
    );
  });

  it('know a type by where it stands, and the key of a key', () => {
    const of = (sql: string, engine: 'sqlite' | 'postgres', kind: string) => colourSql(sql, engine).filter((p) => p.kind === kind).map((p) => p.text);
    const table = 'CREATE TABLE t (id INTEGER PRIMARY KEY, key text, "a b" varchar(20), at timestamp with time zone NOT NULL, FOREIGN KEY (key) REFERENCES u (key))';
    expect(of(table, 'postgres', 'type')).toEqual(['INTEGER', 'text', 'varchar', 'timestamp', 'with', 'time', 'zone']);
    expect(of(table, 'sqlite', 'keyword').filter((w) => /^key$/i.test(w))).toEqual(['KEY', 'KEY']);
    expect(of('select text, date from t where text = 1 and d::date > now()', 'postgres', 'type')).toEqual(['date']);
  });

  it('know what is a call and what a relation', () => {
    const functions = (sql: string) => colourSql(sql, 'postgres').filter((p) => p.kind === 'function').map((p) => p.text);
    expect(functions('select count(*), lower(a) from t where a in (1)')).toEqual(['count', 'lower']);
    expect(functions('create table t(a int); insert into public.t(a) values (1)')).toEqual([]);
  });
});
