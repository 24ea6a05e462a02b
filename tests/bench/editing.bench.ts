import { keepRatio, test } from './benchTest';

const engines = [
  ['sqlite', 'SQLite', 'sql.js with one prepared statement'],
  ['postgres', 'Postgres', 'PGlite query by query']
] as const;

for (const [kind, label, bare] of engines) {
  test(`10,000 staged inserts in ${label}`, async ({ measuring }) => {
    const page = await measuring();
    const { ours, bare: theirs } = await page.evaluate((k) => window.bench.staged(k, 5), kind);
    keepRatio(`10,000 staged inserts committed to ${label} against ${bare}`, ours, theirs, 1.5);
  });

  test(`the last page of 5 million rows in ${label}`, async ({ measuring }) => {
    test.setTimeout(1_200_000);
    const page = await measuring();
    const { own, byKey } = await page.evaluate((k) => window.bench.lastPage(k, 5_000_000), kind);
    keepRatio(`the last page of 5 million rows of ${label} against the first`, own.last, own.first, 1.5);
    keepRatio(`the same in the order of the key`, byKey.last, byKey.first, 1.5);
    console.log(`first jump to it: ${Math.round(own.jump)} ms, in the order of the key ${Math.round(byKey.jump)} ms`);
  });
}
