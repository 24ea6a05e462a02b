import { expect, it } from 'vitest';
import { EngineError } from '$workers/engine';
import { opened, start, type EngineName } from './engineUnderTest';

/** How failures cross. */
export function errors(engine: EngineName): void {
  const lite = engine === 'sqlite';

  it('points at a syntax error, behind text beyond ASCII too', async () => {
    const e = await opened(engine);
    const sql = "SELECT 'ä🏠';\n SELEC 1";
    const error = await e.failure(sql);
    expect(error).toMatchObject({ code: lite ? 'SQLITE_ERROR' : '42601', position: sql.indexOf('SELEC 1'), statement: 'SELEC 1' });
    expect(error.message).toContain('SELEC');
  });

  it('points at a missing table and a missing column', async () => {
    const e = await opened(engine);
    const table = 'SELECT 1 FROM nowhere';
    expect(await e.failure(table)).toMatchObject({ code: lite ? 'SQLITE_ERROR' : '42P01', position: table.indexOf('nowhere') });
    await e.script('CREATE TABLE t (a integer)');
    const column = 'SELECT a, nothing FROM t';
    expect(await e.failure(column)).toMatchObject({ code: lite ? 'SQLITE_ERROR' : '42703', position: column.indexOf('nothing') });
  });

  it('names the constraint that was broken', async () => {
    const e = await opened(engine);
    await e.script(
      `CREATE TABLE p (id integer PRIMARY KEY, u text UNIQUE, n integer NOT NULL DEFAULT 1, CONSTRAINT small CHECK (n < 10));
       CREATE TABLE c (id integer PRIMARY KEY, p integer REFERENCES p (id));
       INSERT INTO p VALUES (1, 'x', 1)`
    );
    const codes = lite
      ? ['PRIMARYKEY', 'UNIQUE', 'NOTNULL', 'CHECK', 'FOREIGNKEY'].map((c) => `SQLITE_CONSTRAINT_${c}`)
      : ['23505', '23505', '23502', '23514', '23503'];
    const got = [];
    for (const sql of [
      "INSERT INTO p VALUES (1, 'y', 1)",
      "INSERT INTO p VALUES (2, 'x', 1)",
      "INSERT INTO p VALUES (3, 'z', NULL)",
      "INSERT INTO p VALUES (4, 'w', 11)",
      'INSERT INTO c VALUES (1, 99)'
    ]) {
      got.push(await e.failure(sql));
    }
    expect(got.map((g) => g.code)).toEqual(codes);
    expect(got[2]).toMatchObject({ table: 'p', column: 'n' });
    expect(got[3]!.constraint).toBe('small');
  });

  it('stops at the first failure and keeps what ran before', async () => {
    const e = await opened(engine);
    const report = await e.run({ sql: 'CREATE TABLE t (a integer); INSERT INTO t VALUES (1); SELECT * FROM nowhere; INSERT INTO t VALUES (2)' });
    expect(report.outcomes.map((o) => o.state)).toEqual(['done', 'done', 'failed']);
    expect(report.count).toBe(4);
    expect((await e.rows('SELECT count(*) FROM t'))[0]!.map(Number)).toEqual([1]);
  });

  it('goes on after a failure', async () => {
    const e = await opened(engine);
    for (let i = 0; i < 3; i++) await e.failure('SELECT * FROM nowhere');
    expect((await e.rows('SELECT 1'))[0]!.map(Number)).toEqual([1]);
  });

  it('says that a database is not open, and rejects what cannot be', async () => {
    const closed = start(engine);
    await expect(closed.catalog()).rejects.toMatchObject({ code: 'not-open' });
    const e = await opened(engine);
    await expect(e.structure({ schema: lite ? 'main' : 'public', relation: 'nowhere' })).rejects.toBeInstanceOf(EngineError);
    await expect(e.fetch(999, 0, 1)).rejects.toMatchObject({ code: 'refused' });
    const request = { schema: lite ? 'main' : 'public', relation: 'nowhere', sorts: [], filters: [], from: 0, count: 1 };
    await expect(e.browse(request)).rejects.toMatchObject({ code: lite ? 'SQLITE_ERROR' : '42P01' });
  });
}
