import { cdp } from 'vitest/browser';
import { afterEach, describe, expect, it } from 'vitest';
import { projectSize } from '../../workers/storage/projectFolder';
import { endWorkers, engines, newProjectId, openIn, opened, start, type EngineUnderTest } from './engineUnderTest';
import { EditedTable } from './changing';
import { imported } from './imports';

const session = cdp() as unknown as { send(method: string, params: object): Promise<void> };
/** How much this origin may store; without a number as much as ever. */
const room = (quotaSize?: number) => session.send('Storage.overrideQuotaForOrigin', { origin: location.origin, quotaSize });

afterEach(async () => {
  await room();
  await endWorkers();
});

const LINES = 40_000;
const line = (n: number): string => `${n},${'some text of a row '.repeat(20)}${n}`;

describe.each(engines)('a disk that is full in the midst of a load (%s)', (engine) => {
  const count = async (e: EngineUnderTest): Promise<number> => Number((await e.rows('SELECT count(*) FROM t'))[0]![0]);
  const leave = async (bytes: number): Promise<void> => room(((await navigator.storage.estimate()).usage ?? 0) + bytes);

  it('takes back all of an import, and says so', { timeout: 120_000 }, async () => {
    const e = await opened(engine);
    await e.script("CREATE TABLE t (a integer, b text); INSERT INTO t VALUES (1, 'first')");
    const csv = new Blob([`a,b\n${Array.from({ length: LINES }, (_, n) => line(n)).join('\n')}\n`]);
    await leave(5_000_000);
    const failed = await imported(e, engine, csv, 'rows.csv', 't', { create: false }).then(
      ({ kept, error }) => (kept ? undefined : error),
      (thrown: { code: string }) => thrown
    );
    expect(failed?.code).toBe('storage-full');
    expect(await count(e)).toBe(1);
    await e.script("INSERT INTO t VALUES (2, 'still writes')");
    await room();
    expect(await imported(e, engine, csv, 'rows.csv', 't', { create: false })).toMatchObject({ kept: true, written: LINES });
    e.kill();
    const again = await opened(engine, { projectId: e.projectId, source: { kind: 'stored' } });
    expect(await count(again)).toBe(LINES + 2);
  });

  it('keeps the batches of an import that were committed, and says up to where', { timeout: 120_000 }, async () => {
    const e = await opened(engine);
    await e.script('CREATE TABLE t (a integer, b text)');
    const csv = new Blob([`a,b\n${Array.from({ length: LINES }, (_, n) => line(n)).join('\n')}\n`]);
    await leave(9_000_000);
    const report = await imported(e, engine, csv, 'rows.csv', 't', { create: false, badRows: 'batches' });
    expect(report.error).toMatchObject({ code: 'storage-full', message: expect.stringMatching(/room/) as string });
    expect(report.kept).toBe(true);
    expect(report.written).toBeGreaterThan(0);
    expect(report.upTo!.line).toBe(report.written + 1);
    await room();
    e.kill();
    const again = await opened(engine, { projectId: e.projectId, source: { kind: 'stored' } });
    expect(await count(again)).toBe(report.written);
    expect(await again.rows(`SELECT a FROM t ORDER BY a DESC LIMIT 1`)).toEqual([[engine === 'sqlite' ? report.written - 1 : String(report.written - 1)]]);
  });

  it('leaves nothing of a dump that did not fit', { timeout: 120_000 }, async () => {
    // The base that Postgres begins from is there already.
    await (await opened(engine)).close();
    const values = Array.from({ length: LINES }, (_, n) => `(${n}, '${line(n)}')`).join(',\n');
    const dump = new Blob([`CREATE TABLE t (a integer, b text);\nINSERT INTO t VALUES\n${values};\n`]);
    await leave(5_000_000);
    const projectId = newProjectId();
    const e = start(engine, projectId);
    await expect(openIn(e, { source: { kind: 'dump', file: dump, packed: false } })).rejects.toMatchObject({
      code: 'storage-full',
      message: expect.stringMatching(/^The browser has no room left for this dump\. (?:About [\d.]+ [KM]B more are needed|It takes at least about its own [\d.]+ MB)\. Nothing of it is kept/) as string
    });
    expect((await projectSize(projectId)).files).toBe(0);
    await room();
    const again = await opened(engine, { source: { kind: 'dump', file: dump, packed: false } });
    expect(await count(again)).toBe(LINES);
  });

  it('fails a commit of rows, a migration and going back as a whole; each is made once there is room', { timeout: 180_000 }, async () => {
    const e = await opened(engine);
    const { defaultSchema: schema } = await e.catalog();
    await e.script("CREATE TABLE t (a integer PRIMARY KEY, b text); INSERT INTO t VALUES (1, 'first')");
    const fill = engine === 'sqlite' ? 'hex(randomblob(500))' : "repeat(md5(random()::text), 30)";
    const numbers = engine === 'sqlite' ? 'WITH RECURSIVE g(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM g WHERE i < 9000) SELECT i' : 'SELECT i';
    await e.script(`INSERT INTO t ${numbers}, ${fill} FROM ${engine === 'sqlite' ? 'g' : 'generate_series(10, 9000) i'}`);
    const { last: full } = await e.commits(0, 1);
    await e.script(`UPDATE t SET b = ${fill} WHERE a > 1`);
    // As when nothing is asked for a while: what is left to be written out of memory would need room as well.
    if (engine === 'postgres') await e.script('CHECKPOINT');
    const { last } = await e.commits(0, 1);
    const checksum = async () => (await e.rows("SELECT count(*), sum(length(b)), max(b) FROM t"))[0];
    const before = await checksum();

    const table = new EditedTable(e, schema, 't');
    const cell = (n: number) => (engine === 'sqlite' ? n : String(n));
    const changes = Array.from({ length: 9000 }, (_, i) => table.insert({ a: cell(20_000 + i), b: `${line(i)}` }));
    const ways: [string, () => Promise<unknown>][] = [
      ['a commit of rows', async () => {
        const { outcome, failure } = await e.commitChanges({ changes });
        if (outcome !== 'committed') throw failure!.error;
      }],
      ['a migration', async () => {
        const steps = [{ sql: 'CREATE TABLE u AS SELECT a, b || b AS b FROM t', obstacles: [] }];
        const { done, error } = await e.migrate({ what: 'a copy', relation: null, rebuilds: false, steps });
        if (!done) throw error!;
      }],
      ['going back', () => e.goBack(full)]
    ];
    for (const [what, act] of ways) {
      await leave(2_000_000);
      const error = await act().then(() => null, (thrown: unknown) => thrown as { code: string; message: string; detail?: string });
      expect(error, what).toMatchObject({ code: 'storage-full' });
      expect(`${error!.message} ${error!.detail}`, what).toMatch(/remove a project that is no longer needed, or free space on the disk/);
      // Postgres is started anew on what was last committed, and has to write for that: then it needs room to read, too.
      if (engine === 'postgres') await room();
      expect(await checksum(), what).toEqual(before);
      // What Postgres writes when it starts anew is a commit of its own; nothing of what failed is in it.
      if (engine === 'sqlite') expect((await e.commits(0, 1)).last, what).toBe(last);
    }
    await room();
    for (const [what, act] of ways) expect(await act().then(() => 'made', (thrown: unknown) => thrown), what).not.toHaveProperty('code');
    e.kill();
    const again = await opened(engine, { projectId: e.projectId, source: { kind: 'stored' } });
    // Going back was the last.
    expect(await count(again)).toBe(Number(before![0]));
    expect((await again.catalog()).schemas.flatMap((s) => s.relations.map((r) => r.relation))).toEqual(['t']);
  });
});
