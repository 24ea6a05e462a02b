import { App } from './app';
import { expect, shop, store, test } from './appTest';
import { serveVersions } from './versionedServer';
import { visitedOnce } from './visitedOnce';

test.use({ serviceWorker: true });

test('after one visit everything works with the server gone, engines never opened before included', async ({ browser }) => {
  let app = await visitedOnce(browser, 27_000);
  await app.openFiles(await shop(), store());
  expect(await app.query('shop', 'select count(*) from orders')).toEqual([['200']]);
  expect(await app.query('store', 'select count(*) from orders')).toEqual([['200']]);
  await app.newQuery('store');
  await app.run('create extension pg_trgm; create extension hstore');
  await app.run("select 'a=>1'::hstore -> 'a', similarity('abc', 'abd') > 0");
  expect((await app.copyOf('store')).toString()).toContain('CREATE TABLE public.customer');

  // a deep link is answered by the shell
  await app.openRelation('shop', 'main.customer');
  const address = app.page.url();
  expect(address).toContain('/table/main/customer');
  await app.page.close();
  app = new App(await app.page.context().newPage());
  await app.goto(address);
  await app.connected('shop');
  await expect.poll(() => app.rowCount(app.grid('customer'))).toBe(50);
  await app.page.context().close();
});

test('a newer version waits until it is asked for, and the tab works on meanwhile', async ({ browser }) => {
  const server = await serveVersions(27_100);
  const context = await browser.newContext({ baseURL: server.url });
  const app = new App(await context.newPage());
  await app.goto();
  await app.keptOffline();
  await app.openFiles(await shop());
  await app.newQuery('shop');
  await app.write('select 42 as draft');

  server.become(2);
  await app.page.evaluate(async () => (await navigator.serviceWorker.getRegistration())!.update());
  const reload = app.page.getByRole('button', { name: /reload|update/i });
  await expect(reload).toBeVisible();
  await app.run('select 1 as still');
  await app.write('select 42 as draft');
  const reloaded = app.page.waitForEvent('load');
  await reload.click();
  await reloaded;
  await expect(app.editor).toContainText('select 42 as draft');
  await app.connected('shop');
  await context.close();
  await server.close();
});
