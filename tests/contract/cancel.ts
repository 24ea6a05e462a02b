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
}
