import { keep, keepRatio, rendererMemory, test } from './benchTest';

const engines = [
  ['sqlite', 'SQLite'],
  ['postgres', 'Postgres']
] as const;

for (const [kind, label] of engines) {
  test(`cancel in ${label}`, async ({ measuring }) => {
    const page = await measuring();
    const is = await page.evaluate((k) => window.bench.storeWork.cancel(k, 5), kind);
    const what = `cancel of an endless ${label} query to the next write`;
    // Postgres' goal is a ratio: see postgres.bench.ts.
    keep({ what, is, unit: 'ms', goal: kind === 'sqlite' ? 200 : 1000, from: 'median of 5, beside the dying worker' });
  });

  test(`a branch of 500 MB in ${label}`, async ({ measuring }) => {
    test.setTimeout(1_200_000);
    const page = await measuring();
    const is = await page.evaluate((k) => window.bench.storeWork.branch(k, 500, 5), kind);
    keep({ what: `branch of a running 500 MB ${label} database to its first row`, is, unit: 'ms', goal: 600, from: 'median of 5' });
  });

  test(`200 openings in ${label}`, async ({ measuring }) => {
    test.setTimeout(1_200_000);
    const page = await measuring();
    const { early, late, files } = await page.evaluate((k) => window.bench.storeWork.manyOpenings(k, 200), kind);
    keepRatio(`the 200th opening of a ${label} project against the tenth`, late, early, 1.5);
    keep({ what: `files in OPFS of a ${label} project in 200 openings`, is: files, unit: 'files', goal: 19, from: 'the most at a time' });
  });

  test(`log of ${label}`, async ({ measuring }) => {
    test.setTimeout(1_200_000);
    const page = await measuring();
    const { bytes } = await page.evaluate((k) => window.bench.storeWork.log(k, 500), kind);
    // SQLite changes a leaf and the first page: two blocks of 4 KB.
    const goal = kind === 'sqlite' ? 9 : 1;
    keep({ what: `log of a one-row commit anywhere in 50 MB of ${label}`, is: bytes / 1024, unit: 'KB', goal, from: 'mean of 500' });
  });
}

for (const [kind, label] of [...engines, ['official', 'SQLite (official build)']] as const) {
  test(`10,000 commits in ${label}`, async ({ measuring }) => {
    test.setTimeout(1_200_000);
    const page = await measuring();
    const { ms, logBytes, few, killed, again } = await page.evaluate((k) => window.bench.storeWork.commits(k, 10_000, 5), kind);
    keep({ what: `a commit of one row, mean of 10,000 in ${label}`, is: ms / 10_000, unit: 'ms', goal: 1, from: `${Math.round(logBytes / 1e6)} MB of log` });
    keep({ what: `${label}, killed behind 10,000 commits, until it is open`, is: killed, unit: 'ms', goal: 1000, from: 'one opening; every commit is there' });
    keepRatio(`reopening ${label} after 10,000 commits against after one`, again, few, 1.5);
  });
}

test('memory of a SQLite scan', async ({ measuring }) => {
  test.setTimeout(1_200_000);
  const page = await measuring();
  const scan = async (megabytes: number) => {
    await page.evaluate((mb) => window.bench.storeWork.scanned('sqlite', mb), megabytes);
    return (await rendererMemory(page.context().browser()))?.now;
  };
  const small = await scan(0);
  await page.reload();
  await page.waitForFunction(() => 'bench' in window);
  const large = await scan(500);
  if (small === undefined || large === undefined) return;
  keep({
    ...{ what: 'memory with 500 MB of SQLite scanned, over that with a small file', is: large - small, unit: 'MB', goal: 128 },
    from: `${Math.round(large)} MB and ${Math.round(small)} MB resident`
  });
});
