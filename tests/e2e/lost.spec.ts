import type { Locator } from '@playwright/test';
import type { App } from './app';
import { expect, shop, store, test } from './appTest';

/** The first rows in sight: what is said above or below a grid takes room from it. */
const firstRows = async (app: App, rows: Locator) => (await app.cells(rows)).slice(0, 8);

/** Ends every worker of a connection until its tries to come back are used up. */
async function lose(app: App, connectionId: string, project: string): Promise<void> {
  await app.page.evaluate((id) => {
    const killing = setInterval(() => window.__rowhouse!.kill(id), 15);
    Object.assign(window, { stopKilling: () => clearInterval(killing) });
  }, connectionId);
  await app.connected(project, 'error');
  await app.page.evaluate(() => (window as unknown as { stopKilling(): void }).stopKilling());
}

for (const [project, relation, open] of [
  ['shop', 'main.customer', shop],
  ['store', 'public.customer', store]
] as const) {
  test(`${project}: a lost connection keeps the rows that were read, says so, and comes back`, async ({ app, decoy }) => {
    await app.goto();
    await decoy.open();
    await app.openFiles(await open());
    await app.newQuery(project);
    await app.run('select name from customer where id = 3');
    await app.write('select 1 as not_run');
    const rows = await app.openRelation(project, relation);
    const before = await firstRows(app, rows);
    const id = (await app.tab(project, 'table').getAttribute('data-connection-id'))!;

    await lose(app, id, project);
    const panel = app.page.getByRole('tabpanel');
    await expect(panel.getByRole('alert').first()).toContainText(`${project} is not connected`);
    await expect(panel.getByRole('alert').first()).toContainText('the text of 1 query');
    await expect(panel.getByRole('note')).toContainText(/Rows as they were at \d\d:\d\d\. They cannot be edited until/);
    expect(await firstRows(app, rows)).toEqual(before);
    // Nobody edits, sorts or filters what is not there.
    await rows.getByRole('gridcell').first().dblclick();
    await expect(panel.getByRole('textbox', { name: /^Edit / })).toHaveCount(0);
    await rows.getByRole('columnheader', { name: 'name' }).click();
    expect(await firstRows(app, rows)).toEqual(before);

    // A result stays as well, and its text; what is run now does not run.
    await app.page.getByRole('tab', { name: `Query — ${project}`, exact: true }).click();
    await expect(app.grid('Result')).toContainText('customer 3');
    await expect(app.editor).toContainText('not_run');
    await app.editor.press('ControlOrMeta+Enter');
    await expect(panel.getByText(/nothing ran/)).toBeVisible();
    await expect(app.grid('Result')).toContainText('customer 3');
    expect(await app.query('decoy', 'select count(*) from customer')).toEqual([['30']]);

    await app.page.getByRole('tab', { name: `customer — ${project}`, exact: true }).click();
    await panel.getByRole('button', { name: 'Reconnect' }).click();
    await app.connected(project);
    await expect(panel.getByRole('alert')).toHaveCount(0);
    await expect(panel.getByRole('note')).toHaveCount(0);
    await expect.poll(() => firstRows(app, rows)).toEqual(before);
    expect(await app.tab(project, 'table').getAttribute('data-connection-id')).toBe(id);
    await rows.getByRole('gridcell').first().dblclick();
    await expect(panel.getByRole('textbox', { name: /^Edit / })).toBeVisible();
    await app.page.keyboard.press('Escape');
    await decoy.unchanged();
  });
}

test('a connection that takes long to come back says so under the rows', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  const rows = await app.openRelation('shop', 'main.customer');
  const before = await firstRows(app, rows);
  const id = (await app.tab('shop', 'table').getAttribute('data-connection-id'))!;
  await app.page.evaluate((connectionId) => {
    const killing = setInterval(() => window.__rowhouse!.kill(connectionId), 15);
    setTimeout(() => clearInterval(killing), 2500);
  }, id);
  const note = app.page.getByRole('status', { name: 'Reconnecting shop' });
  await expect(note).toContainText(/shop is being opened again\..*as it was at \d\d:\d\d/);
  expect(await firstRows(app, rows)).toEqual(before);
  await app.connected('shop');
  await expect(note).toHaveCount(0);
});

test('a lost project can be left: its tabs close, and it connects anew', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles(await shop());
  await app.openRelation('shop', 'main.customer');
  const id = (await app.tab('shop', 'table').getAttribute('data-connection-id'))!;
  await lose(app, id, 'shop');
  await app.project('shop').click({ button: 'right' });
  await app.page.getByRole('menuitem', { name: 'Disconnect' }).click();
  await app.connected('shop', 'disconnected');
  await expect(app.page.getByRole('tab')).toHaveCount(0);
  await app.project('shop').click();
  await app.connected('shop');
  await app.openRelation('shop', 'main.customer');
  expect(await app.tab('shop', 'table').getAttribute('data-connection-id')).not.toBe(id);
  await decoy.unchanged();
});

test('databases of which the browser lost the record are found again, with all that was committed', async ({ app, page }) => {
  await app.goto();
  await app.openFiles(await shop(), store());
  for (const project of ['shop', 'store']) {
    await app.newQuery(project);
    await app.run("insert into customer values (3000, 'committed', null, null)");
  }
  // A browser that finds its record file damaged throws it away; what lies in the file system stays.
  await page.goto('/manifest.webmanifest');
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.deleteDatabase('rowhouse');
        request.onsuccess = () => resolve();
        request.onerror = () => reject(new Error('held'));
      })
  );
  await app.goto();
  await expect(page.getByRole('region', { name: 'Notifications' })).toContainText('2 databases found again');
  for (const project of ['found again', 'found again 2']) {
    await app.project(project).click();
    await app.connected(project);
    expect(await app.query(project, 'select name from customer where id = 3000')).toEqual([['committed']]);
  }
  // A project that is removed stays away.
  await app.project('found again 2').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  await page.getByRole('dialog', { name: /^Confirm/ }).getByRole('button', { name: /^Remove/ }).click();
  await expect(app.project('found again 2')).toHaveCount(0);
  await app.goto();
  await expect(page.locator('[role=treeitem][aria-level="1"]')).toHaveCount(1);
});
