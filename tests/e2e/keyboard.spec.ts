import { expect, shop, test } from './appTest';

test('by keyboard alone: from the tree to a table, through its cells, to a query and back', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  const { page } = app;
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-relation') ?? document.activeElement?.getAttribute('data-project'));

  await page.waitForTimeout(1200); // what is open is promised to be kept within a second
  // Tab reaches the tree, whose rows are one stop
  await app.goto('/');
  await expect(app.project('shop')).toBeVisible();
  await page.locator('body').click({ position: { x: 1, y: 1 } });
  for (let at = 0; at < 30 && (await focused()) === null; at++) await page.keyboard.press('Tab');
  expect(await focused()).toBe('shop');
  if ((await app.project('shop').getAttribute('data-status')) === 'disconnected') await page.keyboard.press('Enter');
  await app.connected('shop');
  for (let at = 0; at < 10 && (await focused()) !== 'main.customer'; at++) await page.keyboard.press('ArrowDown');
  expect(await focused()).toBe('main.customer');
  await page.keyboard.press('Enter');
  const grid = app.grid('customer');
  await expect(grid.locator('[role=gridcell]').first()).toBeVisible();

  // the grid is one stop; arrows walk its cells
  await expect
    .poll(async () => {
      await page.keyboard.press('Tab');
      return page.evaluate(() => Boolean(document.activeElement?.closest('[role=grid]')));
    }, { timeout: 20_000, intervals: [50] })
    .toBe(true);
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  const cell = await page.evaluate(() => {
    const active = document.activeElement!;
    const id = active.getAttribute('aria-activedescendant');
    return (id ? document.getElementById(id) : active)?.textContent?.trim();
  });
  expect(cell).toBe('sqlite customer 2');

  // the palette opens over anything and gives the focus back
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible();
  await page.keyboard.press('Escape');
  expect(await page.evaluate(() => Boolean(document.activeElement?.closest('[role=grid]')))).toBe(true);

  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.insertText('New query (shop)');
  await page.keyboard.press('Enter');
  await expect(app.editor).toBeFocused();
  await page.keyboard.insertText('select 7 as seven');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(app.grid('Result')).toBeVisible();
  expect(await app.cells(app.grid('Result'))).toEqual([['7']]);
});

test('tabs are walked by arrows and closed by Delete', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  for (const name of ['customer', 'product', 'orders']) await app.openRelation('shop', `main.${name}`);
  await app.page.getByRole('tab', { selected: true }).focus();
  await app.page.keyboard.press('ArrowLeft');
  await app.page.keyboard.press('Enter');
  await expect(app.grid('product')).toBeVisible();
  await app.page.keyboard.press('Delete');
  await expect(app.page.getByRole('tab', { name: /product/ })).toHaveCount(0);
  await expect(app.page.getByRole('tablist', { name: 'Open tabs' }).getByRole('tab')).toHaveCount(2);

  // What the palette opens over the rows has the focus: Tab goes on in it, not at the top of the page.
  await app.grid('orders').or(app.grid('customer')).getByRole('gridcell').first().click();
  await app.command('History (shop)');
  await expect(app.page.getByRole('tabpanel')).toBeFocused();
  await app.page.keyboard.press('Tab');
  await expect(app.page.getByRole('searchbox', { name: 'Search the history' })).toBeFocused();
});
