import { gzipSync } from 'node:zlib';
import { makeOfficial } from '../fixtures/makeOfficial';
import { makeSqlite, shopScript } from '../fixtures/makeSqlite';
import { FULL_TEXT } from '../fixtures/moduleScripts';
import { cell } from './app';
import { expect, test } from './appTest';
import { visitedOnce } from './visitedOnce';

const SEARCH = "select title from docs where id in (select rowid from docs_fts where docs_fts match 'water')";

test('a file with FTS5 is searched and edited, after a reload as well, and all of it without a network', async ({ browser }) => {
  const app = await visitedOnce(browser, 4370);
  const decoy = Buffer.from(await makeSqlite(shopScript('decoy', 30)));
  await app.openFiles({ name: 'decoy.sqlite', bytes: decoy });
  // How large tables are, is told of a database on sql.js as well.
  await app.openRelation('decoy', 'main.orders');
  await app.page.getByRole('radio', { name: 'Structure' }).click();
  const structure = app.page.getByRole('region', { name: 'Structure of orders' });
  await expect(structure).toContainText(/kB with its indexes/);
  await expect(structure.getByRole('row', { name: /orders_customer/ })).toContainText(/kB/);

  await app.openFiles({ name: 'docs.sqlite', bytes: await makeOfficial(FULL_TEXT) });
  await expect(app.alert).toHaveCount(0);
  expect(await app.query('docs', SEARCH)).toEqual([['Tea'], ['Lemonade']]);

  // An edit runs through the triggers of the index.
  const grid = await app.openRelation('docs', 'main.docs');
  await cell(grid, 2, 3).dblclick();
  const box = app.page.getByRole('textbox', { name: 'Edit body', exact: true });
  await box.fill('Beans and water');
  await box.press('Enter');
  await expect(app.page.getByRole('button', { name: 'Commit 1 change', exact: true })).toBeVisible();
  await app.page.keyboard.press('ControlOrMeta+s');
  await expect(app.page.getByRole('button', { name: /^Commit \d/ })).toHaveCount(0);
  await expect(app.status).toHaveAttribute('data-state', 'done');
  await app.page.reload();
  await app.connected('docs');
  expect(await app.query('docs', SEARCH)).toEqual([['Tea'], ['Coffee'], ['Lemonade']]);
  expect(await app.query('docs', 'pragma integrity_check')).toEqual([['ok']]);

  // The index itself is browsed.
  await app.openRelation('docs', 'main.docs_fts');
  await app.page.getByRole('radio', { name: 'Structure' }).click();
  await expect(app.page.getByRole('region', { name: 'Structure of docs_fts' })).toContainText(/kB with its indexes/);
  await app.page.getByRole('tab', { name: 'orders — decoy', exact: true }).click();
  await app.connected('decoy');
  expect(await app.query('decoy', "select count(*) from pragma_module_list where name = 'fts5'")).toEqual([['0']]);
  expect((await app.copyOf('decoy')).equals(decoy)).toBe(true);
  await app.page.context().close();
});

test('the size of a table in a large file is read when it is asked for', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  const rows = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 17000) insert into large select zeroblob(3900) from n';
  // Packed: zeros are soon sent to the browser.
  await app.openFiles({ name: 'much.sqlite.gz', bytes: gzipSync(await makeSqlite(`create table large (a); create index by_length on large (length(a)); ${rows}`)) });
  await app.openRelation('much', 'main.large');
  await app.page.getByRole('radio', { name: 'Structure' }).click();
  const structure = app.page.getByRole('region', { name: 'Structure of large' });
  await expect(structure).toContainText('The file is large');
  await expect(structure).not.toContainText('with its indexes');
  await structure.getByRole('button', { name: 'Read its size' }).click();
  await expect(structure).toContainText(/MB with its indexes/);
  await expect(structure.getByRole('row', { name: /by_length/ })).toContainText(/kB/);
  await expect(structure.getByRole('button')).toHaveCount(0);
  await decoy.unchanged();
});
