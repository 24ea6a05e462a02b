import { makeSqlite, shopScript } from '../fixtures/makeSqlite';
import { axeFindings } from './axeFindings';
import { expect, test } from './appTest';

test('a damaged database is looked over table by table or refused, and what can be read of it is saved as a new one', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  const bytes = Buffer.from(await makeSqlite(shopScript('hurt', 800)));
  // A leaf of the largest table, in its midst.
  const leaves = Array.from({ length: bytes.length / 4096 }, (_, i) => i).filter((i) => i > 10 && bytes[i * 4096] === 13);
  const page = leaves[leaves.length >> 1]!;
  bytes.fill(0, page * 4096, (page + 1) * 4096);
  await app.openFiles({ name: 'hurt.sqlite', bytes });
  await expect(app.alert.filter({ hasText: 'This database is damaged' })).toBeVisible();
  await app.page.getByRole('button', { name: 'See the damage…' }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Damage' });
  await expect(dialog.getByRole('status')).toContainText(/Damage was found in \d part/);
  await expect(dialog.getByRole('list', { name: 'Damage' }).getByRole('listitem').first()).toContainText(/customer|orders|product/);
  expect(await axeFindings(app.page, 'damage', '[role=dialog]')).toEqual([]);
  await dialog.getByRole('button', { name: 'Save what can be read' }).click();
  await expect(dialog.getByRole('status')).toContainText('hurt recovered holds what could be read');
  await expect(dialog.getByRole('list', { name: 'What was lost' })).toContainText(`1 page could not be read (${page + 1}); rows may be missing with rowids`);
  await expect(dialog.getByRole('button', { name: 'Show hurt recovered' })).toBeFocused();
  await app.page.keyboard.press('Enter');
  await app.connected('hurt recovered');
  await expect(app.page.getByRole('list', { name: 'What was lost' })).toContainText(`(${page + 1})`);
  const [[left]] = (await app.query('hurt recovered', "select (select count(*) from customer) + (select count(*) from orders) + (select count(*) from product)")) as [[string]];
  expect(Number(left)).toBeGreaterThan(3500);
  expect(Number(left)).toBeLessThan(4020);
  expect(await app.query('hurt recovered', 'pragma integrity_check')).toEqual([['ok']]);

  // One that cannot be opened at all.
  const broken = Buffer.from(await makeSqlite(shopScript('broken', 200)));
  broken.writeUInt16BE(0x1234, 16);
  await app.giveFiles({ name: 'broken.sqlite', bytes: broken });
  const refused = app.alert.filter({ hasText: 'broken.sqlite' });
  await expect(refused).toContainText('broken.sqlite was not opened. This SQLite database is damaged: its header names a page size that cannot be. Save what can be read');
  await expect(app.project('broken')).toHaveCount(0);
  await refused.getByRole('button', { name: 'Save what can be read' }).click();
  await app.connected('broken recovered');
  await expect(refused).toHaveCount(0);
  await expect(app.page.getByText('Nothing of the damaged database was lost.')).toBeVisible();
  expect(await app.query('broken recovered', 'pragma integrity_check')).toEqual([['ok']]);
  await decoy.unchanged();
});
