import { gzipSync } from 'node:zlib';
import { App } from '../e2e/app';
import { bigDumpFile, bigSqlite } from '../fixtures/makeBig';
import { keep, test } from './benchTest';
import { longestTask, watchTasks } from './longTasks';

test('the first visit', async ({ browser, product }) => {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  // by address: what is preloaded and then imported answers twice, and comes over the network once
  const scripts = new Map<string, Promise<Buffer>>();
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.set(response.url(), response.body());
  });
  await page.goto(product.origin);
  await page.getByRole('banner').waitFor();
  await page.waitForLoadState('networkidle');
  const sizes = (await Promise.all(scripts.values())).map((body) => gzipSync(body, { level: 9 }).length);
  const sum = sizes.reduce((a, b) => a + b, 0) / 1000;
  keep({ what: 'JavaScript of a first visit before an engine is asked for', is: sum, unit: 'KB', goal: 150, from: `${sizes.length} files, each gzip’d` });
  await context.close();
});

test('a warm start without a network', async ({ browser, product }) => {
  const context = await browser.newContext();
  await context.addInitScript(() => {
    const look = () => {
      if (document.querySelector('main h1')) (window as { usable?: number }).usable = performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const app = new App(await context.newPage());
  await app.page.goto(product.origin);
  await app.keptOffline();
  await app.page.close();
  await product.stop();
  const times: number[] = [];
  for (let at = 0; at < 9; at++) {
    const page = await context.newPage();
    await page.goto(product.origin);
    await page.waitForFunction(() => 'usable' in window);
    times.push(await page.evaluate(() => (window as { usable?: number }).usable!));
    await page.close();
  }
  times.sort((a, b) => a - b);
  keep({ what: 'a warm start offline until usable', is: times[4]!, unit: 'ms', goal: 400, from: 'navigation to the heading of Home, median of 9' });
  await context.close();
});

/** Watches for tasks of the main thread that take longer than 50 ms. */
test('the main thread while much is loaded', async ({ browser, product }) => {
  const context = await browser.newContext();
  const app = new App(await context.newPage());
  await watchTasks(app.page);
  await app.page.goto(product.origin);
  await app.page.getByRole('banner').waitFor();
  const from = 'PerformanceObserver longtask; 0 is none over 50 ms';
  const longest = async (what: string, act: () => Promise<unknown>) =>
    keep({ what: `longest task on the main thread while ${what}`, is: await longestTask(app.page, act), unit: 'ms', goal: 50, from });
  const sqlite = await bigSqlite(1_000_000);
  await longest('a 200 MB SQLite file opens', () => app.openFiles(sqlite));
  await app.newQuery('t-1000000');
  await longest('1 million rows come back', () => app.run('select * from t'));
  const dump = await bigDumpFile(200);
  await longest('a 200 MB dump loads', async () => {
    await app.giveFiles(dump);
    await app.page.locator('[role=treeitem][data-project="readings-200"][data-status=connected]').waitFor({ timeout: 300_000 });
  });
  await context.close();
});
