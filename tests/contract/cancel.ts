import { expect, it } from 'vitest';
import { opened, type EngineName } from './engineUnderTest';

/** Stopping what runs. */
export function cancel(engine: EngineName): void {
  it('stops between rows and takes the next statement', async () => {
    const e = await opened(engine);
    const endless = engine === 'sqlite'
      ? 'WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g) SELECT i FROM g'
      : 'SELECT generate_series(1, 3000000) AS i';
    let told = 0;
    const running = e.run({ sql: `${endless}; SELECT 2` }, () => void told++);
    await expect.poll(() => told, { timeout: 20_000 }).toBeGreaterThan(1);
    await e.cancel();
    const report = await running;
    // An engine that gives all rows at once may have been through with it already.
    expect(['cancelled', 'done']).toContain(report.outcomes[0]!.state);
    if (engine === 'sqlite') expect(report.outcomes.map((o) => o.state)).toEqual(['cancelled']);
    expect((await e.rows('SELECT 3'))[0]!.map(Number)).toEqual([3]);
  });

  it('keeps the rows that came before', async () => {
    if (engine !== 'sqlite') return;
    const e = await opened(engine);
    let id = 0;
    const running = e.run(
      { sql: 'WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g) SELECT i FROM g' },
      (event) => { if (event.kind === 'rows') id = event.resultId; }
    );
    await expect.poll(() => id).toBeGreaterThan(0);
    await e.cancel();
    const { outcomes } = await running;
    expect(outcomes[0]!.rows).toBeGreaterThan(0);
    expect((await e.fetch(id, 0, 5)).rows).toBe(5);
  });

  it('stops a script of statements without rows between two of them', async () => {
    const e = await opened(engine);
    await e.script('CREATE TABLE t (a integer)');
    let begun = 0;
    const running = e.run({ sql: 'INSERT INTO t VALUES (1);\n'.repeat(20_000) }, () => void begun++);
    await expect.poll(() => begun, { timeout: 20_000 }).toBeGreaterThan(2);
    await e.cancel();
    const { outcomes, count } = await running;
    expect(outcomes.at(-1)).toMatchObject({ state: 'cancelled', rows: null });
    expect(outcomes.length).toBeLessThan(count);
    // What ran is there, no more and no less.
    expect((await e.rows('SELECT count(*) FROM t'))[0]!.map(Number)).toEqual([outcomes.length - 1]);
  });

  it('stops the saving of a copy', async () => {
    const e = await opened(engine);
    const rows = engine === 'sqlite'
      ? "WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 400) SELECT printf('%.*c', 10000, 'x') FROM g"
      : "SELECT repeat('x', 10000) FROM generate_series(1, 400)";
    // Several pieces.
    await e.script(`CREATE TABLE t (a text); INSERT INTO t ${rows}`);
    let given = 0;
    const saving = e.saveCopy(async () => {
      given++;
      await e.cancel();
    });
    await expect(saving).rejects.toMatchObject({ code: 'cancelled' });
    expect(given).toBe(1);
    expect(Number((await e.rows('SELECT 4'))[0]![0])).toBe(4);
    await e.script('CREATE TABLE after_it (a integer)');
  });

  it('takes a call that waits out of the queue, and ends a count, without a word to the others', async () => {
    const e = await opened(engine);
    const many = engine === 'sqlite'
      ? 'WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 300000) SELECT i FROM g'
      : 'SELECT i FROM generate_series(1, 600000) AS g(i)';
    await e.script(`CREATE TABLE t (a integer); INSERT INTO t ${many}`);
    const schema = engine === 'sqlite' ? 'main' : 'public';
    const count = expect(e.numbered(11, 'count')({ schema, relation: 't', filters: [], where: 'a % 2 = 0' })).rejects.toMatchObject({ code: 'cancelled' });
    const first = e.rows('SELECT max(a) FROM t');
    const second = expect(e.numbered(12, 'run')({ sql: 'DELETE FROM t' })).rejects.toMatchObject({ code: 'cancelled' });
    await Promise.all([e.cancel(12), e.cancel(11)]);
    await Promise.all([count, second]);
    expect(await first).toEqual(await e.rows('SELECT count(*) FROM t'));
  });
}
