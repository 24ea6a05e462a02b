import { basename } from 'node:path';
import { bigDumpFile } from '../fixtures/makeBig';
import { keep, keepRatio, rendererMemory, test } from './benchTest';
import { startNativePostgres } from './nativePostgres';

test('openings', async ({ measuring }) => {
  const page = await measuring();
  await page.evaluate(() => window.bench.postgresOpenings(1));
  const { fresh, reopened } = await page.evaluate(() => window.bench.postgresOpenings(5));
  const from = 'worker started to first answer, median of 5';
  keep({ what: 'a new Postgres database', is: fresh, unit: 'ms', goal: 1200, from });
  keep({ what: 'reopening a Postgres database', is: reopened, unit: 'ms', goal: 600, from });
});

test('a page of 500 x 20', async ({ measuring }) => {
  const page = await measuring();
  const { ours, bare } = await page.evaluate(() => window.bench.page('postgres'));
  keepRatio('a page of 500 x 20 through the worker against PGlite query in it', ours, bare, 1);
});

test('restoring 100 MB', async ({ measuring }) => {
  const path = await bigDumpFile(100);
  const page = await measuring([path]);
  const ours = await page.evaluate((name) => window.bench.restore(name), basename(path));
  if (ours.refused > 0) throw new Error(`${ours.refused} statements were refused`);
  const native = await startNativePostgres();
  if (!native) {
    keep({ what: 'a 100 MB dump, restored', is: ours.ms, unit: 'ms', goal: Infinity, from: 'no native Postgres on this machine' });
    return;
  }
  const theirs = await native.restore(path).finally(native.stop);
  keepRatio(`a 100 MB dump restored against psql ${native.version}`, ours.ms, theirs, 3);
});

test('memory of a restore', async ({ measuring }) => {
  test.setTimeout(1_200_000);
  const peaks: number[] = [];
  for (const megabytes of [50, 500]) {
    const path = await bigDumpFile(megabytes);
    const page = await measuring([path]);
    await page.evaluate((name) => window.bench.restore(name), basename(path));
    const memory = await rendererMemory(page.context().browser());
    if (memory) peaks.push(memory.peak);
    await page.evaluate(() => window.bench.sweep());
    await page.context().close();
  }
  const [small, large] = peaks;
  if (small === undefined || large === undefined) return;
  keep({
    ...{ what: 'peak memory of a 500 MB dump over that of a 50 MB one', is: large - small, unit: 'MB', goal: 64 },
    from: `${Math.round(large)} MB and ${Math.round(small)} MB resident, the engine's own buffers included`
  });
});
