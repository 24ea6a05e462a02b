import { expect, it } from 'vitest';
import { newProjectId, opened, start, openIn, type EngineName, type EngineUnderTest } from './engineUnderTest';

/** Commits as points that one can go back to. */
export function restorePoints(engine: EngineName): void {
  const values = async (e: EngineUnderTest): Promise<string> =>
    (await e.rows('SELECT a FROM t ORDER BY a')).map(([a]) => String(a)).join(',');
  const last = async (e: EngineUnderTest): Promise<number> => (await e.commits(0, 1)).last;

  it('lists commits with what made them, their rows and labels, newest first', async () => {
    const e = await opened(engine);
    await e.script('CREATE TABLE t (a integer)');
    const before = (await e.commits(0, 100)).total;
    await e.script('INSERT INTO t VALUES (1), (2), (3)');
    await e.script('BEGIN; UPDATE t SET a = a + 10 WHERE a > 1; DELETE FROM t WHERE a = 1; COMMIT');
    await e.script('SELECT * FROM t');
    const page = await e.commits(0, 100);
    expect(page.total).toBe(before + 2);
    const [newest, second] = page.commits;
    expect([newest!.number, second!.number]).toEqual([page.last, page.last - 1]);
    expect([newest!.rows, second!.rows]).toEqual([3, 3]);
    expect(newest!.statement).toContain('UPDATE t SET a = a + 10');
    expect(second!.statement).toContain('INSERT INTO t');
    expect(newest!.time).toBeGreaterThan(Date.now() - 60_000);
    expect(newest!.bytes).toBeGreaterThan(0);
    expect((await e.commits(1, 1)).commits.map(({ number }) => number)).toEqual([second!.number]);
    await e.label(second!.number, 'before the update');
    await e.label(newest!.number, 'wrong');
    await e.label(newest!.number, null);
    expect((await e.commits(0, 2)).commits.map(({ label }) => label)).toEqual([null, 'before the update']);
    await expect(e.label(9999, 'x')).rejects.toMatchObject({ code: 'no-such-commit' });
    await e.close();
    const again = await opened(engine, { projectId: e.projectId, source: { kind: 'stored' } });
    const kept = (await again.commits(0, 100)).commits.find(({ label }) => label !== null);
    expect(kept).toMatchObject({ label: 'before the update', number: second!.number, rows: 3 });
  });

  it('counts no statement that failed, and no transaction that was rolled back', async () => {
    const e = await opened(engine);
    await e.script('CREATE TABLE t (a integer PRIMARY KEY); INSERT INTO t VALUES (1)');
    const before = await last(e);
    await e.failure('INSERT INTO t VALUES (1)');
    await e.script('BEGIN; INSERT INTO t VALUES (2); ROLLBACK');
    await e.script('BEGIN; CREATE TABLE other (b integer); ROLLBACK; SELECT count(*) FROM t');
    expect(await last(e)).toBe(before);
    await e.script('BEGIN; SAVEPOINT s; INSERT INTO t VALUES (3); ROLLBACK TO s; INSERT INTO t VALUES (4); COMMIT');
    expect(await last(e)).toBe(before + 1);
    e.kill();
    const again = await opened(engine, { projectId: e.projectId, source: { kind: 'stored' } });
    expect(await values(again)).toBe('1,4');
  });

  it('tells with each statement which commit was the last, and at the opening', async () => {
    const e = await opened(engine);
    const [made, read, first, second] = await e.script('CREATE TABLE t (a integer); SELECT 1; INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)');
    expect(read!.commit).toBe(made!.commit);
    expect([first!.commit, second!.commit]).toEqual([made!.commit! + 1, made!.commit! + 2]);
    const open = await e.script('BEGIN; INSERT INTO t VALUES (3)');
    expect(open.map(({ commit }) => commit)).toEqual([second!.commit, second!.commit]);
    e.kill();
    const again = await opened(engine, { projectId: e.projectId, source: { kind: 'stored' } });
    expect(again.report.commit).toBe(second!.commit);
  });

  it('goes back to a commit, and back from there', async () => {
    const e = await opened(engine);
    await e.script('CREATE TABLE t (a integer); INSERT INTO t VALUES (1)');
    const one = await last(e);
    await e.script('INSERT INTO t VALUES (2); CREATE TABLE later (b integer)');
    const two = await last(e);
    const back = await e.goBack(one);
    expect(back).toBe(two + 1);
    expect(await values(e)).toBe('1');
    expect((await e.catalog()).schemas.flatMap((s) => s.relations.map((r) => r.relation))).not.toContain('later');
    await e.script('INSERT INTO t VALUES (3)');
    expect(await values(e)).toBe('1,3');
    await e.goBack(two);
    expect(await values(e)).toBe('1,2');
    await expect(e.goBack(9999)).rejects.toMatchObject({ code: 'no-such-commit' });
    await e.script('BEGIN; INSERT INTO t VALUES (4)');
    await expect(e.goBack(one)).rejects.toMatchObject({ code: 'refused' });
    await e.script('COMMIT');
    e.kill();
    const again = await opened(engine, { projectId: e.projectId, source: { kind: 'stored' } });
    expect(await values(again)).toBe('1,2,4');
  });

  it('opens as of a commit, read-only beside the one that runs', async () => {
    const e = await opened(engine);
    await e.script('CREATE TABLE t (a integer); INSERT INTO t VALUES (1)');
    const one = await last(e);
    await e.script('INSERT INTO t VALUES (2)');
    const then = start(engine, e.projectId);
    const report = await openIn(then, { source: { kind: 'stored' }, access: 'read', asOf: one });
    expect(report.readOnly).toContain(`commit ${one}`);
    expect(await values(then)).toBe('1');
    await e.script('INSERT INTO t VALUES (3)');
    expect([await values(then), await values(e)]).toEqual(['1', '1,2,3']);
    await then.close();
    const never = start(engine, e.projectId);
    await expect(openIn(never, { source: { kind: 'stored' }, access: 'read', asOf: 9999 })).rejects.toThrow();
    expect(await values(e)).toBe('1,2,3');
  });

  it('branches into a new project, as it is and as of a commit, and each goes its own way', async () => {
    const e = await opened(engine);
    await e.script('CREATE TABLE t (a integer); INSERT INTO t VALUES (1)');
    const one = await last(e);
    await e.script('INSERT INTO t VALUES (2)');
    const [now, past] = [newProjectId(), newProjectId()];
    await e.branch(now);
    await e.branch(past, one);
    await e.script('INSERT INTO t VALUES (3)');
    const a = await opened(engine, { projectId: now, source: { kind: 'stored' } });
    const b = await opened(engine, { projectId: past, source: { kind: 'stored' } });
    await a.script('INSERT INTO t VALUES (100)');
    await b.script('INSERT INTO t VALUES (200)');
    expect([await values(e), await values(a), await values(b)]).toEqual(['1,2,3', '1,2,100', '1,200']);
    e.kill();
    a.kill();
    const again = await opened(engine, { projectId: now, source: { kind: 'stored' } });
    expect(await values(again)).toBe('1,2,100');
    await expect(b.branch(newProjectId(), 9999)).rejects.toMatchObject({ code: 'no-such-commit' });
  });

  it('keeps how far back one can go with the project', async () => {
    const e = await opened(engine);
    expect(await e.bound()).toEqual({ commits: 1000, days: 30, bytes: 1e9 });
    await e.setBound({ commits: 5, days: 0, bytes: 1e6 });
    await e.close();
    const again = await opened(engine, { projectId: e.projectId, source: { kind: 'stored' } });
    expect(await again.bound()).toEqual({ commits: 5, days: 0, bytes: 1e6 });
  });
}
