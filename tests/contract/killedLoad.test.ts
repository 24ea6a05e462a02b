import { afterEach, describe, expect, it } from 'vitest';
import type { OpenSource } from '$workers/engine';
import { removeProjectStorage } from '../../src/lib/persistence/projectStorage';
import { endWorkers, engines, newProjectId, openIn, opened, start, type EngineUnderTest } from './engineUnderTest';
import { imported } from './imports';

afterEach(endWorkers);

const LINES = 30_000;
const line = (n: number): string => `${n},${'some text of a row '.repeat(5)}${n}`;
/** Moments of a load, in ms since its beginning; a fast machine is through by the last. */
const MOMENTS = [5, 60, 150, 300, 500, 900];

const dump = (): OpenSource => ({
  kind: 'dump',
  packed: false,
  file: new Blob([
    'CREATE TABLE t (a integer, b text);\n',
    ...Array.from({ length: LINES / 500 }, (_, p) => `INSERT INTO t VALUES ${Array.from({ length: 500 }, (__, i) => `(${p * 500 + i}, '${line(p * 500 + i)}')`).join(',')};\n`),
    'CREATE INDEX by_a ON t (a);\n'
  ])
});

describe.each(engines)('a worker that is ended in the midst of a load (%s)', (engine) => {
  const count = async (e: EngineUnderTest): Promise<number> => Number((await e.rows('SELECT count(*) FROM t'))[0]![0]);
  const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it('leaves an import whole or not begun', { timeout: 120_000 }, async () => {
    let e = await opened(engine);
    await e.script("CREATE TABLE t (a integer, b text); INSERT INTO t VALUES (-1, 'first')");
    const csv = new Blob([`a,b\n${Array.from({ length: LINES }, (_, n) => line(n)).join('\n')}\n`]);
    let there = 1;
    for (const moment of MOMENTS) {
      const load = imported(e, engine, csv, 'rows.csv', 't', { create: false }).catch(() => null);
      await Promise.race([load, after(moment)]);
      e.kill();
      e = await opened(engine, { projectId: e.projectId, source: { kind: 'stored' } });
      const now = await count(e);
      expect([there, there + LINES], `after ${moment} ms`).toContain(now);
      there = now;
    }
    await e.script("INSERT INTO t VALUES (-2, 'goes on')");
    expect(await count(e)).toBe(there + 1);
  });

  it('leaves of a restore what opens, or a sentence; and its place can be taken again', { timeout: 120_000 }, async () => {
    for (const moment of MOMENTS) {
      const projectId = newProjectId();
      const first = start(engine, projectId);
      const load = openIn(first, { source: dump() }).catch(() => null);
      await Promise.race([load, after(moment)]);
      first.kill();
      const e = start(engine, projectId);
      const found = await openIn(e, { source: { kind: 'stored' } }).then(
        () => 'open' as const,
        (error: { code: string; message: string }) => error
      );
      if (found === 'open') {
        const tables = (await e.catalog()).schemas.flatMap((s) => s.relations).filter((r) => r.relation === 't');
        if (tables.length > 0) expect((await count(e)) % 500).toBe(0);
      } else expect(found).toMatchObject({ code: expect.stringMatching(/^(?:storage|damaged)$/) as string, message: expect.stringMatching(/\.$/) as string });
      e.kill();
      // As the page does with what no project names.
      await removeProjectStorage(projectId);
    }
    const whole = await opened(engine, { source: dump() });
    expect(await count(whole)).toBe(LINES);
  });
});
