import { readFile } from 'node:fs/promises';
import type { Locator } from '@playwright/test';
import { expect, shop, store, test } from './appTest';
import { axeFindings } from './axeFindings';

test('a table, then a schema, is copied to another connection of the other engine', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles(await shop());
  await app.openFiles(await store());
  await app.page.keyboard.press('Escape');
  await app.command('Copy table main.customer (shop)');
  const dialog = app.page.getByRole('dialog', { name: 'Copy to another connection' });
  await dialog.getByRole('combobox', { name: 'Target' }).selectOption({ label: 'store (Postgres)' });
  // A table of that name is there already.
  await expect(dialog.getByRole('alert')).toContainText('There is a table customer in the target already.');
  await expect(dialog.getByRole('button', { name: 'Copy', exact: true })).toBeDisabled();
  await app.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  await app.newQuery('store');
  await app.start('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  await app.page.getByRole('dialog', { name: /^Confirm/ }).getByRole('button', { name: 'Run', exact: true }).click();
  await expect(app.status).toHaveAttribute('data-state', 'done');
  await app.command('Copy schema main (shop)');
  await dialog.getByRole('combobox', { name: 'Target' }).selectOption({ label: 'store (Postgres)' });
  await expect(dialog.getByRole('textbox', { name: 'Type of customer.id' })).toHaveValue('bigint');
  await dialog.getByRole('textbox', { name: 'Type of product.price' }).fill('numeric(12,2)');
  await dialog.getByRole('textbox', { name: 'Type of product.price' }).press('Tab');
  expect(await axeFindings(app.page, 'the dialog', '[role=dialog]')).toEqual([]);
  await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(dialog.getByRole('status')).toContainText('3 tables, 270 rows copied into store');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(app.relation('store', 'public.orders')).toBeVisible();
  expect(await app.query('store', 'SELECT count(*), min(name) FROM customer')).toEqual([['50', 'sqlite customer 1']]);
  expect(await app.query('store', "SELECT price FROM product WHERE id = 1")).toEqual([['5.25']]);
  await app.newQuery('store');
  await app.run('INSERT INTO orders (customer_id, product_id) VALUES (9999, 1)', 'failed');
  await decoy.unchanged();
});

test('a table is dragged onto another connection, and gets another name there', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles(await shop());
  await app.openFiles(await store());
  const dialog = app.page.getByRole('dialog', { name: 'Copy to another connection' });
  await expect(app.relation('shop', 'main.customer')).toBeVisible();
  await app.relation('shop', 'main.customer').dragTo(app.project('store'));
  await expect(dialog.getByRole('combobox', { name: 'Target' })).toHaveValue(/./);
  await expect(dialog.locator('option:checked')).toHaveText('store (Postgres)');
  await expect(dialog.getByRole('alert')).toContainText('There is a table customer in the target already.');
  await dialog.getByRole('textbox', { name: 'Name of customer in the target' }).fill('client');
  await dialog.getByRole('textbox', { name: 'Name of customer in the target' }).press('Tab');
  await expect(dialog.getByRole('alert')).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(dialog.getByRole('status')).toContainText('1 table, 50 rows copied into store');
  await dialog.getByRole('button', { name: 'Done' }).click();
  expect(await app.query('store', 'SELECT count(*), min(name) FROM client')).toEqual([['50', 'sqlite customer 1']]);
  // Onto its own connection nothing is copied, and a project that is dragged still only changes its place.
  await app.relation('shop', 'main.customer').dragTo(app.project('shop'));
  await expect(dialog).toBeHidden();
  await decoy.unchanged();
});

test('a table is copied, compared and staged by the keyboard alone', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  const bytes = (await shop()).bytes;
  await app.openFiles({ name: 'left.sqlite', bytes }, { name: 'right.sqlite', bytes });
  const { page } = app;
  const tabTo = async (target: Locator): Promise<void> => {
    await expect(target).toBeVisible();
    for (let i = 0; i < 80 && !(await target.evaluate((e) => e === document.activeElement)); i++) await page.keyboard.press('Tab');
    await expect(target).toBeFocused();
  };
  await app.relation('right', 'main.customer').focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Copy to another connection…' }).press('Enter');
  const copy = page.getByRole('dialog', { name: 'Copy to another connection' });
  await expect(copy.getByRole('combobox', { name: 'Target' })).toBeFocused();
  await page.keyboard.press('l');
  await tabTo(copy.getByRole('textbox', { name: 'Name of customer in the target' }));
  await page.keyboard.type('client');
  await tabTo(copy.getByRole('button', { name: 'Copy', exact: true }));
  await page.keyboard.press('Enter');
  await expect(copy.getByRole('status')).toContainText('1 table, 50 rows copied into left');
  await page.keyboard.press('Escape');
  await app.newQuery('right');
  await app.run('DELETE FROM orders WHERE id <= 3');
  await app.command('Compare (left)');
  const dialog = page.getByRole('dialog', { name: 'Compare connections' });
  await expect(dialog.getByRole('combobox', { name: 'Right' })).toBeFocused();
  await page.keyboard.press('r');
  await tabTo(dialog.getByRole('button', { name: 'Compare', exact: true }));
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('status')).toContainText('0 rows added, 3 removed, 0 changed');
  await tabTo(dialog.getByRole('button', { name: 'Stage all in left' }));
  await page.keyboard.press('Enter');
  await expect(dialog).toContainText('3 changes staged in left');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await app.openRelation('left', 'main.orders');
  await page.keyboard.press('ControlOrMeta+s');
  await expect(page.getByRole('button', { name: /^Commit/ })).toHaveCount(0);
  expect(await app.query('left', 'SELECT min(id), (SELECT count(*) FROM client) FROM orders')).toEqual([['4', '50']]);
  await decoy.unchanged();
});

test('without another connection the dialog says what to do', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  await app.command('Copy table main.customer (shop)');
  await expect(app.page.getByRole('dialog', { name: 'Copy to another connection' })).toContainText('There is no other connection');
});

test('two databases are compared, and asked at once', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  const bytes = (await shop()).bytes;
  await app.openFiles({ name: 'left.sqlite', bytes }, { name: 'right.sqlite', bytes });
  await app.newQuery('right');
  await app.run("INSERT INTO customer (id, name) VALUES (901, 'new'), (902, 'new'), (903, 'new'); DELETE FROM orders WHERE id IN (1, 2); UPDATE product SET price = price + 1 WHERE id <= 4; ALTER TABLE product ADD COLUMN more TEXT");
  await app.command('Compare (left)');
  const region = app.page.getByRole('region', { name: 'Compare' });
  await region.getByRole('combobox', { name: 'Left' }).selectOption({ label: 'left' });
  await region.getByRole('combobox', { name: 'Right' }).selectOption({ label: 'right' });
  const dialog = app.page.getByRole('dialog', { name: 'Compare connections' });
  await dialog.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(region.getByRole('status')).toContainText('3 rows added, 2 removed, 4 changed');
  await expect(region.getByRole('list', { name: 'Tables that differ' })).toContainText('column more TEXT added');
  await expect(region.locator('[data-difference=changed]')).toHaveCount(4);
  expect(await axeFindings(app.page, 'the dialog', '[role=dialog]')).toEqual([]);
  const saved = app.page.waitForEvent('download');
  await region.getByRole('button', { name: 'Save as CSV: product' }).click();
  const csv = (await readFile(await (await saved).path(), 'utf8')).split('\n');
  expect(csv[0]).toMatch(/^difference,id,/);
  expect(csv.filter((l) => l.startsWith('changed from,'))).toHaveLength(4);
  // The rows of the left become those of the right, once what is staged is committed there; the DDL is a query of its own.
  await region.getByRole('button', { name: 'Stage all in left' }).click();
  await expect(region).toContainText('9 changes staged in left');
  await region.getByRole('button', { name: 'Open as a query of left' }).click();
  await expect(app.editor).toContainText('ADD COLUMN');
  await app.page.getByRole('button', { name: 'Commit 9 changes' }).click();
  await expect(app.page.getByRole('button', { name: /^Commit/ })).toHaveCount(0);
  await app.editor.click();
  await app.page.keyboard.press('ControlOrMeta+Shift+Enter');
  await expect(app.status).toHaveAttribute('data-state', 'done');
  await app.command('Compare (left)');
  await region.getByRole('combobox', { name: 'Right' }).selectOption({ label: 'right' });
  await dialog.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(region.getByRole('status')).toContainText('0 rows added, 0 removed, 0 changed');
  await expect(region.getByRole('status')).toContainText('The tables are the same.');
  // Two answers likewise.
  await region.getByRole('radio', { name: 'Answers of queries' }).click();
  await region.getByRole('textbox', { name: 'Query on the left' }).fill('SELECT id, price FROM product');
  await region.getByRole('textbox', { name: 'Query on the right' }).fill('SELECT price + (id = 7) AS price, id FROM product WHERE id > 1');
  await region.getByRole('textbox', { name: 'Columns that tell rows apart' }).fill('id');
  await dialog.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(region.getByRole('status')).toContainText('0 rows added, 1 removed, 1 changed');
  expect(await axeFindings(app.page, 'two answers', '[role=dialog]')).toEqual([]);
  await app.page.keyboard.press('Escape');

  // One answers at once, one fails, one would never end: each under its name, and none waits for another.
  await app.newQuery('left');
  await app.run('CREATE VIEW speed AS SELECT 1 AS n');
  await app.newQuery('right');
  await app.run('CREATE VIEW speed AS WITH RECURSIVE s(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM s) SELECT max(n) AS n FROM s');
  await app.command('Ask several databases');
  const ask = app.page.getByRole('dialog', { name: 'Ask several' });
  const of = (name: string) => ask.getByRole('region', { name });
  await ask.getByRole('textbox', { name: 'Query' }).fill('SELECT n FROM speed');
  await ask.getByRole('button', { name: 'Ask', exact: true }).click();
  await expect(of('left').getByRole('table')).toContainText('1');
  await expect(of('decoy').getByRole('alert')).toContainText('no such table: speed');
  await expect(of('right').getByRole('status')).toHaveText('Running…');
  await of('right').getByRole('button', { name: 'Cancel' }).click();
  await expect(of('right').getByRole('status')).toHaveText('Cancelled.');
  await ask.getByRole('textbox', { name: 'Query' }).fill('SELECT count(*) AS n FROM customer');
  await ask.getByRole('button', { name: 'Ask', exact: true }).click();
  await ask.getByRole('radio', { name: 'Stacked' }).click();
  await expect(ask.getByRole('table', { name: 'All answers' }).getByRole('row')).toHaveText([/database\s*n/, /decoy\s*30/, /left\s*53/, /right\s*53/]);
  expect(await axeFindings(app.page, 'asking several', '[role=dialog]')).toEqual([]);
  await app.page.keyboard.press('Escape');
  await decoy.unchanged();
});
