import { App } from './app';
import { expect, shop, store, test } from './appTest';

for (const [project, open] of [
  ['shop', shop],
  ['store', store]
] as const) {
  const schema = project === 'shop' ? 'main' : 'public';

  test(`${project}: a reload brings back tabs, drafts and what was written`, async ({ app, decoy }) => {
    await app.goto();
    await decoy.open();
    await app.openFiles(await open());
    await app.openRelation(project, `${schema}.customer`);
    await app.newQuery(project);
    await app.run("insert into customer values (1000, 'came later', null, null)");
    await app.write('select 42 as unfinished');
    await app.page.waitForTimeout(1200); // a draft is promised to be kept within a second
    await app.page.reload();

    await app.connected(project);
    await expect(app.project('decoy')).toHaveAttribute('data-status', 'disconnected');
    await expect(app.editor).toContainText('select 42 as unfinished');
    await app.run('select name from customer where id = 1000');
    expect(await app.cells(app.grid('Result'))).toEqual([['came later']]);
    const grid = await app.openRelation(project, `${schema}.customer`);
    await expect.poll(() => app.rowCount(grid)).toBe(51);
    await app.project('decoy').click();
    await app.connected('decoy');
    await decoy.unchanged();
  });

  test(`${project}: a crash of the page loses nothing that was written`, async ({ app }) => {
    await app.goto();
    await app.openFiles(await open());
    await app.newQuery(project);
    for (let at = 1; at <= 5; at++) await app.run(`insert into customer values (${2000 + at}, 'kept ${at}', null, null)`);
    const address = app.page.url();
    const context = app.page.context();
    const crashed = app.page.waitForEvent('crash');
    void app.page.goto('chrome://crash').catch(() => undefined); // it never arrives
    await crashed;
    await app.page.close();

    const again = new App(await context.newPage());
    await again.goto(address);
    await again.connected(project);
    expect(await again.query(project, 'select count(*) from customer where id > 2000')).toEqual([['5']]);
  });

  test(`${project}: a deep link opens its table, and back and forward walk the tabs`, async ({ app }) => {
    await app.goto();
    await app.openFiles(await open());
    await app.openRelation(project, `${schema}.customer`);
    const customer = app.page.url();
    await app.openRelation(project, `${schema}.product`);
    await app.page.goBack();
    await expect(app.grid('customer')).toBeVisible();
    await app.page.goForward();
    await expect(app.grid('product')).toBeVisible();
    await app.goto(customer);
    await app.connected(project);
    await expect(app.grid('customer')).toBeVisible();
    await expect.poll(() => app.rowCount(app.grid('customer'))).toBe(50);
  });

  test(`${project}: a killed worker is replaced, the other database goes on`, async ({ app, decoy }) => {
    await app.goto();
    await decoy.open();
    await app.openFiles(await open());
    await app.openRelation(project, `${schema}.customer`);
    const id = await app.tab(project, 'table').getAttribute('data-connection-id');
    await app.page.evaluate((connectionId) => window.__rowhouse!.kill(connectionId), id!);
    expect(await app.query('decoy', 'select count(*) from customer')).toEqual([['30']]);
    await app.connected(project);
    expect(await app.query(project, 'select count(*) from customer')).toEqual([['50']]);
    expect(await app.tab(project, 'query').getAttribute('data-connection-id')).toBe(id);
    await decoy.unchanged();
  });
}
