import { cell } from './app';
import { expect, shop, store, test } from './appTest';

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
    // One that is removed stays until the engine has answered: a click before that would be on it again.
    const removeAll = async (): Promise<void> => {
      const removes = filters.getByRole('button', { name: /^Remove filter/ });
      for (const left of [1, 0]) {
        await removes.first().click();
        await expect(removes).toHaveCount(left);
      }
    };
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
    await removeAll();
    await expect.poll(() => app.rowCount(grid)).toBe(50);
    await filters.getByRole('button', { name: 'Kept filters' }).click();
    await app.page.getByRole('menuitem', { name: 'two and three', exact: true }).click();
    await expect.poll(() => app.rowCount(grid)).toBe(2);
    await removeAll();

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

for (const [name, file, schema] of [
  ['shop', shop, 'main'],
  ['store', store, 'public']
] as const) {
  test(`${name}: filters stand in groups of and and or, are changed, and a wrong one marks its own box; by keyboard`, async ({ app, decoy }) => {
    const { page } = app;
    await app.goto();
    await decoy.open();
    await app.openFiles(await file());
    const grid = await app.openRelation(name, `${schema}.customer`);
    await cell(grid, 1, 1).click();
    await page.keyboard.press('ControlOrMeta+f');
    const filters = page.getByRole('group', { name: 'Filters' });
    await expect(filters.getByRole('textbox', { name: 'Where' })).toBeFocused();
    const add = async (column: string, operator: string, value: string): Promise<void> => {
      await filters.getByRole('combobox', { name: 'Column' }).selectOption(column);
      await filters.getByRole('combobox', { name: 'Operator' }).selectOption({ label: operator });
      const box = filters.getByRole('textbox', { name: 'Value' });
      await box.fill(value);
      await box.press('Enter');
    };
    await add('id', '<=', '10');
    await expect.poll(() => app.rowCount(grid)).toBe(10);

    // id <= 10 and (id = 3 or id = 7 or (id > 5 and id < 7))
    await filters.getByRole('button', { name: 'Add group' }).focus();
    await page.keyboard.press('Enter');
    await expect(filters.getByRole('combobox', { name: 'Column' })).toBeFocused();
    await add('id', 'equals', '3');
    await expect.poll(() => app.rowCount(grid)).toBe(1);
    await add('id', 'equals', '7');
    await expect.poll(() => app.rowCount(grid)).toBe(2);
    await filters.getByRole('button', { name: 'Add group' }).click();
    await add('id', '>', '5');
    await add('id', '<', '7');
    await expect.poll(() => app.rowCount(grid)).toBe(3);
    const outer = filters.getByRole('group', { name: 'Group 1', exact: true }).first();
    await outer.getByRole('radiogroup', { name: 'Group 1 matches' }).first().getByRole('radio', { name: 'All' }).click();
    await expect.poll(() => app.rowCount(grid)).toBe(0);
    await outer.getByRole('radiogroup', { name: 'Group 1 matches' }).first().getByRole('radio', { name: 'Any' }).click();
    await expect.poll(() => app.rowCount(grid)).toBe(3);

    // A filter is changed in its place.
    await filters.getByRole('button', { name: 'Edit filter id = 7', exact: true }).click();
    await expect(filters.getByRole('textbox', { name: 'Value' })).toHaveValue('7');
    await filters.getByRole('textbox', { name: 'Value' }).fill('8');
    await filters.getByRole('button', { name: 'Change filter', exact: true }).click();
    await expect(outer.getByRole('checkbox', { name: 'id = 8', exact: true })).toBeChecked();
    await expect.poll(async () => (await app.cells(grid)).map((r) => r[0])).toEqual(['3', '6', '8']);

    // A wrong one marks its own box, says why, and the rows stay.
    await filters.getByRole('textbox', { name: 'Where' }).fill('nmae = 1');
    await filters.getByRole('textbox', { name: 'Where' }).press('Enter');
    await expect(filters.getByRole('textbox', { name: 'Where' })).toHaveAttribute('aria-invalid', 'true');
    await expect(filters.getByRole('alert')).toContainText('nmae');
    await expect.poll(() => app.rowCount(grid)).toBe(3);
    await filters.getByRole('textbox', { name: 'Where' }).fill('');
    await filters.getByRole('textbox', { name: 'Where' }).press('Enter');
    await expect(filters.getByRole('alert')).toHaveCount(0);

    // A whole group is switched off; the filters are kept by project.
    await outer.getByRole('checkbox', { name: 'Group 1', exact: true }).first().click();
    await expect.poll(() => app.rowCount(grid)).toBe(10);
    await page.waitForTimeout(1_200);
    await page.reload();
    await app.connected(name);
    await app.openRelation(name, `${schema}.customer`);
    await expect.poll(() => app.rowCount(grid)).toBe(10);
    await outer.getByRole('checkbox', { name: 'Group 1', exact: true }).first().click();
    await expect.poll(() => app.rowCount(grid)).toBe(3);
    await page.keyboard.press('Escape');
    await expect(cell(grid, 1, 1)).toBeFocused();
    await app.project('decoy').click();
    await app.connected('decoy');
    await decoy.unchanged();
  });
}

test('a wrong value marks the filter that has it', async ({ app }) => {
  const { page } = app;
  await app.goto();
  await app.openFiles(store());
  const grid = await app.openRelation('store', 'public.customer');
  const filters = page.getByRole('group', { name: 'Filters' });
  await filters.getByRole('combobox', { name: 'Column' }).selectOption('id');
  await filters.getByRole('textbox', { name: 'Value' }).fill('seven');
  await filters.getByRole('button', { name: 'Add filter' }).click();
  await expect(filters.getByRole('textbox', { name: 'Value' })).toHaveAttribute('aria-invalid', 'true');
  await expect(filters.getByRole('alert')).toContainText('seven');
  await expect.poll(() => app.rowCount(grid)).toBe(50);
});

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
