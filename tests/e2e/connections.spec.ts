import type { Locator } from '@playwright/test';
import type { App } from './app';
import { expect, shop, store, test } from './appTest';

/** One of each engine, with a relation `customer` in both and other rows in each. */
async function openBoth(app: App): Promise<void> {
  await app.goto();
  await app.openFiles(await shop(), store());
}

const firstName = async (app: App): Promise<string | null | undefined> => (await app.cells(app.grid('customer')))[0]?.[1];

const connectionOf = (tab: Locator): Promise<string | null> => tab.getAttribute('data-connection-id');

test('each connection has its tree, and each tab its database, colour and name', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles(await shop());
  await expect(app.relation('shop', 'main.customer')).toBeVisible();
  await app.openRelation('shop', 'main.customer');
  const shopTab = app.tab('shop', 'table');
  const shopConnection = await connectionOf(shopTab);

  await app.openFiles(store());
  await expect(app.relation('store', 'public.customer')).toBeVisible();
  await expect(app.relation('shop', 'main.customer')).toHaveCount(1);
  await app.openRelation('store', 'public.customer');
  const storeConnection = await connectionOf(app.tab('store', 'table'));
  expect(storeConnection).not.toBe(shopConnection);

  const tabs = app.page.getByRole('tablist', { name: 'Open tabs' });
  await expect(tabs.getByRole('tab', { name: 'customer — shop', exact: true })).toHaveCount(1);
  await expect(tabs.getByRole('tab', { name: 'customer — store', exact: true })).toHaveCount(1);
  const colour = (name: string) =>
    tabs.getByRole('tab', { name, exact: true }).evaluate((tab) => getComputedStyle(tab).getPropertyValue('--house').trim());
  expect(await colour('customer — shop')).not.toBe(await colour('customer — store'));
  await decoy.unchanged();
});

test('switching tabs shows the rows of that tab’s connection, and a query runs on its own', async ({ app }) => {
  await openBoth(app);
  await app.openRelation('shop', 'main.customer');
  await app.openRelation('store', 'public.customer');
  for (const [tab, row] of [['shop', 'sqlite customer 1'], ['store', 'postgres customer 1'], ['shop', 'sqlite customer 1']] as const) {
    await app.page.getByRole('tab', { name: `customer — ${tab}`, exact: true }).click();
    await expect.poll(() => firstName(app)).toBe(row);
  }
  expect(await app.query('store', 'select name from customer where id = 3')).toEqual([['postgres customer 3']]);
  expect(await app.query('shop', 'select name from customer where id = 3')).toEqual([['sqlite customer 3']]);
});

test('a new table goes to the connection whose button was pressed, and shows in its tree alone', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles(await shop(), store());
  for (const [project, relation] of [['shop', 'main.new_table'], ['store', 'public.new_table']] as const) {
    await app.project(project).hover();
    await app.page.getByRole('button', { name: `New table on ${project}`, exact: true }).click();
    await expect(app.tab(project, 'create-table')).toBeVisible();
    const form = app.page.getByRole('form', { name: 'New table' });
    await form.getByRole('textbox', { name: 'Table name' }).fill('new_table');
    await form.getByRole('button', { name: 'Create table' }).click();
    await expect(app.relation(project, relation)).toBeVisible();
  }
  await expect(app.page.locator('[data-relation$=".new_table"]')).toHaveCount(2);
  await decoy.unchanged();
});

test('edit table shows the structure of that connection’s table', async ({ app }) => {
  await openBoth(app);
  await app.newQuery('store');
  await app.run('alter table customer add column only_in_store integer');
  await app.command('Edit table public.customer (store)');
  await expect(app.tab('store', 'edit-table')).toBeVisible();
  await expect(app.page.getByRole('tabpanel')).toContainText('only_in_store');
  await app.command('Edit table main.customer (shop)');
  await expect(app.tab('shop', 'edit-table')).toBeVisible();
  await expect(app.page.getByRole('tabpanel')).not.toContainText('only_in_store');
});

test('disconnecting one closes its tabs alone; what was written is there at the next connect, under a new connection', async ({ app }) => {
  await openBoth(app);
  await app.openRelation('shop', 'main.customer');
  await app.newQuery('store');
  await app.run('create table kept(a integer); insert into kept values (7)');
  const before = await connectionOf(app.tab('store', 'query'));
  await app.command('Disconnect store');
  await expect(app.project('store')).toHaveAttribute('data-status', 'disconnected');
  const names = await app.tabNames();
  expect(names).toEqual(['customer — shop']);
  await expect.poll(() => firstName(app)).toBe('sqlite customer 1');

  await app.project('store').click();
  await app.connected('store');
  expect(await app.query('store', 'select a from kept')).toEqual([['7']]);
  expect(await connectionOf(app.tab('store', 'query'))).not.toBe(before);
});

test('a worker that is killed is replaced by itself; the other keeps answering, tabs and connectionId stay', async ({ app }) => {
  await openBoth(app);
  for (const [victim, other, relation] of [['shop', 'store', 'main.customer'], ['store', 'shop', 'public.customer']] as const) {
    await app.openRelation(victim, relation);
    const id = (await connectionOf(app.tab(victim, 'table')))!;
    await app.page.evaluate((connectionId) => {
      const hooks = (window as unknown as { __rowhouse: { kill(id: string): void } }).__rowhouse;
      hooks.kill(connectionId);
    }, id);
    expect(await app.query(other, 'select count(*) from customer')).toEqual([['50']]);
    await app.connected(victim);
    await app.page.getByRole('tab', { name: `customer — ${victim}`, exact: true }).click();
    expect(await connectionOf(app.tab(victim, 'table'))).toBe(id);
    expect(await app.query(victim, 'select count(*) from customer')).toEqual([['50']]);
  }
});

test('Ctrl P connects another beside what is connected, from inside the editor too', async ({ app }) => {
  await openBoth(app);
  await app.command('Disconnect store');
  await expect(app.project('store')).toHaveAttribute('data-status', 'disconnected');
  await app.newQuery('shop');
  await app.editor.click();
  await app.page.keyboard.press('ControlOrMeta+p');
  const dialog = app.page.getByRole('dialog', { name: 'Projects' });
  await expect(dialog.getByRole('option', { name: /shop/ })).toContainText('Connected');
  await app.page.keyboard.insertText('store');
  await app.page.keyboard.press('Enter');
  await app.connected('store');
  await expect(app.project('shop')).toHaveAttribute('data-status', 'connected');
});

test('Ctrl K lists commands of every connection', async ({ app }) => {
  await openBoth(app);
  await app.newQuery('shop');
  await app.editor.click();
  await app.page.keyboard.press('ControlOrMeta+k');
  const dialog = app.page.getByRole('dialog', { name: 'Commands' });
  for (const title of [
    'New query (shop)',
    'New query (store)',
    'New table (store)',
    'Open schema diagram (shop)',
    'Open main.customer (shop)',
    'Open public.customer (store)',
    'Disconnect store'
  ]) {
    await app.page.keyboard.press('ControlOrMeta+a');
    await app.page.keyboard.insertText(title);
    await expect(dialog.getByRole('option').first()).toContainText(title);
  }
  await app.page.keyboard.press('Escape');
  await expect(app.editor).toBeFocused();
});

test('New query and New table in the sidebar and header take the tab’s connection, else the only one, else ask', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  const footer = app.page.getByRole('navigation', { name: 'Connections' });
  const header = app.page.getByRole('banner');

  // The only connection, without a tab.
  await footer.getByRole('button', { name: 'New query', exact: true }).click();
  await expect(app.tab('shop', 'query')).toBeVisible();
  await app.openFiles(store());

  // The active tab's.
  await app.openRelation('store', 'public.customer');
  await header.getByRole('button', { name: 'New query', exact: true }).click();
  await expect(app.tab('store', 'query')).toBeVisible();
  await app.openRelation('shop', 'main.customer');
  await header.getByRole('button', { name: 'New table', exact: true }).click();
  await expect(app.tab('shop', 'create-table')).toBeVisible();
  await header.getByRole('button', { name: 'Schema diagram', exact: true }).click();
  await expect(app.tab('shop', 'diagram')).toBeVisible();
  await expect(app.page.getByRole('region', { name: 'Diagram of main' })).toBeVisible();

  // No tab and several: the picker.
  await header.getByRole('link', { name: /Rowhouse/ }).click();
  for (const [from, name, type] of [[footer, 'New query', 'query'], [header, 'New query', 'query'], [footer, 'New table', 'create-table']] as const) {
    await header.getByRole('link', { name: /Rowhouse/ }).click();
    await from.getByRole('button', { name, exact: true }).click();
    const menu = app.page.getByRole('menu', { name: 'Choose a connection' });
    await expect(menu.getByRole('menuitem')).toHaveCount(2);
    await menu.getByRole('menuitem', { name: /store/ }).click();
    await expect(app.tab('store', type)).toBeVisible();
  }
});

test('after a reload tabs are back by project, the active one connects by itself, another when it is shown', async ({ app }) => {
  await openBoth(app);
  await app.openRelation('store', 'public.customer');
  await app.openRelation('shop', 'main.customer');
  await app.newQuery('shop');
  await app.write('select 42 as draft');
  await app.openRelation('shop', 'main.customer');
  await app.page.waitForTimeout(1000);
  await app.page.reload();
  await app.connected('shop');
  await expect.poll(() => firstName(app)).toBe('sqlite customer 1');
  expect((await app.tabNames()).sort()).toEqual(['Query — shop', 'customer — shop', 'customer — store']);
  await expect(app.project('store')).toHaveAttribute('data-status', 'disconnected');
  await app.page.getByRole('tab', { name: 'customer — store', exact: true }).click();
  await app.connected('store');
  await expect.poll(() => firstName(app)).toBe('postgres customer 1');
  await app.page.getByRole('tab', { name: 'Query — shop', exact: true }).click();
  await expect(app.editor).toContainText('select 42 as draft');
});

test('a reload in the midst of a connect leaves nothing half-done', async ({ app }) => {
  await openBoth(app);
  await app.openRelation('store', 'public.customer');
  await app.page.reload();
  await expect(app.project('store')).toHaveAttribute('data-status', /connecting|connected/);
  await app.page.reload();
  await app.connected('store');
  await expect.poll(() => firstName(app)).toBe('postgres customer 1');
});

test('the same file opened twice is two databases', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  await app.giveFiles(await shop());
  await app.connected('shop 2');
  await app.newQuery('shop');
  await app.run("insert into product values (21, 'new one', 1)");
  expect(await app.query('shop 2', 'select count(*) from product')).toEqual([['20']]);
  expect(await app.query('shop', 'select count(*) from product')).toEqual([['21']]);
});

test('a project renamed and recoloured while its tabs are open keeps them; removed, its tabs and bytes are gone', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles(await shop());
  await app.openRelation('shop', 'main.customer');
  await app.command('Project settings (shop)');
  const settings = app.page.getByRole('dialog', { name: 'Project settings' });
  await settings.getByRole('textbox', { name: 'Name' }).fill('corner shop');
  await settings.getByRole('button', { name: 'Done' }).click();
  await expect(app.page.getByRole('tab', { name: 'customer — corner shop', exact: true })).toBeVisible();
  await expect.poll(() => firstName(app)).toBe('sqlite customer 1');

  await app.project('corner shop').click({ button: 'right' });
  await app.page.getByRole('menuitem', { name: 'Remove…' }).click();
  const confirm = app.page.getByRole('dialog', { name: /^Confirm/ });
  await expect(confirm).toContainText('corner shop');
  await confirm.getByRole('button', { name: /^Remove/ }).click();
  await expect(app.project('corner shop')).toHaveCount(0);
  await expect(app.page.getByRole('tab')).toHaveCount(0);
  const folders = () =>
    app.page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      let count = 0;
      for await (const _ of (await root.getDirectoryHandle('projects')).keys()) count++;
      return count;
    });
  await expect.poll(folders).toBe(1);
  await decoy.unchanged();
});
