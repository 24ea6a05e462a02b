import { expect, shop, test } from './appTest';

test('tabs are pinned, moved, closed in groups and brought back', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  for (const relation of ['main.customer', 'main.product']) await app.openRelation('shop', relation);
  await app.newQuery('shop');
  await app.write('select 1 as kept');
  const names = () => app.tabNames();
  expect(await names()).toEqual(['customer — shop', 'product — shop', 'Query — shop']);

  // The keyboard moves a tab.
  await app.page.getByRole('tab', { name: 'Query — shop' }).focus();
  await app.page.keyboard.press('ControlOrMeta+Shift+ArrowLeft');
  await expect.poll(names).toEqual(['customer — shop', 'Query — shop', 'product — shop']);

  // A middle click closes; so does Delete; closing never asks, and the draft comes back.
  await app.page.getByRole('tab', { name: 'product — shop' }).click({ button: 'middle' });
  await expect.poll(names).toEqual(['customer — shop', 'Query — shop']);
  await app.page.getByRole('tab', { name: 'Query — shop' }).focus();
  await app.page.keyboard.press('Delete');
  await expect.poll(names).toEqual(['customer — shop']);
  await app.command('Reopen closed tab');
  await expect(app.editor).toContainText('select 1 as kept');

  await app.page.getByRole('tab', { name: 'customer — shop' }).click();
  await app.command('Pin tab');
  await app.command('New query (shop)');
  await app.page.getByRole('tab', { name: 'Query 2 — shop' }).click();
  await app.command('Close other tabs');
  await expect.poll(names).toEqual(['customer — shop', 'Query 2 — shop']);
});

test('a tab with what is not saved carries a dot, until it is saved; closed and reopened, nothing is lost', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  await app.newQuery('shop');
  const tab = app.page.getByRole('tab', { name: 'Query — shop', exact: true });
  await expect(tab).not.toHaveAttribute('aria-description');
  await app.write('select 1 as mine');
  await expect(tab).toHaveAttribute('aria-description', 'Not saved');
  await expect(tab.getByTitle('Not saved')).toBeVisible();

  // Closed within the moment in which it was written.
  await app.write('select 1 as mine_too');
  await tab.getByRole('button', { name: 'Close Query' }).click();
  await expect(tab).toHaveCount(0);
  await app.page.waitForTimeout(1000);
  await app.page.reload();
  await app.connected('shop');
  await app.command('Reopen closed tab');
  await expect(app.editor).toContainText('mine_too');
  await expect(tab).toHaveAttribute('aria-description', 'Not saved');

  await app.command('Save query');
  await app.page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('kept');
  await app.page.keyboard.press('Enter');
  const named = app.page.getByRole('tab', { name: 'kept — shop', exact: true });
  await expect(named).not.toHaveAttribute('aria-description');
  await app.write('select 2');
  await expect(named).toHaveAttribute('aria-description', 'Not saved');
});

test('closing the last tab by the keyboard leaves the focus in what is shown then', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  await app.openRelation('shop', 'main.customer');
  await app.page.getByRole('tab', { name: 'customer — shop' }).focus();
  await app.page.keyboard.press('Delete');
  await expect(app.page.locator('[data-empty]')).toBeVisible();
  await expect(app.page.locator('[data-empty] :focus')).toBeVisible();
});

test('200 tabs: the strip scrolls, its list reaches each, the last opens at once', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  await app.newQuery('shop');
  for (let i = 0; i < 199; i++) await app.page.keyboard.press('ControlOrMeta+e');
  const tabs = app.page.getByRole('tablist', { name: 'Open tabs' }).getByRole('tab');
  await expect(tabs).toHaveCount(200);
  await expect(app.tab('shop', 'query')).toBeInViewport();
  await app.write('select 200 as last');
  await app.page.keyboard.press('ControlOrMeta+Enter');
  await expect(app.grid('Result')).toBeVisible();
});

test('a reload with 50 projects brings all of them back', async ({ app }) => {
  test.setTimeout(120_000);
  await app.goto();
  const files = await Promise.all(Array.from({ length: 50 }, async (_, i) => ({ ...(await shop()), name: `many${String(i).padStart(2, '0')}.sqlite` })));
  await app.giveFiles(...files);
  for (const i of [0, 24, 49]) await app.connected(`many${String(i).padStart(2, '0')}`);
  await expect(app.page.locator('[role=treeitem][data-status=connected]')).toHaveCount(50, { timeout: 60_000 });
  await app.page.reload();
  await expect(app.page.locator('[role=treeitem][data-status]')).toHaveCount(50);
});
