import type { Locator } from '@playwright/test';
import { expect, shop, store, test } from './appTest';

/** Names of a grid's heads, from left to right. */
const heads = async (grid: Locator): Promise<string[]> => {
  const found = await grid.getByRole('columnheader').evaluateAll((all) =>
    all.map((h) => ({ at: Number(h.ariaColIndex), name: h.querySelector('.words')!.textContent! }))
  );
  return found.sort((a, b) => a.at - b.at).map((h) => h.name);
};

for (const [name, file, schema] of [
  ['shop', shop, 'main'],
  ['store', store, 'public']
] as const) {
  test(`${name}: columns are hidden, moved, frozen by keyboard, left out of copies, kept, and put back`, async ({ app, decoy }) => {
    const { page } = app;
    await app.goto();
    await decoy.open();
    await app.openFiles(await file());
    const grid = await app.openRelation(name, `${schema}.customer`);
    await expect.poll(() => heads(grid)).toEqual(['id', 'name', 'city', 'note']);

    // Hide, move and freeze in the list of columns.
    await page.getByRole('button', { name: 'Columns', exact: true }).focus();
    await page.keyboard.press('Enter');
    const panel = page.getByRole('dialog', { name: 'Columns', exact: true });
    await expect(panel.getByRole('searchbox', { name: 'Find a column' })).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect(panel.getByRole('checkbox', { name: 'name', exact: true })).toBeFocused();
    await page.keyboard.press('Space');
    await expect.poll(() => heads(grid)).toEqual(['id', 'city', 'note']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Alt+ArrowUp');
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(() => heads(grid)).toEqual(['city', 'id', 'note']);
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('f');
    await expect.poll(() => heads(grid)).toEqual(['note', 'city', 'id']);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'Columns, 1 hidden', exact: true })).toBeFocused();

    // What is hidden is in no copy: the whole selection is what is seen.
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await grid.locator('[role=gridcell][aria-rowindex="2"][aria-colindex="2"]').click();
    await page.keyboard.press('Shift+Space');
    await page.keyboard.press('ControlOrMeta+c');
    const row = (await page.evaluate(() => navigator.clipboard.readText())).split('\t');
    expect(row).toHaveLength(3);
    expect(row[2]).toBe('1');
    await page.getByRole('button', { name: 'Copy as', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Copy as JSON', exact: true }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^\[\s*\{\s*"note":.*,\s*"city":.*,\s*"id": ?1\b/);

    // By the head: moved by keyboard, unfrozen by its menu; an edit lands in the column that is seen.
    await grid.locator('[role=gridcell][aria-rowindex="2"][aria-colindex="2"]').click();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Alt+Shift+ArrowRight');
    await expect.poll(() => heads(grid)).toEqual(['note', 'id', 'city']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.type('Bergen');
    await page.keyboard.press('Enter');
    await expect(grid.locator('[role=gridcell][aria-rowindex="2"][aria-colindex="3"]')).toHaveText('Bergen');
    await page.keyboard.press('ControlOrMeta+s');
    await expect(page.getByRole('button', { name: /^Commit/ })).toHaveCount(0);

    // The table of the same name beside is as it was.
    await app.openRelation('decoy', 'main.customer');
    await expect.poll(() => heads(grid)).toEqual(['id', 'name', 'city', 'note']);
    await app.openRelation(name, `${schema}.customer`);

    // All of it is kept by project.
    await page.waitForTimeout(1_200);
    await page.reload();
    await app.connected(name);
    await app.openRelation(name, `${schema}.customer`);
    await expect.poll(() => heads(grid)).toEqual(['note', 'id', 'city']);
    await grid.getByRole('columnheader', { name: 'note', exact: true }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Unfreeze', exact: true }).click();
    await expect.poll(() => heads(grid)).toEqual(['id', 'city', 'note']);
    await page.getByRole('button', { name: 'Columns, 1 hidden', exact: true }).click();
    await panel.getByRole('button', { name: 'Reset', exact: true }).click();
    await expect.poll(() => heads(grid)).toEqual(['id', 'name', 'city', 'note']);
    expect(await app.query(name, 'select city from customer where id = 1')).toEqual([['Bergen']]);
    await app.project('decoy').click();
    await app.connected('decoy');
    await decoy.unchanged();
  });
}

test('a frozen column stays in sight in the table tab; heads are dragged to another place', async ({ app }) => {
  const { page } = app;
  await page.setViewportSize({ width: 700, height: 700 });
  await app.goto();
  await app.openFiles(await shop());
  await page.setViewportSize({ width: 900, height: 700 });
  const grid = await app.openRelation('shop', 'main.customer');
  await expect.poll(() => heads(grid)).toEqual(['id', 'name', 'city', 'note']);
  await grid.getByRole('columnheader', { name: 'note', exact: true }).dragTo(grid.getByRole('columnheader', { name: 'name', exact: true }));
  await expect.poll(() => heads(grid)).toEqual(['id', 'note', 'name', 'city']);
  await expect(grid.getByRole('columnheader', { name: 'note', exact: true })).toHaveAttribute('aria-sort', 'none');
});
