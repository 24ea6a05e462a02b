/**
 * The app is updated while both engines commit: the new version's service worker takes over and the page is loaded
 * anew by it, or the browser is killed in the midst of that. What returned is there, nothing is half there.
 */
import { expect, test, type Page } from '@playwright/test';
import { shopDump } from '../fixtures/makeDump';
import { makeSqlite, shopScript } from '../fixtures/makeSqlite';
import { App } from '../e2e/app';
import { serveVersions } from '../e2e/versionedServer';
import { KilledBrowser, numbersFrom } from './killedBrowser';

/** One of fifteen kills that are asked for; both engines at least. */
const UPDATES = Math.max(2, Math.round(Number(process.env.KILLS || 300) / 15));
const SEED = Number(process.env.SEED || Date.now() % 1e6);
/** Single commits of a round that return before the update, and those that it cuts short. */
const BEFORE = 10;
const DURING = 3000;

/** Each is a commit of its own that writes two tables. */
const commits = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => `begin; insert into kept values (${from + i}); insert into twin values (${from + i}); commit;`).join(' ');

/** The version that waits starts by this. */
const updateTo = (page: Page): Promise<unknown> => page.evaluate(async () => (await navigator.serviceWorker.getRegistration())!.update());

test(`${UPDATES} updates of the app while it commits lose nothing`, async ({ launchOptions }) => {
  test.skip(process.platform === 'win32', 'processes are found with ps');
  console.log(`seed ${SEED}`);
  const random = numbersFrom(SEED);
  const server = await serveVersions(47_700);
  const browser = new KilledBrowser(launchOptions, async () => undefined);
  const returned: Record<string, number> = { shop: 0, store: 0 };
  const shown = async (): Promise<App> => {
    const app = new App(await browser.page(server.url));
    await expect(app.page.getByRole('banner')).toBeVisible();
    return app;
  };
  const wholeUpTo = async (app: App, project: string): Promise<number> => {
    const [row] = await app.query(project, 'select (select count(*) from kept), (select coalesce(max(n), 0) from kept), (select count(*) from twin), (select count(*) from kept join twin using (n))');
    const rows = Number(row![0]);
    expect(row, `${project}, seed ${SEED}`).toEqual(Array.from({ length: 4 }, () => String(rows)));
    expect(rows, `${project}, seed ${SEED}`).toBeGreaterThanOrEqual(returned[project]!);
    return (returned[project] = rows);
  };

  try {
    let app = await shown();
    await app.keptOffline();
    await app.openFiles({ name: 'shop.sqlite', bytes: await makeSqlite(shopScript('x')) }, { name: 'store.sql', bytes: shopDump('x') });
    for (const project of ['shop', 'store']) {
      await app.newQuery(project);
      await app.run('create table kept (n integer primary key); create table twin (n integer primary key)');
    }
    for (let update = 0; update < UPDATES; update++) {
      const project = update % 2 === 0 ? 'shop' : 'store';
      app = await shown();
      if ((await app.project(project).getAttribute('data-status')) === 'disconnected') await app.project(project).click();
      await app.connected(project);
      const from = await wholeUpTo(app, project);
      await app.run(commits(from + 1, BEFORE));
      returned[project] = from + BEFORE;
      server.become(update + 2);
      await updateTo(app.page);
      const reload = app.page.getByRole('button', { name: /reload|update/i });
      await expect(reload).toBeVisible({ timeout: 30_000 });
      await app.start(commits(from + BEFORE + 1, DURING));
      await new Promise((resolve) => setTimeout(resolve, random(400)));
      if (random(3) === 0) {
        void reload.click().catch(() => undefined); // the browser may be gone before it is through
        await new Promise((resolve) => setTimeout(resolve, random(300)));
        await browser.kill('browser', async () => undefined);
      } else {
        const loaded = app.page.waitForEvent('load');
        await reload.click();
        await loaded;
        await expect(app.page.getByRole('banner')).toBeVisible();
      }
    }
    app = await shown();
    for (const project of ['shop', 'store']) {
      if ((await app.project(project).getAttribute('data-status')) === 'disconnected') await app.project(project).click();
      await app.connected(project);
      console.log(`${project}: ${await wholeUpTo(app, project)} commits`);
    }
    console.log(browser.kills);
  } finally {
    await browser.close();
    await server.close();
  }
});
