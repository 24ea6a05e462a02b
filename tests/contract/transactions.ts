import { expect, it } from 'vitest';
import { opened, type EngineName } from './engineUnderTest';

/** Transactions over several calls. */
export function transactions(engine: EngineName): void {
  const count = async (e: Awaited<ReturnType<typeof opened>>): Promise<number> => Number((await e.rows('SELECT count(*) FROM t'))[0]![0]);

  it('tells of one that is left open, and ends it in a later call', async () => {
    const e = await opened(engine);
    await e.script('CREATE TABLE t (a integer)');
    expect((await e.run({ sql: 'BEGIN; INSERT INTO t VALUES (1)' })).inTransaction).toBe(true);
    expect((await e.run({ sql: 'SELECT 1' })).inTransaction).toBe(true);
    expect((await e.run({ sql: 'ROLLBACK' })).inTransaction).toBe(false);
    expect(await count(e)).toBe(0);
    await e.script('BEGIN; INSERT INTO t VALUES (1); SAVEPOINT s; INSERT INTO t VALUES (2); ROLLBACK TO s; COMMIT');
    expect(await count(e)).toBe(1);
  });

  it('takes all back when an atomic script fails', async () => {
    const e = await opened(engine);
    await e.script('CREATE TABLE t (a integer)');
    const failed = await e.run({ sql: 'INSERT INTO t VALUES (1); INSERT INTO nowhere VALUES (2)', atomic: true });
    expect(failed).toMatchObject({ inTransaction: false });
    expect(failed.outcomes.at(-1)!.state).toBe('failed');
    expect(await count(e)).toBe(0);
    await e.run({ sql: 'INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)', atomic: true });
    expect(await count(e)).toBe(2);
  });

  it('plans and measures without leaving anything behind', async () => {
    const e = await opened(engine);
    await e.script('CREATE TABLE t (a integer)');
    const plan = await e.explain('INSERT INTO t VALUES (1), (2)', true);
    expect(plan.executionMs).toBeGreaterThanOrEqual(0);
    expect(await count(e)).toBe(0);
    expect((await e.explain('SELECT * FROM t WHERE a = 1', false)).text).toMatch(/t/);
    await expect(e.explain('SELECT * FROM nowhere', false)).rejects.toMatchObject({ message: expect.stringContaining('nowhere') as string });
  });
}
