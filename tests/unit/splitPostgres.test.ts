import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { loadModule, parseSync, scanSync } from 'libpg-query';
import { beforeAll, describe, expect, it } from 'vitest';
import { splitPostgres } from '../../workers/split/splitPostgres';

interface Case {
  name: string;
  sql: string;
  statements: number;
}

const folder = '../shared/data/sql';
const read = (file: string): Case[] => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Case[];
const texts = (script: string): string[] => splitPostgres(script).map((s) => s.text);

/** Statements as Postgres' own parser sees them: where each begins and ends; undefined for a syntax error. */
function parsed(script: string): string[] | undefined {
  try {
    const bytes = new TextEncoder().encode(script);
    const { stmts = [] } = parseSync(script) as { stmts?: { stmt_location?: number; stmt_len?: number }[] };
    return stmts.map((s) => {
      const from = s.stmt_location ?? 0;
      return new TextDecoder().decode(bytes.subarray(from, s.stmt_len ? from + s.stmt_len : undefined));
    });
  } catch {
    return undefined; // a syntax error: the parser has no opinion on where statements end
  }
}

describe('splitPostgres', () => {
  beforeAll(() => loadModule());

  it.skipIf(!existsSync(folder))('agrees with libpg-query on the shared scripts', () => {
    const cases = read('postgres.json');
    expect(cases.length).toBeGreaterThan(10);
    for (const c of cases) {
      expect(splitPostgres(c.sql).length, c.name).toBe(c.statements);
      const theirs = parsed(c.sql);
      if (theirs) for (const [i, text] of texts(c.sql).entries()) expect(theirs[i], c.name).toContain(text);
    }
  });

  it.skipIf(!existsSync(folder))('leaves meta-commands out and gives a COPY its rows', () => {
    for (const c of read('pg_dump.json')) expect(splitPostgres(c.sql).length, c.name).toBe(c.statements);
  });

  it('hands the rows of a COPY block over apart from its text', () => {
    const script = '\\restrict x\nCOPY t (a) FROM stdin;\n1\n\\N\nit\'s;\n\\.\nselect 1;\n';
    const [copy, select] = splitPostgres(script);
    expect(copy).toMatchObject({ text: 'COPY t (a) FROM stdin', command: 'COPY', writes: true });
    expect(script.slice(copy!.data!.from, copy!.data!.to)).toBe("1\n\\N\nit's;\n");
    expect(select).toMatchObject({ text: 'select 1' });
    expect(select!.data).toBeUndefined();
    expect(texts('COPY t FROM stdin;\nselect 1; select 2')).toEqual(['COPY t FROM stdin', 'select 1', 'select 2']);
  });

  it.each([
    ["select E'a\\';' 'b'; select 2", 2],
    ["select E'a'\n'\\';b'; select 2", 2],
    ["select E'a' -- c;\n  '\\';b'; select 2", 2],
    ["select E'a' '\\'; select 2", 2],
    ["select 'a\\'; select ';'", 2],
    ["select nameE'a\\'; select 2", 2],
    ['select U&"d;x", u&\'a;\', N\'b;\', B\'01\', x\'3b\'; select 2', 2],
    ['select $1, $a$ ; $b$ ; $a$, a$b$c, 1$$;$$; select 2', 2],
    ['/* a /* b; */ ; */ select 1 -- ;\n; -- ;', 1],
    ['select 2*/* ; */3; select 1--;', 2],
    ['create rule r as on insert to t do also (insert into a values (1); insert into b values (2)); select 1', 2],
    ['create function f() returns int begin atomic select case when 1 = 1 then 2 end as "end"; select 1 as end; end; select 2', 2],
    ['create or replace procedure p() begin atomic insert into t values (1); end; select 2', 2],
    ['begin; select 1; end; select 2', 4],
    ['select (1; select 2', 2],
    ['\\d\nselect 1;\n  \\set x 1\nselect 2', 2],
    ['select 1 from t where a \\ b; select 2', 2],
    ['\uFEFFselect 1', 1],
    ["select 'open; select 2", 1],
    ['', 0],
    [' ; /* */ ;; -- x', 0]
  ])('splits %j', (script, count) => {
    const found = splitPostgres(script);
    expect(found).toHaveLength(count);
    for (const s of found) expect(s.text).toBe(script.slice(s.from, s.to));
  });

  it.each([
    ['select 1', 'SELECT', false, false],
    ['((select 1) union (select 2))', 'SELECT', false, false],
    ['select a, (select b into_ from c) into t from u', 'SELECT', true, true],
    ['select "into" from into_', 'SELECT', false, false],
    ['table t', 'TABLE', false, false],
    ['with a as (select 1) select * from a', 'SELECT', false, false],
    ['with update as (select 1), insert as (select 2) table update', 'TABLE', false, false],
    ['with a as materialized (delete from t returning *) select * from a', 'SELECT', true, false],
    ['with a as (select 1) update t set a = 1', 'UPDATE', true, false],
    ['with recursive t(n) as (values (1) union all select n + 1 from t) search depth first by n set o merge into x using y on true when matched then delete', 'MERGE', true, false],
    ['explain select 1', 'EXPLAIN', false, false],
    ['explain delete from t', 'EXPLAIN', false, false],
    ['explain analyze verbose delete from t', 'EXPLAIN', true, false],
    ['explain (costs, analyze, format json) insert into t values (1)', 'EXPLAIN', true, false],
    ['explain (analyze false) insert into t values (1)', 'EXPLAIN', false, false],
    ['explain analyze select 1', 'EXPLAIN', false, false],
    ['explain analyze create table t as select 1', 'EXPLAIN', true, true],
    ['create or replace view v as select 1', 'CREATE VIEW', true, true],
    ['create materialized view v as select 1', 'CREATE MATERIALIZED VIEW', true, true],
    ['create foreign data wrapper w', 'CREATE FOREIGN DATA WRAPPER', true, true],
    ['create text search configuration c (copy = simple)', 'CREATE TEXT SEARCH CONFIGURATION', true, true],
    ['create user mapping for current_user server s', 'CREATE USER MAPPING', true, true],
    ['create user u', 'CREATE USER', true, true],
    ['create operator class o for type t using btree as storage t', 'CREATE OPERATOR CLASS', true, true],
    ['alter default privileges grant select on tables to public', 'ALTER DEFAULT PRIVILEGES', true, true],
    ['drop table t', 'DROP TABLE', true, true],
    ['comment on table t is null', 'COMMENT', true, true],
    ['do $$ begin end $$', 'DO', true, true],
    ['call p()', 'CALL', true, true],
    ['truncate t', 'TRUNCATE', true, false],
    ['refresh materialized view v', 'REFRESH MATERIALIZED VIEW', true, false],
    ['copy t to stdout', 'COPY', false, false],
    ['copy (select "from" from t) to stdout', 'COPY', false, false],
    ['copy (delete from t returning *) to stdout', 'COPY', true, false],
    ["copy t (a, b) from '/dev/blob'", 'COPY', true, false],
    ['set search_path = a', 'SET', false, true],
    ['set local statement_timeout = 1', 'SET', false, false],
    ['reset all', 'RESET', false, true],
    ['start transaction read only', 'START TRANSACTION', false, false],
    ['end', 'COMMIT', true, false],
    ['abort', 'ROLLBACK', true, false],
    ['/* c */ import foreign schema s from server x into y', 'IMPORT FOREIGN SCHEMA', true, true]
  ])('classifies %s', (sql, command, writes, changesCatalog) => {
    expect(splitPostgres(sql)[0]).toMatchObject({ command, writes, changesCatalog });
  });

  it('takes names from comments', () => {
    expect(splitPostgres('-- name: A b\nselect 1;select 2').map((s) => s.name)).toEqual(['A b', undefined]);
  });

  it('agrees with libpg-query on whatever it can parse', () => {
    const statement = fc.constantFrom(
      'select 1', "select 'a;b'", "select E'\\';'", 'select $$;$$', 'select $a$ $$;$a$', 'select "x;y" from t', '', '/* ; /* ; */ */',
      '-- ;\n', "select U&'\\0061;'", 'begin', 'end', 'create table t (a int default 1)', 'select a$1 from b', "select 'a'\n';b'",
      'create function f() returns int begin atomic select 1; select case when true then 1 end; end',
      "create function f() returns int language plpgsql as $body$ begin return ';'; end $body$",
      'create rule r as on insert to t do also (delete from a; delete from b)', 'select ünï from "é;"', "select B'1', x'1F', N';'",
      'prepare p as select $1', 'select 1 -- ;\n', 'select (select 1), array[1, 2]', "comment on table t is E'\\\\'"
    );
    const blank = fc.constantFrom('', ' ', '\n', '\t', '\r\n', '/* c */', '-- d;\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(blank, statement, blank), { maxLength: 6 }), (list) => {
        const script = list.map((x) => x.join('')).join(';');
        const theirs = parsed(script);
        if (!theirs) return;
        const ours = texts(script);
        expect(ours).toHaveLength(theirs.length);
        for (const [i, text] of ours.entries()) expect(theirs[i]).toContain(text);
      }),
      { numRuns: 300 }
    );
  });

  it('agrees with the scanner of libpg-query on random tokens', () => {
    const piece = fc.constantFrom(
      'select', ' ', '\n', ';', "'", '"', '$$', '$a$', '--', '/*', '*/', "E'", "U&'", 'N', "x'", '\\', "\\'", '(', ')', '1', 'a', '$1', '.', '+', 'é', '😀'
    );
    let compared = 0;
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 25 }), (pieces) => {
        const script = pieces.join('');
        if (/(^|;)\s*\\/.test(script)) return; // a meta-command of psql
        let semicolons: number;
        try {
          const { tokens } = scanSync(script) as { tokens: { text: string }[] };
          semicolons = tokens.filter((t) => t.text === ';').length;
        } catch {
          return; // a token that Postgres does not know
        }
        compared++;
        // Each statement ends with a semicolon: the statements and the empty places between are one more.
        const ours = splitPostgres(script);
        expect(ours.length).toBeLessThanOrEqual(semicolons + 1);
        let at = 0;
        for (const s of ours) {
          const inside = (scanSync(s.text) as { tokens: { text: string }[] }).tokens;
          expect(inside.filter((t) => t.text === ';')).toHaveLength(0);
          expect(s.from).toBeGreaterThanOrEqual(at);
          at = s.to;
        }
      }),
      { numRuns: 500 }
    );
    expect(compared).toBeGreaterThan(20);
  });
});
