import { bigCsvFile, manyRowsFile } from '../fixtures/makeBig';
import { App } from '../e2e/app';
import { keep, keepRatio, rendererMemory, test } from './benchTest';
import { longestTask, watchTasks } from './longTasks';

const engines = [
  ['sqlite', 'SQLite', 'one prepared INSERT of sql.js in memory, its rows taken apart before'],
  ['postgres', 'Postgres', 'COPY of PGlite on its opfs-ahp']
] as const;
const BYTES = 100_000_000;
const from = 'PerformanceObserver longtask; 0 is none over 50 ms';

for (const [kind, label, bare] of engines) {
  test(`100 MB of CSV into ${label} and out of it`, async ({ measuring }) => {
    test.setTimeout(600_000);
    const page = await measuring();
    const { rows, ours, bare: theirs } = await page.evaluate(([k, n]) => window.bench.rowTransfer(k, n), [kind, BYTES] as const);
    const rate = (ms: number) => `${Math.round(rows / ms)} thousand rows a second`;
    keepRatio(`100 MB of CSV into ${label} against ${bare}`, ours.into, theirs.into, kind === 'sqlite' ? 2 : 3);
    keepRatio(`the same out as CSV against ${kind === 'sqlite' ? 'get of sql.js' : 'COPY'}`, ours.out, theirs.out, kind === 'sqlite' ? 1 : 3);
    console.log(`${label}: in ${rate(ours.into)}, out ${rate(ours.out)}`);
  });

  test(`two tables of 1 million rows in ${label} that differ in ten`, async ({ measuring }) => {
    test.setTimeout(600_000);
    const page = await measuring();
    const { ms, report } = await page.evaluate((k) => window.bench.rowCompare(k, 1_000_000), kind);
    if (report.changed !== 10 || report.added + report.removed > 0) throw new Error(JSON.stringify(report));
    keep({ what: `two tables of 1 million rows of ${label} compared`, is: ms, unit: 'ms', goal: 15_000, from: '3 columns; ten rows differ' });
  });
}

test('the main thread while 100 MB of CSV come in and go out', async ({ browser, product }) => {
  test.setTimeout(900_000);
  const context = await browser.newContext();
  const app = new App(await context.newPage());
  await watchTasks(app.page);
  await app.page.goto(product.origin);
  await app.page.getByRole('banner').waitFor();
  await app.page.waitForLoadState('networkidle');
  const longest = async (what: string, act: () => Promise<unknown>) =>
    keep({ what: `longest task on the main thread while ${what}`, is: await longestTask(app.page, act), unit: 'ms', goal: 50, from });
  await app.command('New SQLite database');
  await app.command('Import into a new table (new SQLite)');
  const form = app.page.locator('form.import');
  await longest('100 MB of CSV are looked at', async () => {
    await form.locator('input[type=file]').setInputFiles(await bigCsvFile(100));
    await form.getByRole('button', { name: /^Import into/ }).and(app.page.locator(':enabled')).waitFor({ timeout: 120_000 });
  });
  const before = await rendererMemory(browser, true);
  await longest('100 MB of CSV come in', async () => {
    await form.getByRole('button', { name: /^Import into/ }).click();
    await form.getByRole('status').waitFor({ timeout: 300_000 });
  });
  const after = await rendererMemory(browser);
  if (before && after) keep({ what: 'memory at its highest while they come in, over that before', is: after.peak - before.now, unit: 'MB', goal: 128, from: 'resident, page and worker' });
  await context.close();
});

test('page and memory while two tables of 1 million rows are compared', async ({ browser, product }) => {
  test.setTimeout(600_000);
  const context = await browser.newContext();
  const app = new App(await context.newPage());
  await watchTasks(app.page);
  await app.goto(product.origin);
  await app.openFiles(await manyRowsFile(1_000_000, false), await manyRowsFile(1_000_000, true));
  await app.command('Compare (rows-1000000)');
  const dialog = app.page.getByRole('dialog', { name: 'Compare connections' });
  await dialog.getByRole('combobox', { name: 'Right' }).selectOption({ label: 'rows-1000000-changed' });
  const before = await rendererMemory(browser, true);
  const is = await longestTask(app.page, async () => {
    await dialog.getByRole('button', { name: 'Compare', exact: true }).click();
    await dialog.getByText('0 rows added, 0 removed, 10 changed').first().waitFor({ timeout: 120_000 });
  });
  const after = await rendererMemory(browser);
  keep({ what: 'longest task on the main thread while two tables of 1 million rows are compared', is, unit: 'ms', goal: 50, from });
  if (before && after) keep({ what: 'memory at its highest while they are compared, over that before', is: after.peak - before.now, unit: 'MB', goal: 256, from: 'resident, page and both workers' });
  await context.close();
});
