import { describe, expect, it } from 'vitest';
import { dialectOf } from '../../workers/dialect/dialectOf';

const found = (engine: 'sqlite' | 'postgres', script: string): string[] =>
  dialectOf(engine).dangers(script).map((d) => `${d.what}: ${d.parts.join('.')}`);

describe.each(['sqlite', 'postgres'] as const)('dangers in %s', (engine) => {
  it.each([
    ['UPDATE t SET a = 1', ['UPDATE without WHERE: t']],
    ['update "T x" set a = (SELECT 1 WHERE true)', [`UPDATE without WHERE: ${engine === 'sqlite' ? 't x' : 'T x'}`]],
    ['DELETE FROM s.T', ['DELETE without WHERE: s.t']],
    ['DELETE FROM t WHERE a = 1; UPDATE t SET a = 1 /* no */ WHERE b', []],
    ['WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone WHERE a', ['DELETE without WHERE: t']],
    ['WITH x AS (SELECT 1 WHERE true) DELETE FROM t', ['DELETE without WHERE: t']],
    ["SELECT 'DELETE FROM t'; -- DELETE FROM t\nSELECT 1 AS update", []],
    ['INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2', []],
    ['SELECT * FROM t FOR UPDATE', []],
    ['CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM u; END', []],
    ['CREATE TABLE c (a integer REFERENCES p ON DELETE CASCADE ON UPDATE CASCADE)', []],
    ['EXPLAIN DELETE FROM t', []],
    ['DROP TABLE IF EXISTS a.b, c CASCADE', ['DROP TABLE: a.b', 'DROP TABLE: c']],
    ['DROP INDEX i', ['DROP INDEX: i']],
    ['CREATE TEMP TABLE t (a int); DELETE FROM t; DROP TABLE t', []],
    ['CREATE TEMP TABLE t (a int); DELETE FROM other.t', ['DELETE without WHERE: other.t']],
    ['CREATE TABLE other.t (a int); DELETE FROM t', ['DELETE without WHERE: t']],
    ['DELETE FROM t; CREATE TABLE t (a int)', ['DELETE without WHERE: t']],
    ['DROP TABLE t; CREATE TABLE IF NOT EXISTS t (a int); DELETE FROM t', ['DROP TABLE: t']],
    ['CREATE TABLE IF NOT EXISTS t (a int); DELETE FROM t', ['DELETE without WHERE: t']],
    ['', []],
    ['DELETE', []],
    ['UPDATE t', []]
  ])('%s', (script, wanted) => expect(found(engine, script)).toEqual(wanted));
});

it('knows what only Postgres has', () => {
  expect(found('postgres', 'TRUNCATE TABLE ONLY a, b *, c.d RESTART IDENTITY')).toEqual(['TRUNCATE: a', 'TRUNCATE: b', 'TRUNCATE: c.d']);
  expect(found('postgres', 'DROP FUNCTION f(int, text), g')).toEqual(['DROP FUNCTION: f', 'DROP FUNCTION: g']);
  expect(found('postgres', 'DROP MATERIALIZED VIEW m; DROP INDEX CONCURRENTLY IF EXISTS i')).toEqual(['DROP MATERIALIZED VIEW: m', 'DROP INDEX: i']);
  expect(found('postgres', 'EXPLAIN (ANALYZE, COSTS off) DELETE FROM ONLY t')).toEqual(['DELETE without WHERE: t']);
  expect(found('postgres', 'MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE')).toEqual([]);
  expect(found('postgres', 'COPY (DELETE FROM t RETURNING a) TO STDOUT')).toEqual(['DELETE without WHERE: t']);
  expect(found('postgres', 'GRANT DELETE, UPDATE ON t TO x; DO $$ BEGIN DELETE FROM t; END $$')).toEqual([]);
});

it('knows what only SQLite has', () => {
  expect(found('sqlite', 'UPDATE OR IGNORE [a b] SET x = 1')).toEqual(['UPDATE without WHERE: a b']);
  expect(found('sqlite', 'DELETE FROM `T`')).toEqual(['DELETE without WHERE: t']);
});
