import type { Locator } from '@playwright/test';
import { cell, type App } from './app';
import { expect, shop, store, test } from './appTest';

async function setName(app: App, grid: Locator, row: number, name: string): Promise<void> {
  await cell(grid, row, 2).dblclick();
  const box = app.page.getByRole('textbox', { name: 'Edit name', exact: true });
  await box.fill(name);
  await box.press('Enter');
}

async function setSwitch(app: App, project: string, name: string, on: boolean): Promise<void> {
  await app.command(`Project settings (${project})`);
  const dialog = app.page.getByRole('dialog', { name: 'Project settings' });
  const toggle = dialog.getByRole('switch', { name, exact: true });
  await toggle.click();
  await expect(toggle).toHaveAttribute('aria-checked', String(on));
  await expect(toggle).toBeEnabled();
  await dialog.getByRole('button', { name: 'Done', exact: true }).click();
}

for (const [name, file, schema] of [
  ['shop', shop, 'main'],
  ['store', store, 'public']
] as const) {
  test(`${name}: a commit stands in the history and is undone from there`, async ({ app, decoy }) => {
    await app.goto();
    await decoy.open();
    await app.openFiles(await file());
    const grid = await app.openRelation(name, `${schema}.customer`);
    // Postgres puts a row that was changed behind the others: by its key it stays where it is.
    await grid.getByRole('columnheader', { name: 'id', exact: true }).click();
    await expect(cell(grid, 1, 1)).toHaveText('1');
    const was = await cell(grid, 1, 2).textContent();
    await setName(app, grid, 1, 'changed');
    await app.page.keyboard.press('ControlOrMeta+s');
    await expect(app.page.getByRole('button', { name: /^Commit \d/ })).toHaveCount(0);
    await app.command(`History (${name})`);
    const entry = app.page.getByRole('list', { name: 'History' }).getByRole('listitem').first();
    await expect(entry).toContainText('changed');
    await expect(entry).toContainText(`${schema}.customer`);
    await entry.getByRole('button', { name: 'Undo this commit', exact: true }).click();
    await expect(app.page.getByRole('button', { name: 'Commit 1 change', exact: true })).toBeVisible();
    const again = await app.openRelation(name, `${schema}.customer`);
    await expect(cell(again, 1, 2)).toHaveText(was!);
    await expect(cell(again, 1, 2)).toHaveAttribute('data-staged', 'update');
    await app.page.keyboard.press('ControlOrMeta+s');
    await expect(app.page.getByRole('button', { name: /^Commit \d/ })).toHaveCount(0);
    expect(await app.query(name, 'select name from customer where id = 1')).toEqual([[was]]);
    await decoy.unchanged();
  });

  test(`${name}: with instant commit each edit commits by itself and is undone`, async ({ app }) => {
    await app.goto();
    await app.openFiles(await file());
    await setSwitch(app, name, 'Instant commit', true);
    const grid = await app.openRelation(name, `${schema}.customer`);
    // Postgres puts a row that was changed behind the others: by its key it stays where it is.
    await grid.getByRole('columnheader', { name: 'id', exact: true }).click();
    await expect(cell(grid, 1, 1)).toHaveText('1');
    const was = await cell(grid, 1, 2).textContent();
    await setName(app, grid, 1, 'at once');
    await expect(app.page.getByRole('region', { name: /Notifications/ })).toContainText('1 change committed');
    await expect(cell(grid, 1, 2)).toHaveText('at once');
    await expect(cell(grid, 1, 2)).not.toHaveAttribute('data-staged');
    await cell(grid, 1, 2).click();
    await app.page.keyboard.press('ControlOrMeta+z');
    await expect(cell(grid, 1, 2)).toHaveText(was!);
    await expect(cell(grid, 1, 2)).not.toHaveAttribute('data-staged');
    expect(await app.query(name, 'select name from customer where id = 1')).toEqual([[was]]);
  });

  test(`${name}: read-only refuses what writes, from the editor too`, async ({ app }) => {
    await app.goto();
    await app.openFiles(await file());
    await setSwitch(app, name, 'Read-only', true);
    await app.connected(name);
    const grid = await app.openRelation(name, `${schema}.customer`);
    await expect(app.page.getByRole('note')).toContainText('read-only');
    await expect(grid).toHaveAttribute('aria-readonly', 'true');
    await expect(app.page.getByRole('button', { name: 'Add row', exact: true })).toHaveCount(0);
    await app.newQuery(name);
    await app.run("update customer set name = 'x'", 'failed');
    await app.run('delete from customer', 'failed');
    expect(await app.query(name, "select count(*) from customer where name = 'x'")).toEqual([['0']]);
    await setSwitch(app, name, 'Read-only', false);
    await app.connected(name);
    await app.newQuery(name);
    await app.run("update customer set name = 'x' where id = 1");
  });

  test(`${name}: what does away with much is asked about once, naming database and rows`, async ({ app }) => {
    await app.goto();
    await app.openFiles(await file());
    await app.newQuery(name);
    const before = await app.status.getAttribute('data-run');
    await app.start('delete from orders; drop table orders');
    const ask = app.page.getByRole('dialog', { name: /^Confirm/ });
    await expect(ask).toContainText(name);
    await expect(ask).toContainText('200 rows');
    await expect(app.status).not.toHaveAttribute('data-state', 'running');
    await ask.getByRole('button', { name: 'Do not run', exact: true }).click();
    await expect(app.status).toHaveAttribute('data-run', before ?? '0');
    await app.run('select count(*) from orders');
    await app.start('delete from orders');
    await ask.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(app.status).toHaveAttribute('data-state', 'done');
    // What the run itself made is not asked about; nor is anything once it is switched off.
    await app.run('create table scrap(a integer); drop table scrap');
    await setSwitch(app, name, 'Ask before dangerous statements', false);
    await app.run('drop table orders');
  });
}

test('a query is named and kept in its project, found by the palette, and opened without running', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  await app.newQuery('shop');
  await app.write('select 42 as answer');
  await app.command('Save query…');
  const dialog = app.page.getByRole('dialog', { name: 'Save query in shop' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('reports/answers');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(app.tab('shop', 'query')).toContainText('answers');
  await app.page.waitForTimeout(600);
  await app.page.reload();
  await app.connected('shop');
  await app.command('Open query reports/answers (shop)');
  await expect(app.editor).toContainText('select 42 as answer');
  await expect(app.status).toHaveAttribute('data-run', '0');
});
