import { afterEach, describe, expect, it } from 'vitest';
import { EditedTable } from './changing';
import { endWorkers, engines, opened } from './engineUnderTest';

afterEach(endWorkers);

describe.each(engines)('a worker of %s that ends during a commit', (engine) => {
  const lite = engine === 'sqlite';

  it('leaves all of it or nothing', { timeout: 120_000 }, async () => {
    const e = await opened(engine);
    await e.script("CREATE TABLE t (id integer PRIMARY KEY, b text); INSERT INTO t VALUES (0, 'first')");
    let { projectId } = e;
    let current = e;
    const seen = new Set<number>();
    for (let round = 0; round < 8; round++) {
      const table = new EditedTable(current, lite ? 'main' : 'public', 't');
      const base = (round + 1) * 100_000;
      const changes = Array.from({ length: 4_000 }, (_, i) => table.insert({ id: lite ? base + i : String(base + i), b: 'x'.repeat(50) }));
      const { last } = await current.commits(0, 1);
      let told = (): void => undefined;
      const begun = new Promise<void>((resolve) => (told = resolve));
      // It is never answered when the worker goes first.
      const committed = current.commitChanges({ changes }, () => told());
      committed.catch(() => undefined);
      await begun;
      if (round === 0) await committed;
      // The first at once: a commit is a matter of some milliseconds.
      else if (round > 1) await new Promise((resolve) => setTimeout(resolve, (round - 1) ** 2 * 4));
      current.kill();
      current = await opened(engine, { projectId, source: { kind: 'stored' } });
      projectId = current.projectId;
      const [[count]] = (await current.rows(`SELECT count(*) FROM t WHERE id >= ${base}`)) as [[number | string]];
      expect([0, 4_000]).toContain(Number(count));
      // Whoever got no answer can tell by the number of the last commit.
      expect(current.report.commit! > last).toBe(Number(count) === 4_000);
      seen.add(Number(count));
    }
    // One that was waited for is there; one that was hardly begun is not.
    expect(seen.size).toBe(2);
    const [[first]] = (await current.rows('SELECT b FROM t WHERE id = 0')) as [[string]];
    expect(first).toBe('first');
  });

  it('loses no commit of a session that asked not to wait for the disk', { timeout: 120_000 }, async () => {
    const begin = 'CREATE TABLE t (id integer PRIMARY KEY, b text)';
    // As scripts that convert one database into another begin.
    const hurried = lite ? 'PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY' : 'SET synchronous_commit = off';
    const file = new Blob([`${hurried};\n${begin};\nINSERT INTO t VALUES (0, 'of the dump');\n`]);
    let current = await opened(engine, { source: { kind: 'dump', file, packed: false } });
    const { projectId } = current;
    const scripts = lite
      ? ['PRAGMA synchronous=off; *', 'PRAGMA journal_mode=off; *', 'PRAGMA locking_mode=exclusive; *', 'BEGIN; PRAGMA locking_mode=exclusive; *; COMMIT']
      : [
          'SET synchronous_commit = off; *',
          'BEGIN; SET LOCAL synchronous_commit = off; *; COMMIT',
          "DO $$ BEGIN PERFORM set_config('synchronous_commit', 'off', true); *; END $$",
          // More than its buffers hold.
          "BEGIN; SET LOCAL synchronous_commit = off; *; CREATE TABLE large AS SELECT i, repeat('x', 500) AS b FROM generate_series(1, 9000) i; COMMIT",
          "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$; *",
          '*',
          // What comes behind a commit, within one statement, has looked since.
          'SET synchronous_commit = off; DO $$ BEGIN *; COMMIT; PERFORM count(*) FROM t; END $$'
        ];
    for (const [n, script] of scripts.entries()) {
      current.kill();
      current = await opened(engine, { projectId, source: { kind: 'stored' } });
      expect(await current.rows('SELECT id FROM t ORDER BY id'), `before ${script}`).toEqual(
        Array.from({ length: n + 1 }, (_, id) => [lite ? id : String(id)])
      );
      await current.script(script.replace('*', `INSERT INTO t VALUES (${n + 1}, 'in a hurry')`));
      const { last } = await current.commits(0, 1);
      await current.script('SELECT count(*) FROM t');
      expect((await current.commits(0, 1)).last).toBe(last);
    }
    current.kill();
    current = await opened(engine, { projectId, source: { kind: 'stored' } });
    expect((await current.rows('SELECT id FROM t')).length).toBe(scripts.length + 1);
  });
});
