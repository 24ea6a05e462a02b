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
  await app.page.keyboard.press('Escape');

  await app.command('Ask several databases');
  const ask = app.page.getByRole('dialog', { name: 'Ask several' });
  await ask.getByRole('textbox', { name: 'Query' }).fill('SELECT count(*) AS n, (SELECT count(more) FROM product) AS m FROM customer');
  await ask.getByRole('button', { name: 'Ask', exact: true }).click();
  await expect(ask.getByRole('region', { name: 'right' }).getByRole('table')).toContainText('53');
  await expect(ask.getByRole('region', { name: 'left' }).getByRole('alert')).toContainText('no such column: more');
  await ask.getByRole('textbox', { name: 'Query' }).fill('SELECT count(*) AS n FROM customer');
  await ask.getByRole('button', { name: 'Ask', exact: true }).click();
  await ask.getByRole('radio', { name: 'Stacked' }).click();
  await expect(ask.getByRole('table', { name: 'All answers' }).getByRole('row')).toHaveText([/database\s*n/, /decoy\s*30/, /left\s*50/, /right\s*53/]);
  await app.page.keyboard.press('Escape');
  await decoy.unchanged();
});
