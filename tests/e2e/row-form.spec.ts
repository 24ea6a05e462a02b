import { cell } from './app';
import { expect, shop, store, test } from './appTest';

for (const [name, file, schema] of [
  ['shop', shop, 'main'],
  ['store', store, 'public']
] as const) {
  test(`${name}: a row is read and edited as a form, by keyboard, hidden columns too`, async ({ app, decoy }) => {
    const { page } = app;
    await app.goto();
    await decoy.open();
    await app.openFiles(await file());
    const grid = await app.openRelation(name, `${schema}.orders`);
    await grid.getByRole('columnheader', { name: 'amount', exact: true }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Hide', exact: true }).click();
    // On a head there is no row; the next one is the first.
    await app.command(`Open ${schema}.product (${name})`);
    await expect(cell(app.grid('product'), 1, 1)).toBeFocused();
    await app.command(`Open ${schema}.orders (${name})`);
    await expect(cell(grid, 1, 1)).toBeFocused();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('F4');
    await expect(page.getByRole('region', { name: 'No row of orders', exact: true })).toContainText('Choose a row');
    await page.keyboard.press('Alt+ArrowDown');
    await expect(page.getByRole('region', { name: 'Row 1 of orders', exact: true })).toBeVisible();
    await page.keyboard.press('F4');
    await cell(grid, 3, 1).click();
    await page.keyboard.press('F4');
    const form = page.getByRole('region', { name: 'Row 3 of orders', exact: true });
    await expect(form.getByRole('button', { name: 'id: 3', exact: true })).toBeFocused();

    // The hidden column is edited in place; Tab would go on.
    await form.getByRole('button', { name: /^amount: / }).focus();
    await page.keyboard.press('F2');
    const box = page.getByRole('textbox', { name: 'Edit amount', exact: true });
    await expect(box).toBeFocused();
    await box.fill('1234');
    await page.keyboard.press('Enter');
    await expect(form.getByRole('button', { name: 'amount: 1234', exact: true })).toBeFocused();
    await expect(form.getByRole('group', { name: 'amount', exact: true })).toHaveAttribute('data-staged', 'update');
    await expect(form.getByText('before:')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Commit 1 change', exact: true })).toBeVisible();
    // Undone and redone from here as from the grid.
    await page.keyboard.press('ControlOrMeta+z');
    await expect(page.getByRole('button', { name: 'Commit 1 change', exact: true })).toHaveCount(0);
    await page.keyboard.press('ControlOrMeta+Shift+z');
    await expect(form.getByRole('button', { name: 'amount: 1234', exact: true })).toBeVisible();

    // A foreign key is chosen from its list; Escape leaves an editor, not the form.
    await form.getByRole('button', { name: /^customer_id: / }).focus();
    await page.keyboard.press('Enter');
    const key = page.getByRole('textbox', { name: 'Edit customer_id', exact: true });
    await key.fill('customer 17');
    await expect(page.getByRole('listbox', { name: 'Values of customer_id' }).getByRole('option').first()).toContainText('customer 17');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(form.getByRole('button', { name: 'customer_id: 17', exact: true })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(key).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(form.getByRole('button', { name: 'customer_id: 17', exact: true })).toBeFocused();

    // To the next row and back.
    await page.keyboard.press('Alt+ArrowDown');
    const next = page.getByRole('region', { name: 'Row 4 of orders', exact: true });
    await expect(next.getByRole('button', { name: 'id: 4', exact: true })).toBeVisible();
    await page.keyboard.press('Alt+ArrowUp');
    await expect(form).toBeVisible();

    await page.keyboard.press('ControlOrMeta+s');
    await expect(page.getByRole('button', { name: /^Commit/ })).toHaveCount(0);
    await form.getByRole('button', { name: 'Open the row of customer', exact: true }).click();
    await expect.poll(() => app.rowCount(app.grid('customer'))).toBe(1);
    expect(await app.query(name, 'select customer_id, amount from orders where id = 3')).toEqual([['17', '1234']]);
    await decoy.unchanged();
  });
}

test('on a phone the form is a sheet, and Escape gives the rows back', async ({ app }) => {
  const { page } = app;
  await app.goto();
  await app.openFiles(await shop());
  const grid = await app.openRelation('shop', 'main.customer');
  await page.setViewportSize({ width: 390, height: 844 });
  await cell(grid, 2, 1).click();
  await page.getByRole('button', { name: 'Row as a form', exact: true }).click();
  const sheet = page.getByRole('dialog', { name: 'Row as a form' });
  await expect(sheet.getByRole('heading', { name: 'Row 2' })).toBeVisible();
  await sheet.getByRole('button', { name: /^city: / }).click();
  await page.getByRole('textbox', { name: 'Edit city', exact: true }).fill('Hull');
  await page.keyboard.press('Enter');
  await expect(sheet.getByRole('button', { name: 'city: Hull', exact: true })).toBeVisible();
  await sheet.getByRole('button', { name: 'Next row', exact: true }).click();
  await expect(sheet.getByRole('heading', { name: 'Row 3' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Commit 1 change', exact: true })).toBeVisible();
});
