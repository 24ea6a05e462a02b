import initSqlJs from 'sql.js';
import { describe, expect, it } from 'vitest';
import { restoreScript, type ScriptTarget } from '../../workers/restore/restoreScript';

const SQL = await initSqlJs();

/** sql.js in memory as a target, with every statement that it was given. */
class MemoryTarget implements ScriptTarget {
  readonly db = new SQL.Database();
  readonly calls: string[] = [];

  async exec(sql: string): Promise<number> {
    this.calls.push(sql);
    try {
      this.db.exec(sql);
    } catch (e) {
      throw { code: 'SQLITE_ERROR', message: (e as Error).message };
    }
    return this.db.getRowsModified();
  }

  inTransaction(): boolean {
    try {
      this.db.exec('SAVEPOINT x');
      this.db.exec('RELEASE x');
      this.db.exec('BEGIN');
      this.db.exec('ROLLBACK');
      return false;
    } catch {
      return true; // BEGIN fails within a transaction
    }
  }

  all(sql: string): unknown {
    return this.db.exec(sql)[0]?.values;
  }
}

const shell = `PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT);
INSERT INTO t VALUES(1,'x;y');
INSERT INTO t VALUES(2,'two
lines');
CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET b = 'z'; SELECT 1; END;
COMMIT;
`;

describe('restoreScript', () => {
  it.each([1, 7, 100_000])('runs what the shell dumps, in chunks of %i bytes', async (size) => {
    const target = new MemoryTarget();
    const blob = new Blob([shell]);
    const whole = blob.stream.bind(blob);
    blob.stream = () =>
      whole().pipeThrough(
        new TransformStream({
          transform(chunk, controller) {
            for (let at = 0; at < chunk.length; at += size) controller.enqueue(chunk.subarray(at, at + size));
          }
        })
      );
    const report = await restoreScript(blob, false, target);
    expect(report).toMatchObject({ statements: 7, rows: 2, refused: [], truncated: undefined });
    expect(target.calls).toHaveLength(7);
    expect(target.all('select b from t order by a')).toEqual([['x;y'], ['two\nlines']]);
    expect(target.all("select count(*) from sqlite_schema where type = 'trigger'")).toEqual([[1]]);
  });

  it('puts statements that stand alone into transactions, and goes on after a failure', async () => {
    const target = new MemoryTarget();
    const script = `create table t(a unique);\n\ninsert into t values (1);\ninsert into t values (1);\npragma user_version = 3;\ninsert into nowhere values (1);\ninsert into t values (2)`;
    const report = await restoreScript(new Blob([script]), false, target);
    expect(report.refused.map((r) => r.line)).toEqual([4, 6]);
    expect(report.rows).toBe(2);
    expect(target.calls.filter((c) => /^(BEGIN|COMMIT)/.test(c))).toEqual(['BEGIN', 'COMMIT', 'BEGIN', 'COMMIT']);
    expect(target.all('select a from t')).toEqual([[1], [2]]);
  });

  it('tells of a constraint that fails at the last commit, and keeps what was committed before', async () => {
    const target = new MemoryTarget();
    const script = `pragma foreign_keys = on;
create table a(id integer primary key);
create table b(id references a deferrable initially deferred);
insert into a values (1);
begin;
insert into b values (2);`;
    const report = await restoreScript(new Blob([script]), false, target);
    expect(report.refused.map(({ text, error }) => [text, error.message])).toEqual([['COMMIT', 'FOREIGN KEY constraint failed']]);
    expect(report.rows).toBe(1);
    expect([target.all('select id from a'), target.all('select id from b')]).toEqual([[[1]], undefined]);
    expect(target.inTransaction()).toBe(false);
  });

  it('loads what is whole of a script that is cut off', async () => {
    const report = await restoreScript(new Blob([shell.slice(0, shell.indexOf('lines'))]), false, new MemoryTarget());
    expect(report.rows).toBe(1);
    expect(report.truncated).toMatch(/line 5 never ends/);
  });

  it.each([
    ['', /no SQL statements/],
    ['select 1', /makes a table/],
    ['nonsense; more', /line 1/],
    ["insert into t values ('x", /never ends/]
  ])('refuses %j in words', async (script, message) => {
    await expect(restoreScript(new Blob([script]), false, new MemoryTarget())).rejects.toMatchObject({ message: expect.stringMatching(message) });
  });

  it('refuses bytes that are no UTF-8', async () => {
    const blob = new Blob(["create table t(a); insert into t values ('", new Uint8Array([0xe9]), "');"]);
    await expect(restoreScript(blob, false, new MemoryTarget())).rejects.toMatchObject({ code: 'refused' });
  });

  it('splits a long script into the same statements', async () => {
    const target = new MemoryTarget();
    const script = `create table t(a);\n${'insert into t values (1);\n'.repeat(12_000)}`;
    const report = await restoreScript(new Blob([script]), false, target);
    expect(report).toMatchObject({ statements: 12_001, rows: 12_000, refused: [] });
  });
});
