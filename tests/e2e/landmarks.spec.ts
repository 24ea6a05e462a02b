import type { Locator } from '@playwright/test';
import type { App } from './app';
import { expect, shop, store, test } from './appTest';

/*
 * The landmarks that people with screen readers, other tests and outside checks drive the page by: roles are
 * written as attributes, names are to the letter.
 */

const written = (app: App, role: string, name: string): Locator => app.page.locator(`[role="${role}"][aria-label="${name}"]`);

async function openBoth(app: App): Promise<void> {
  await app.goto();
  await app.openFiles(await shop(), store());
}

test('banner, navigation, tree, footer, file input', async ({ app }) => {
  await openBoth(app);
  const { page } = app;
  const banner = page.locator('[role=banner]');
  await expect(banner).toHaveCount(1);
  await expect(banner.getByRole('link', { name: 'Rowhouse' })).toHaveAttribute('href', '/');
  for (const name of ['Search projects', 'Commands', 'New query', 'New table', 'Schema diagram']) {
    await expect(banner.getByRole('button', { name, exact: true })).toHaveCount(1);
  }
  const navigation = written(app, 'navigation', 'Connections');
  await expect(navigation).toHaveCount(1);
  const tree = navigation.locator('[role=tree][aria-label="Connections"]');
  await expect(tree).toHaveCount(1);
  for (const name of ['New query', 'New table', 'Open files']) {
    await expect(navigation.getByRole('button', { name, exact: true })).toHaveCount(1);
  }
  await expect(navigation.getByRole('searchbox', { name: 'Filter tables and columns' })).toHaveCount(1);
  await expect(page.locator('input[type=file][multiple][aria-label="Open database files"]')).toHaveCount(1);

  // Treeitems are flat siblings; only those of projects carry a status.
  const items = tree.locator('[role=treeitem]');
  const parents = await items.evaluateAll((all) => all.map((item) => item.parentElement!.closest('[role=treeitem]') !== null));
  expect(parents.every((nested) => !nested)).toBe(true);
  await expect(tree.locator('[role=treeitem][data-status]')).toHaveCount(2);
  for (const [project, schema] of [['shop', 'main'], ['store', 'public']] as const) {
    const row = app.project(project);
    await expect(row).toHaveAttribute('aria-label', new RegExp(`^${project}\\b`));
    await expect(row).toHaveAttribute('aria-expanded', 'true');
    await expect(row).toHaveAttribute('data-status', 'connected');
    const relation = app.relation(project, `${schema}.customer`);
    await expect(relation).toHaveAttribute('aria-label', /^customer\b/);
    // The only schema of a database is left out.
    await expect(relation).toHaveAttribute('aria-level', '2');
    for (const name of [`New query on ${project}`, `New table on ${project}`, `Diagram of ${project}`]) {
      await expect(tree.getByRole('button', { name, exact: true })).toHaveCount(1);
    }
    await row.click({ button: 'right' });
    const menu = page.locator('[role=menu]');
    for (const name of ['Disconnect', 'Edit…', 'Duplicate', 'Save a copy', 'Remove…']) {
      await expect(menu.getByRole('menuitem', { name, exact: true })).toHaveCount(1);
    }
    await page.keyboard.press('Escape');
    await expect(menu).toHaveCount(0);
  }

  await app.command('Disconnect store');
  await app.connected('store', 'disconnected');
  await expect(app.project('store')).not.toHaveAttribute('aria-expanded');
  await app.project('store').click({ button: 'right' });
  await expect(page.locator('[role=menu]').getByRole('menuitem', { name: 'Connect', exact: true })).toHaveCount(1);
  await page.keyboard.press('Escape');

  // More than one schema: they have a level of their own.
  await app.project('store').click();
  await app.connected('store');
  await app.newQuery('store');
  await app.run('create schema "second one"; create table "second one".only_here (a integer)');
  const second = page.locator('[role=treeitem][aria-level="2"]', { hasText: 'second one' });
  await expect(second).toHaveAttribute('aria-label', /^second one\b/);
  await page.getByRole('searchbox', { name: 'Filter tables and columns' }).fill('only_here');
  await expect(app.relation('store', 'second one.only_here')).toHaveAttribute('aria-level', '3');
});

test('tabs, their panel, grid, filter bar and status line of a table', async ({ app }) => {
  await openBoth(app);
  const { page } = app;
  const grid = await app.openRelation('shop', 'main.customer');
  const tabs = written(app, 'tablist', 'Open tabs');
  const tab = tabs.locator('[role=tab]');
  await expect(tab).toHaveCount(1);
  await expect(tab).toHaveAccessibleName('customer — shop');
  await expect(tab).toHaveAttribute('data-project', 'shop');
  await expect(tab).toHaveAttribute('data-tab-type', 'table');
  expect(await tab.getAttribute('data-connection-id')).toMatch(/.{8,}/);
  const close = tab.locator('span[role=button][aria-label="Close customer"]');
  await expect(close).toHaveCount(1);
  expect(await close.evaluate((element) => element.tabIndex)).toBe(-1);
  await expect(page.locator('[role=tabpanel]')).toHaveAccessibleName('customer — shop');
  await expect(page).toHaveTitle('customer — shop — Rowhouse');

  await expect(grid).toHaveAttribute('role', 'grid');
  await expect(grid).toHaveAttribute('aria-rowcount', '51');
  const columns = Number(await grid.getAttribute('aria-colcount'));
  const heads = grid.locator('[role=columnheader]');
  await expect(heads).toHaveCount(columns);
  await expect(heads.first()).toHaveAccessibleName('id');
  await expect(heads.first()).toHaveAttribute('aria-sort', 'none');
  const cell = grid.locator('[role=gridcell]').first();
  await expect(cell).toHaveAttribute('aria-rowindex', '2');
  await expect(cell).toHaveAttribute('aria-colindex', '1');
  await expect(cell).toHaveText('1');
  await expect(cell).toHaveAccessibleName('1');
  const around = await grid.evaluate((element) => {
    for (let up = element.parentElement; up; up = up.parentElement) {
      if (up.scrollHeight > up.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(up).overflowY)) return up.className;
    }
    return null;
  });
  expect(around).toBeNull();

  const filters = written(app, 'group', 'Filters');
  await expect(filters.getByRole('combobox', { name: 'Column', exact: true })).toHaveCount(1);
  await expect(filters.getByRole('combobox', { name: 'Operator', exact: true })).toHaveCount(1);
  await expect(filters.getByRole('textbox', { name: 'Value', exact: true })).toHaveCount(1);
  await expect(filters.getByRole('textbox', { name: 'Where', exact: true })).toHaveCount(1);
  await expect(filters.getByRole('button', { name: 'Add filter', exact: true })).toHaveCount(1);

  const status = written(app, 'status', 'Status');
  await expect(status).toHaveAttribute('data-state', 'done');
  await expect(status).toContainText('50 rows');

  // A click on what is open selects it; Delete on a tab closes it, and it comes back.
  await app.openRelation('shop', 'main.product');
  await app.relation('shop', 'main.customer').click();
  await expect(tab).toHaveCount(2);
  await tabs.locator('[role=tab][aria-selected=true]').focus();
  await page.keyboard.press('Delete');
  await expect(tab).toHaveCount(1);
  await app.command('Reopen closed tab');
  await expect(app.tab('shop', 'table')).toHaveAccessibleName('customer — shop');
});

test('a query tab: editor, buttons, several results, an error, states', async ({ app }) => {
  await openBoth(app);
  const { page } = app;
  for (const project of ['shop', 'store']) {
    await app.newQuery(project);
    await expect(page.locator('.cm-content[role=textbox][aria-label="SQL"]')).toHaveCount(1);
    for (const name of ['Run', 'Cancel', 'Format', 'Explain']) {
      await expect(page.getByRole('tabpanel').getByRole('button', { name, exact: true })).toHaveCount(1);
    }
    await expect(app.status).toHaveAttribute('data-state', 'idle');
    await expect(app.status).toHaveAttribute('data-run', '0');
    await app.run("select 1 as a; select null as n, '' as e; select 3 as c");
    for (const name of ['Result', 'Result 2', 'Result 3']) await expect(app.grid(name)).toHaveCount(1);
    const second = app.grid('Result 2');
    await expect(second.locator('[data-null]')).toHaveAttribute('aria-colindex', '1');
    await expect(second.locator('[role=gridcell][aria-colindex="2"]')).toHaveText('');
    await app.run('select * from nothing_such', 'failed');
    await expect(page.getByRole('tabpanel').getByRole('alert')).toContainText('nothing_such');

    // Running is said in the task of the click itself, and so is cancelled.
    await app.write(
      project === 'shop'
        ? 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n'
        : 'SELECT count(*) FROM generate_series(1, 1e11)'
    );
    const states = await page.evaluate(async () => {
      const status = () => document.querySelector('[role=status][aria-label=Status]')!.getAttribute('data-state');
      const press = (name: string) =>
        [...document.querySelectorAll<HTMLElement>('[role=tabpanel] button')].find((b) => b.innerText.startsWith(name))!.click();
      press('Run');
      await Promise.resolve();
      const running = status();
      await new Promise((resolve) => setTimeout(resolve, 300));
      press('Cancel');
      await Promise.resolve();
      return [running, status()];
    });
    expect(states).toEqual(['running', 'cancelled']);
    await app.run('select 1');
    await app.connected(project);
  }
});

test('the worker of an open transaction is replaced: its tabs say that the transaction is lost', async ({ app }) => {
  await openBoth(app);
  const lost = app.page.getByRole('tabpanel').getByRole('alert');
  for (const project of ['shop', 'store']) {
    await app.newQuery(project);
    await app.run("begin; insert into customer values (3000, 'unsaved', null, null)");
    await expect(app.page.getByRole('group', { name: 'Open transaction' })).toContainText(project);
    const id = await app.tab(project, 'query').getAttribute('data-connection-id');
    await app.page.evaluate((connectionId) => window.__rowhouse!.kill(connectionId), id!);
    await expect(lost).toContainText(`The open transaction in ${project} was rolled back.`);
    await app.connected(project);
    await app.run('select count(*) from customer where id = 3000');
    expect(await app.cells(app.grid('Result'))).toEqual([['0']]);
    await lost.getByRole('button', { name: 'Dismiss' }).click();
    await expect(lost).toHaveCount(0);
  }
});

test('dialogs, their lists; Escape gives the focus back', async ({ app }) => {
  await openBoth(app);
  const { page } = app;
  await app.newQuery('shop');
  await app.editor.click();
  for (const [keys, name] of [['ControlOrMeta+k', 'Commands'], ['ControlOrMeta+p', 'Projects']] as const) {
    await page.keyboard.press(keys);
    const dialog = page.locator('[role=dialog]').and(page.getByRole('dialog', { name, exact: true }));
    await expect(dialog).toBeVisible();
    await expect(dialog.locator('input')).toBeFocused();
    await expect(dialog.locator('[role=listbox] [role=option]').first()).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(app.editor).toBeFocused();
  }
  await page.keyboard.press('ControlOrMeta+k');
  const commands = page.getByRole('dialog', { name: 'Commands' });
  for (const title of [
    'History (shop)',
    'Staged changes (store)',
    'Open main.customer (shop)',
    'Edit table public.customer (store)',
    'Import into main.customer (shop)',
    'Save a copy (store)',
    'Project settings (shop)'
  ]) {
    await commands.locator('input').fill(title);
    await expect(commands.getByRole('option').first()).toContainText(title);
  }
  await page.keyboard.press('Escape');
  await app.command('Project settings (shop)');
  const settings = page.getByRole('dialog', { name: 'Project settings', exact: true });
  await expect(settings.getByRole('button', { name: 'Done', exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(settings).toHaveCount(0);
});

test('history, staged changes, diagram, import, home, an empty window, a lost connection', async ({ app }) => {
  await openBoth(app);
  const { page } = app;
  await app.newQuery('shop');
  await app.run('select 1 as first_run');
  await app.run('select 2 as second_run');
  await app.command('History (shop)');
  const items = page.getByRole('list', { name: 'History', exact: true }).getByRole('listitem');
  await expect(items.first()).toContainText('second_run');
  await app.command('Staged changes (shop)');
  await expect(app.tab('shop', 'staged-changes')).toBeVisible();

  await app.command('Open schema diagram (shop)');
  const diagram = written(app, 'region', 'Diagram of main');
  await expect(diagram.getByRole('group', { name: 'orders', exact: true })).toBeVisible();
  await expect(diagram.locator('[data-edge="orders.customer_id→customer.id"]')).toHaveCount(1);

  await app.command('Import into main.customer (shop)');
  const form = page.locator('form, [role=form]').and(page.getByRole('form', { name: 'Import into customer', exact: true }));
  await expect(form.locator('input[type=file][aria-label="Import files"]')).toHaveCount(1);
  await form.locator('input[type=file]').setInputFiles({
    name: 'more.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('id,name\n4001,one\n4002,two\n')
  });
  await expect(form.getByRole('grid', { name: 'Preview', exact: true })).toBeVisible();
  await form.getByRole('button', { name: /^Import/ }).click();
  expect(await app.query('shop', 'select count(*) from customer where id > 4000')).toEqual([['2']]);

  await page.getByRole('banner').getByRole('link', { name: 'Rowhouse' }).click();
  await expect(page.getByRole('heading', { name: 'Open a database', exact: true })).toBeVisible();
  for (const project of ['shop', 'store']) {
    await expect(page.getByRole('article', { name: project, exact: true })).toContainText('Connected');
  }

  await app.command('Disconnect shop');
  await app.project('store').click();
  await app.newQuery('store');
  await app.page.getByRole('tab').first().focus();
  await page.keyboard.press('Delete');
  await expect(page.locator('[data-empty]')).toContainText(/query|table/);

  // A tab of a project that cannot be found says so; never a blank page.
  await page.goto('/p/nothing/table/main/t');
  await expect(page.locator('main')).toContainText(/project/);
});
