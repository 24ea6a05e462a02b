import { expect, test } from './appTest';
import { shopArchive } from '../fixtures/makeArchive';

test('an archive of pg_dump asks what of it is wanted, and brings that', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.giveFiles({ name: 'shop.dump', bytes: shopArchive() });
  const dialog = app.page.getByRole('dialog', { name: 'Restore' });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByText('3 relations of 3')).toBeVisible();
  await dialog.getByRole('checkbox', { name: 'Rows of orders' }).uncheck();
  await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
  await app.connected('shop');
  expect(await app.query('shop', "select id, name, (select count(*) from orders) as n from customer order by id")).toEqual([
    ['1', 'Ada', '0'],
    ['2', null, '0'],
    ['3', '', '0']
  ]);
  await decoy.unchanged();
});

test('leaving the dialog of an archive leaves nothing behind; of two, each asks', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.giveFiles({ name: 'one.dump', bytes: shopArchive() }, { name: 'two.dump', bytes: shopArchive({ packing: 'none', places: false }) });
  const dialog = app.page.getByRole('dialog', { name: 'Restore' });
  await expect(dialog).toBeVisible();
  await app.page.keyboard.press('Escape');
  await expect(app.page.locator('[role=treeitem][aria-level="1"]')).toHaveCount(2);
  await expect(dialog).toBeVisible();
  // the button has the focus
  await app.page.keyboard.press('Enter');
  await expect(app.page.locator('[role=treeitem][data-status=connected]')).toHaveCount(2, { timeout: 30_000 });
  const kept = await app.page.locator('[role=treeitem][aria-level="1"]').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.project!));
  const name = kept.find((n) => n !== 'decoy')!;
  expect(await app.query(name, 'select count(*) from orders')).toEqual([['2']]);
  await decoy.unchanged();
});
