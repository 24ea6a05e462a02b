import { basename } from 'node:path';
import { bigArchiveFile, bigDumpFile } from '../fixtures/makeBig';
import { keep, keepRatio, rendererMemory, test, type RendererMemory } from './benchTest';
import { startNativePostgres } from './nativePostgres';

const OPFS_AHP = 'PGlite’s opfs-ahp';

test('openings', async ({ measuring }) => {
  const page = await measuring();
  const cold = await page.evaluate(() => window.bench.postgresStorage.openings(1, 0));
  keep({ what: 'the first Postgres database of a page', is: cold.fresh.ours, unit: 'ms', goal: 1200, from: 'worker started to first answer, its code compiled' });
  const { fresh, reopened, killed } = await page.evaluate(() => window.bench.postgresStorage.openings(5, 0));
  const from = 'worker started to first answer, median of 5';
  keep({ what: 'a new Postgres database', is: fresh.ours, unit: 'ms', goal: 1200, from });
  keepRatio(`a new Postgres database against ${OPFS_AHP}`, fresh.ours, fresh.stock, 0.4);
  keep({ what: 'reopening a Postgres database', is: reopened.ours, unit: 'ms', goal: 600, from });
  keepRatio(`reopening an empty Postgres database against ${OPFS_AHP}`, reopened.ours, reopened.stock, 0.7);
  keep({ what: 'a killed Postgres to its first answer', is: killed.ours, unit: 'ms', goal: 1000, from });
});

test('openings with 500 MB', async ({ measuring }) => {
  test.setTimeout(1_200_000);
  const page = await measuring();
  const { reopened } = await page.evaluate(() => window.bench.postgresStorage.openings(1, 500));
  keepRatio(`reopening 500 MB of Postgres against ${OPFS_AHP}`, reopened.ours, reopened.stock, 0.7);
});

test('writes', async ({ measuring }) => {
  const page = await measuring();
  const commits = await page.evaluate(() => window.bench.postgresStorage.commits(500));
  keep({ what: 'one committed UPDATE in Postgres', is: commits.ours, unit: 'ms', goal: 1, from: 'median of 500' });
  keepRatio(`one committed UPDATE in Postgres against ${OPFS_AHP}`, commits.ours, commits.stock, 2);
  keep({ what: 'log of a one-row commit in Postgres', is: commits.logBytes / 1024, unit: 'KB', goal: 1, from: 'mean of 500' });
  keep({ what: 'files in OPFS a Postgres project', is: commits.files, unit: 'files', goal: 19, from: 'after one opening' });
  const { ours, stock } = await page.evaluate(() => window.bench.postgresStorage.copy(100_000_000));
  keepRatio(`COPY of 100 MB, ANALYZE and CHECKPOINT against ${OPFS_AHP}`, ours, stock, 1.2);
});

test('cancel', async ({ measuring }) => {
  const page = await measuring();
  const { ours, stock } = await page.evaluate(() => window.bench.postgresStorage.cancel(5));
  keepRatio(`cancel of an endless query to the next write against ${OPFS_AHP}`, ours, stock, 0.25);
});

test('memory of a scan', async ({ measuring }) => {
  test.setTimeout(1_200_000);
  const page = await measuring();
  const scan = async (megabytes: number) => {
    await page.evaluate((mb) => window.bench.postgresStorage.scanned(mb), megabytes);
    return (await rendererMemory(page.context().browser()))?.now;
  };
  const small = await scan(1);
  await page.reload();
  await page.waitForFunction(() => 'bench' in window);
  const large = await scan(500);
  if (small === undefined || large === undefined) return;
  keep({
    ...{ what: 'memory with 500 MB of Postgres scanned, over that with 1 MB', is: large - small, unit: 'MB', goal: 128 },
    from: `${Math.round(large)} MB and ${Math.round(small)} MB resident`
  });
});

test('a page of 500 x 20', async ({ measuring }) => {
  const page = await measuring();
  const { ours, bare } = await page.evaluate(() => window.bench.page('postgres'));
  keepRatio('a page of 500 x 20 through the worker against PGlite query in it', ours, bare, 1);
});

test('restoring 100 MB', async ({ measuring }) => {
  const path = await bigDumpFile(100);
  const page = await measuring([path]);
  const ours = await page.evaluate((name) => window.bench.restoreAndHold(name), basename(path));
  await page.evaluate(() => window.bench.letGo());
  if (ours.refused > 0) throw new Error(`${ours.refused} statements were refused`);
  const native = await startNativePostgres();
  if (!native) {
    keep({ what: 'a 100 MB dump, restored', is: ours.ms, unit: 'ms', goal: Infinity, from: 'no native Postgres on this machine' });
    return;
  }
  const theirs = await native.restore(path).finally(native.stop);
  keepRatio(`a 100 MB dump restored against psql ${native.version}`, ours.ms, theirs, 3);
});

test('an archive against a plain dump', async ({ measuring }) => {
  test.setTimeout(1_200_000);
  const [plain, archive] = [await bigDumpFile(100), await bigArchiveFile(100)];
  const restored = async (path: string, isArchive: boolean): Promise<number> => {
    const page = await measuring([path]);
    const { ms, refused } = await page.evaluate(([name, packed]) => window.bench.restoreAndHold(name, packed), [basename(path), isArchive] as const);
    await page.evaluate(() => window.bench.letGo());
    if (refused > 0) throw new Error(`${refused} statements were refused`);
    return ms;
  };
  const ours = await restored(archive, true);
  keepRatio('100 MB restored from an archive (-Fc, zlib) against the same as a plain dump', ours, await restored(plain, false), 1.3);
  const native = await startNativePostgres();
  if (!native) return;
  keepRatio(`the same archive restored against pg_restore ${native.version}`, ours, await native.restoreArchive(archive).finally(native.stop), 3);
});

test('memory of a restore', async ({ measuring }) => {
  test.setTimeout(1_200_000);
  const taken: RendererMemory[] = [];
  for (const megabytes of [50, 500]) {
    const path = await bigDumpFile(megabytes);
    const page = await measuring([path]);
    await page.evaluate((name) => window.bench.restoreAndHold(name), basename(path));
    const memory = await rendererMemory(page.context().browser());
    if (memory) taken.push(memory);
    await page.evaluate(() => window.bench.letGo());
    await page.evaluate(() => window.bench.sweep());
    await page.context().close();
  }
  const [small, large] = taken;
  if (!small || !large) return;
  const words = ({ now, peak, largest }: RendererMemory) => `${Math.round(peak)} MB (${Math.round(now)} at its end, ${Math.round(largest)} of them the engine's)`;
  keep({
    ...{ what: "peak memory of a 500 MB dump over that of a 50 MB one, the engine's own apart", unit: 'MB', goal: 64 },
    is: large.peak - large.largest - (small.peak - small.largest),
    from: `${words(large)} and ${words(small)} resident`
  });
});
