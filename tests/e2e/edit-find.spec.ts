import type { Locator } from '@playwright/test';
import { expect, shop, store, test } from './appTest';

const cell = (grid: Locator, row: number, column: number): Locator =>
  grid.locator(`[role=gridcell][aria-rowindex="${row + 1}"][aria-colindex="${column}"]`);

for (const [name, file, schema] of [
  ['shop', shop, 'main'],
  ['store', store, 'public']
] as const) {
  test(`${name}: rows are found by a cell, by any of several filters, by a search over all columns; sets are kept`, async ({ app, decoy }) => {
    await app.goto();
    await decoy.open();
    await app.openFiles(await file());
    const grid = await app.openRelation(name, `${schema}.customer`);
    const filters = app.page.getByRole('group', { name: 'Filters' });
    await cell(grid, 1, 3).click({ button: 'right' });
    await app.page.getByRole('menuitem', { name: 'Only this value', exact: true }).click();
    await expect.poll(() => app.rowCount(grid)).toBe(17);
    await expect(filters.getByRole('checkbox', { name: 'city = York' })).toBeChecked();

    await filters.getByRole('combobox', { name: 'Column' }).selectOption('id');
    await filters.getByRole('combobox', { name: 'Operator' }).selectOption({ label: 'is between' });
    await filters.getByRole('textbox', { name: 'Value' }).fill('2, 3');
    await filters.getByRole('button', { name: 'Add filter' }).click();
    await expect.poll(() => app.rowCount(grid)).toBe(0);
    await filters.getByRole('radio', { name: 'Any' }).click();
    await expect.poll(() => app.rowCount(grid)).toBe(19);
    // Switched off it stays where it is.
    await filters.getByRole('checkbox', { name: 'city = York' }).click();
    await expect.poll(() => app.rowCount(grid)).toBe(2);

    await filters.getByRole('button', { name: 'Kept filters' }).click();
    await app.page.getByRole('menuitem', { name: 'Keep these filters…' }).click();
    const dialog = app.page.getByRole('dialog', { name: 'Keep these filters' });
    await dialog.getByRole('textbox', { name: 'Name' }).fill('two and three');
    await dialog.getByRole('button', { name: 'Keep', exact: true }).click();
    for (let i = 0; i < 2; i++) await filters.getByRole('button', { name: /^Remove filter/ }).first().click();
    await expect.poll(() => app.rowCount(grid)).toBe(50);
    await filters.getByRole('button', { name: 'Kept filters' }).click();
    await app.page.getByRole('menuitem', { name: 'two and three', exact: true }).click();
    await expect.poll(() => app.rowCount(grid)).toBe(2);
    for (let i = 0; i < 2; i++) await filters.getByRole('button', { name: /^Remove filter/ }).first().click();

    const search = filters.getByRole('searchbox', { name: 'Search all columns' });
    await search.fill('note 12');
    await search.press('Enter');
    await expect.poll(() => app.rowCount(grid)).toBe(1);
    await decoy.unchanged();
  });

  test(`${name}: a foreign key is chosen from a list, leads to its row and is led back from`, async ({ app }) => {
    await app.goto();
    await app.openFiles(await file());
    const grid = await app.openRelation(name, `${schema}.orders`);
    await cell(grid, 1, 2).dblclick();
    const box = app.page.getByRole('textbox', { name: 'Edit customer_id', exact: true });
    await expect(box).toBeFocused();
    await box.fill('customer 17');
    const list = app.page.getByRole('listbox', { name: 'Values of customer_id' });
    await expect(list.getByRole('option').first()).toContainText('customer 17');
    await box.press('ArrowDown');
    await box.press('Enter');
    await expect(cell(grid, 1, 2)).toHaveText('17');
    await expect(cell(grid, 1, 2)).toHaveAttribute('data-staged', 'update');

    await cell(grid, 2, 2).click({ button: 'right' });
    const wanted = await cell(grid, 2, 2).textContent();
    await app.page.getByRole('menuitem', { name: 'Open the row of customer', exact: true }).click();
    const customers = app.grid('customer');
    await expect.poll(() => app.rowCount(customers)).toBe(1);
    await expect(cell(customers, 1, 1)).toHaveText(wanted!);
    await cell(customers, 1, 1).click({ button: 'right' });
    await app.page.getByRole('menuitem', { name: 'Rows that point here…', exact: true }).click();
    await app.page.getByRole('menuitem', { name: new RegExp(`^${schema}.orders`) }).click();
    await expect.poll(() => app.rowCount(app.grid('orders'))).toBe(4);
  });
}

test('a selection is summed up in the status line', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  const grid = await app.openRelation('shop', 'main.orders');
  await cell(grid, 1, 1).click();
  for (let i = 0; i < 3; i++) await app.page.keyboard.press('Shift+ArrowDown');
  await expect(app.page.getByText('sum 10', { exact: true })).toBeVisible();
  await expect(app.page.getByText('mean 2.5', { exact: true })).toBeVisible();
});

test('the statistics of a column are shown from its head', async ({ app }) => {
  await app.goto();
  await app.openFiles(store());
  const grid = await app.openRelation('store', 'public.customer');
  await grid.getByRole('columnheader', { name: 'city', exact: true }).click({ button: 'right' });
  await app.page.getByRole('menuitem', { name: 'Statistics…', exact: true }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Statistics of city' });
  await expect(dialog).toContainText('York');
  await expect(dialog).toContainText('50');
});
