import { sparseSqlite } from '../fixtures/makeBig';
import { makeSqlite } from '../fixtures/makeSqlite';
import { expect, shop, store, test } from './appTest';

test('one of each engine, side by side: browse both, query both', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles(await shop(), store());
  expect(await app.project('shop').getAttribute('aria-expanded')).toBe('true');

  const sqliteRows = await app.openRelation('shop', 'main.customer');
  await expect.poll(() => app.rowCount(sqliteRows)).toBe(50);
  expect((await app.cells(sqliteRows))[0]).toEqual(['1', 'sqlite customer 1', 'York', '']);
  expect((await app.cells(sqliteRows))[1]).toEqual(['2', 'sqlite customer 2', null, 'note 2']);

  const postgresRows = await app.openRelation('store', 'public.customer');
  await expect.poll(() => app.rowCount(postgresRows)).toBe(50);
  expect((await app.cells(postgresRows))[1]).toEqual(['2', 'postgres customer 2', null, 'note 2']);

  expect(await app.query('shop', 'select count(*), min(name) from customer')).toEqual([['50', 'sqlite customer 1']]);
  expect(await app.query('store', 'select count(*), min(name) from customer')).toEqual([['50', 'postgres customer 1']]);
  await decoy.unchanged();
});

test('sorting by a head, then by a second one', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles(await shop());
  const grid = await app.openRelation('shop', 'main.customer');
  const head = (name: string) => grid.getByRole('columnheader', { name, exact: true });
  await head('id').click();
  await expect(head('id')).toHaveAttribute('aria-sort', 'ascending');
  await head('id').click();
  await expect(head('id')).toHaveAttribute('aria-sort', 'descending');
  await expect.poll(async () => (await app.cells(grid))[0]?.[0]).toBe('50');
  await head('city').click();
  await head('id').click({ modifiers: ['Shift'] });
  await expect(head('city')).toHaveAttribute('aria-sort', 'ascending');
  await expect(head('id')).toHaveAttribute('aria-sort', 'ascending');
  await decoy.unchanged();
});

test('DDL and rows typed in a query show in the tree and in the open table, of that database alone', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles(await shop());
  const grid = await app.openRelation('shop', 'main.product');
  await expect.poll(() => app.rowCount(grid)).toBe(20);
  await app.newQuery('shop');
  await app.run("create table extra(a integer); insert into extra values (1); insert into product values (21, 'new one', 1)");
  await expect(app.relation('shop', 'main.extra')).toBeVisible();
  await expect(app.relation('decoy', 'main.extra')).toHaveCount(0);
  await app.openRelation('shop', 'main.product');
  await expect.poll(() => app.rowCount(app.grid('product'))).toBe(21);
  await decoy.unchanged();
});

test('an error is shown with its place, and the tab goes on', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop(), store());
  for (const project of ['shop', 'store']) {
    await app.newQuery(project);
    await app.run('select nothing_such from customer', 'failed');
    await expect(app.alert).toContainText('nothing_such');
    await app.run('select 1 as one');
    expect(await app.cells(app.grid('Result'))).toEqual([['1']]);
  }
});

test('several statements give several results', async ({ app }) => {
  await app.goto();
  await app.openFiles(store());
  await app.newQuery('store');
  await app.run("select 1 as a, 2 as a; select null as n, '' as e");
  expect(await app.cells(app.grid('Result'))).toEqual([['1', '2']]);
  const second = app.grid('Result 2');
  if (!(await second.isVisible())) await app.page.getByRole('tab', { name: /Result 2/ }).click();
  expect(await app.cells(second)).toEqual([[null, '']]);
});

test('a query without end is cancelled; the tab takes the next one, other databases never notice', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles(await shop(), store());
  const endless = {
    shop: 'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n',
    store: 'select count(*) from generate_series(1, 1000000000000)'
  };
  for (const project of ['shop', 'store'] as const) {
    await app.newQuery(project);
    await app.start(endless[project]);
    await expect(app.status).toHaveAttribute('data-state', 'running');
    expect(await app.query('decoy', 'select count(*) from customer')).toEqual([['30']]);
    await app.page.getByRole('tab', { selected: false }).and(app.page.locator(`[data-project="${project}"]`)).last().click();
    await app.page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await expect(app.status).toHaveAttribute('data-state', 'cancelled');
    await app.run('select count(*) from customer');
    expect(await app.cells(app.grid('Result'))).toEqual([['50']]);
  }
  await decoy.unchanged();
});

test('what a file is, is told by its bytes; names are made unique', async ({ app }) => {
  await app.goto();
  const bytes = await makeSqlite('create table t(a); insert into t values (1)');
  await app.openFiles({ name: 'notes.txt', bytes });
  await app.giveFiles({ name: 'notes.sql', bytes });
  await expect(app.page.locator('[role=treeitem][aria-level="1"][data-status=connected]')).toHaveCount(2);
  const names = await app.page.locator('[role=treeitem][aria-level="1"]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-project')));
  expect(new Set(names).size).toBe(2);
});

test('a new database of each engine, and a sample of each', async ({ app }) => {
  await app.goto();
  const connected = app.page.locator('[role=treeitem][aria-level="1"][data-status=connected]');
  const ways = ['New SQLite database', 'New Postgres database', 'Open the SQLite sample', 'Open the Postgres sample'];
  for (const [at, title] of ways.entries()) {
    await app.command(title);
    await expect(connected).toHaveCount(at + 1, { timeout: 30_000 });
  }
  const names = await connected.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-project')!));
  for (const name of names.slice(0, 2)) {
    expect(await app.query(name, "select 'ready'")).toEqual([['ready']]);
  }
  for (const name of names.slice(2)) {
    const relations = app.page.locator(`[role=treeitem][data-project="${name}"][data-relation]`);
    expect(await relations.count()).toBeGreaterThan(3);
  }
});

test('what is committed to a large file whose copy is cut short is kept, and is there once that file is given again', async ({ app, page, decoy }) => {
  const path = await sparseSqlite(4_294_967_296);
  const name = 'sparse-4294967296';
  await app.goto();
  await decoy.open();
  await app.openFiles(path);
  expect(await app.query(name, "update t set c = 'changed' where id = 77 returning id")).toEqual([['77']]);
  await page.reload();
  await app.project(name).click();
  await app.connected(name, 'error');
  await expect(app.alert.filter({ hasText: 'had not been copied whole' })).toContainText('what was committed since is kept');
  // another one is not taken for it
  const chosen = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: `Choose ${name}.sqlite…` }).click();
  await (await chosen).setFiles({ name: `${name}.sqlite`, mimeType: '', buffer: Buffer.from(await makeSqlite('create table t(id, c)')) });
  await expect(app.alert.filter({ hasText: 'another file than the one' })).toBeVisible();
  // the card of home leads there
  await app.command('Home');
  await page.getByRole('article', { name }).getByRole('button', { name: 'Show' }).click();
  await expect(page.getByRole('button', { name: `Choose ${name}.sqlite…` })).toBeVisible();
  // dropped, it goes to the project that waits for it
  await app.openFiles(path);
  await expect(page.locator('[role=treeitem][aria-level="1"]')).toHaveCount(2);
  expect(await app.query(name, 'select c from t where id in (76, 77)')).toEqual([['text of row 76'], ['changed']]);
  await app.project('decoy').click();
  await app.connected('decoy');
  await decoy.unchanged();
});
