import type { Locator } from '@playwright/test';
import { cell, type App } from './app';
import { expect, shop, store, test } from './appTest';

/** Opens the editor of a cell by a double click and gives its text box. */
async function edit(app: App, grid: Locator, row: number, column: number, name: string): Promise<Locator> {
  await cell(grid, row, column).dblclick();
  const box = app.page.getByRole('textbox', { name: `Edit ${name}`, exact: true });
  await expect(box).toBeFocused();
  return box;
}

const commitButton = (app: App, n: number): Locator =>
  app.page.getByRole('button', { name: n === 1 ? 'Commit 1 change' : `Commit ${n} changes`, exact: true });

for (const [name, file, schema] of [
  ['shop', shop, 'main'],
  ['store', store, 'public']
] as const) {
  test(`${name}: a cell is edited, staged, reviewed and committed; the decoy is as it was`, async ({ app, decoy }) => {
    await app.goto();
    await decoy.open();
    await app.openFiles(await file());
    const grid = await app.openRelation(name, `${schema}.customer`);

    // Escape leaves, Enter keeps, an edit that changes nothing is none.
    let box = await edit(app, grid, 1, 2, 'name');
    await box.fill('thrown away');
    await box.press('Escape');
    await expect(cell(grid, 1, 2)).not.toHaveAttribute('data-staged');
    await expect(cell(grid, 1, 2)).toBeFocused();
    const was = await cell(grid, 1, 2).textContent();
    await app.page.keyboard.press('F2');
    await app.page.getByRole('textbox', { name: 'Edit name', exact: true }).press('Enter');
    await expect(cell(grid, 1, 2)).not.toHaveAttribute('data-staged');

    box = await edit(app, grid, 1, 2, 'name');
    await box.fill("Ann 'O\"Neil");
    await box.press('Tab');
    // Tab keeps and goes on in the next cell.
    await expect(app.page.getByRole('textbox', { name: 'Edit city', exact: true })).toBeFocused();
    await app.page.keyboard.press('Escape');
    await expect(cell(grid, 1, 2)).toHaveText("Ann 'O\"Neil");
    await expect(cell(grid, 1, 2)).toHaveAttribute('data-staged', 'update');
    await expect(cell(grid, 1, 3)).not.toHaveAttribute('data-staged');
    await expect(commitButton(app, 1)).toBeVisible();

    // It is seen under the pointer too.
    const tint = (): Promise<string> => cell(grid, 1, 2).evaluate((e) => getComputedStyle(e).backgroundColor);
    await app.page.mouse.move(0, 0);
    const away = await tint();
    await cell(grid, 1, 2).hover();
    expect(await tint()).toBe(away);

    // Backspace sets NULL, which is not empty text.
    await cell(grid, 2, 4).click();
    await app.page.keyboard.press('Backspace');
    await expect(cell(grid, 2, 4)).toHaveAttribute('data-null', '');
    await expect(cell(grid, 2, 4)).toHaveAttribute('data-staged', 'update');
    await expect(commitButton(app, 2)).toBeVisible();

    // Seen in every tab of this connection.
    await app.newQuery(name);
    await expect(commitButton(app, 2)).toBeVisible();
    await app.page.getByRole('button', { name: 'Review changes', exact: true }).click();
    const region = app.page.getByRole('region', { name: `Changes to ${schema}.customer`, exact: true });
    await expect(region).toContainText(was!);
    await expect(region).toContainText("Ann 'O\"Neil");
    await expect(region.locator('[data-sql]').first()).toContainText('UPDATE');
    await expect(region.locator('[data-sql]').first()).toContainText("'Ann ''O\"Neil'");

    await app.page.keyboard.press('ControlOrMeta+s');
    await expect(commitButton(app, 2)).toHaveCount(0);
    await expect(app.status).toHaveAttribute('data-state', 'done');
    expect(await app.query(name, `select name, note from customer where id in (1, 2) order by id`)).toEqual([
      ["Ann 'O\"Neil", ''],
      [expect.any(String), null]
    ]);
    await decoy.unchanged();
  });

  test(`${name}: what is staged survives a reload and a dead worker, and a disconnect asks`, async ({ app }) => {
    await app.goto();
    await app.openFiles(await file());
    let grid = await app.openRelation(name, `${schema}.customer`);
    const box = await edit(app, grid, 3, 2, 'name');
    await box.fill('kept');
    await box.press('Enter');
    await expect(commitButton(app, 1)).toBeVisible();
    await app.page.waitForTimeout(1_000);

    await app.page.reload();
    await app.connected(name);
    grid = app.grid('customer');
    await expect(cell(grid, 3, 2)).toHaveText('kept');
    await expect(cell(grid, 3, 2)).toHaveAttribute('data-staged', 'update');

    await app.page.evaluate(() => {
      const { connections } = window.__rowhouse!.debug() as { connections: { connectionId: string }[] };
      for (const { connectionId } of connections) window.__rowhouse!.kill(connectionId);
    });
    await app.connected(name);
    await expect(commitButton(app, 1)).toBeVisible();
    await expect(cell(grid, 3, 2)).toHaveText('kept');

    await app.command(`Disconnect ${name}`);
    const ask = app.page.getByRole('dialog', { name: /^Confirm/ });
    await expect(ask).toContainText('1 staged change will be lost');
    await ask.getByRole('button', { name: 'Disconnect' }).click();
    await app.connected(name, 'disconnected');
    await app.project(name).click();
    await app.connected(name);
    grid = await app.openRelation(name, `${schema}.customer`);
    await expect(cell(grid, 3, 2)).not.toHaveText('kept');
    await expect(commitButton(app, 1)).toHaveCount(0);
  });
}

test('edits in two databases: committing one leaves what is staged in the other', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop(), store());
  const first = await app.openRelation('shop', 'main.customer');
  let box = await edit(app, first, 1, 2, 'name');
  await box.fill('in shop');
  await box.press('Enter');
  const second = await app.openRelation('store', 'public.customer');
  box = await edit(app, second, 1, 2, 'name');
  await box.fill('in store');
  await box.press('Enter');
  await expect(commitButton(app, 1)).toBeVisible();
  await app.page.keyboard.press('ControlOrMeta+s');
  await expect(commitButton(app, 1)).toHaveCount(0);
  expect(await app.query('store', 'select name from customer where id = 1')).toEqual([['in store']]);
  expect(await app.query('shop', 'select name from customer where id = 1')).toEqual([['sqlite customer 1']]);
  await app.openRelation('shop', 'main.customer');
  await expect(commitButton(app, 1)).toBeVisible();
  await app.page.getByRole('button', { name: 'Discard changes', exact: true }).click();
  await expect(commitButton(app, 1)).toHaveCount(0);
  await expect(cell(app.grid('customer'), 1, 2)).toHaveText('sqlite customer 1');
});

test('a row that somebody changed since is a conflict: mine, theirs and before are shown', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  const grid = await app.openRelation('shop', 'main.customer');
  for (const row of [1, 2]) {
    const box = await edit(app, grid, row, 2, 'name');
    await box.fill(`mine ${row}`);
    await box.press('Enter');
  }
  await app.newQuery('shop');
  await app.run("update customer set name = 'theirs' where id = 1");
  await app.page.keyboard.press('ControlOrMeta+s');
  await expect(app.status).toHaveAttribute('data-state', 'failed');
  await expect(app.alert.first()).toContainText('no longer what you saw');
  // Nothing was committed, nothing is lost.
  expect(await app.query('shop', 'select name from customer where id = 2')).toEqual([['sqlite customer 2']]);
  await expect(commitButton(app, 2)).toBeVisible();
  await app.page.getByRole('button', { name: 'Review changes', exact: true }).click();
  const region = app.page.getByRole('region', { name: 'Changes to main.customer', exact: true });
  await expect(region).toContainText('theirs');
  await expect(region).toContainText('mine 1');
  await expect(region).toContainText('sqlite customer 1');
  await region.getByRole('button', { name: 'Keep mine', exact: true }).click();
  await app.page.keyboard.press('ControlOrMeta+s');
  await expect(commitButton(app, 2)).toHaveCount(0);
  expect(await app.query('shop', 'select name from customer where id < 3 order by id')).toEqual([['mine 1'], ['mine 2']]);
});

test('a change that the database refuses says why on its row', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  const grid = await app.openRelation('shop', 'main.product');
  const box = await edit(app, grid, 2, 2, 'title');
  await box.fill('product 1');
  await box.press('Enter');
  await app.page.keyboard.press('ControlOrMeta+s');
  await expect(app.status).toHaveAttribute('data-state', 'failed');
  await expect(app.alert.first()).toContainText('UNIQUE constraint failed');
  await expect(grid.getByRole('rowheader', { name: /refused: UNIQUE constraint failed/ })).toBeVisible();
  await expect(commitButton(app, 1)).toBeVisible();
});
