import { expect, it } from 'vitest';
import type { RunEvent } from '$workers/engine';
import { opened, type EngineName } from './engineUnderTest';

/** What a script gives back. */
export function results(engine: EngineName): void {
  it('keeps duplicate and empty column names', async () => {
    const e = await opened(engine);
    const [outcome] = await e.script('SELECT 1 AS a, 2 AS a, 3 AS "A"');
    expect(outcome!.columns!.map((c) => c.name)).toEqual(['a', 'a', 'A']);
    expect((await e.rows('SELECT 1 AS a, 2 AS a, 3 AS "A"'))[0]!.map(Number)).toEqual([1, 2, 3]);
  });

  it('gives the columns of an empty result', async () => {
    const e = await opened(engine);
    const [outcome] = await e.script('SELECT 1 AS one WHERE 1 = 2');
    expect(outcome).toMatchObject({ state: 'done', rows: 0, command: 'SELECT' });
    expect(outcome!.columns!.map((c) => c.name)).toEqual(['one']);
    expect((await e.fetch(outcome!.resultId!, 0, 10)).rows).toBe(0);
  });

  it('runs several statements, one outcome each, with where they stand', async () => {
    const e = await opened(engine);
    const sql = "CREATE TABLE t (a integer);\n-- a comment; with a semicolon\nINSERT INTO t VALUES (1), (2);\nSELECT 'x;y';;";
    const report = await e.run({ sql });
    expect(report.outcomes.map((o) => [o.state, o.command, o.rows, o.changed])).toEqual([
      ['done', 'CREATE TABLE', null, null],
      ['done', 'INSERT', null, 2],
      ['done', 'SELECT', 1, null]
    ]);
    expect(report).toMatchObject({ count: 3, catalogChanged: true, dataChanged: true, inTransaction: false });
    expect(sql.slice(report.outcomes[2]!.from, report.outcomes[2]!.to)).toBe("SELECT 'x;y'");
  });

  it('counts what changed', async () => {
    const e = await opened(engine);
    await e.script('CREATE TABLE t (a integer); INSERT INTO t VALUES (1), (2), (3)');
    const all = await e.script('UPDATE t SET a = a + 1 WHERE a > 1; DELETE FROM t WHERE a = 99; SELECT 1; DELETE FROM t');
    expect(all.map((o) => o.changed)).toEqual([2, 0, null, 3]);
  });

  it('gives the rows of RETURNING, and keeps what was written', async () => {
    const e = await opened(engine);
    await e.script('CREATE TABLE t (a integer)');
    const [outcome] = await e.script('INSERT INTO t VALUES (7), (8) RETURNING a');
    expect(outcome).toMatchObject({ rows: 2, changed: 2 });
    expect((await e.rows('SELECT count(*) FROM t'))[0]!.map(Number)).toEqual([2]);
  });

  it('has nothing to say to an empty script or a comment', async () => {
    const e = await opened(engine);
    for (const sql of ['', '  \n', '-- nothing', ';;', '/* nothing */']) {
      expect(await e.run({ sql })).toMatchObject({ outcomes: [], count: 0 });
    }
  });

  it('tells of its way: statement, first rows, outcome', async () => {
    const e = await opened(engine);
    const events: RunEvent[] = [];
    await e.run({ sql: 'SELECT 1 AS a; SELECT 2 AS b', firstRows: 10 }, (event) => void events.push(event));
    // Callbacks are calls of their own: they come in order, but may come after the answer.
    await expect.poll(() => events.length).toBe(6);
    expect(events.map((event) => event.kind)).toEqual(['statement', 'rows', 'outcome', 'statement', 'rows', 'outcome']);
  });
}
