import { App } from './app';
import { expect, shop, store, test } from './appTest';

for (const [project, open] of [
  ['shop', shop],
  ['store', store]
] as const) {
  test(`${project}: a second browser tab is told so, and may take over; never two writers`, async ({ app }) => {
    await app.goto();
    await app.openFiles(await open());
    await app.newQuery(project);
    await app.run("insert into customer values (3000, 'by the first', null, null)");

    const second = new App(await app.page.context().newPage());
    await second.goto(app.page.url());
    const takeOver = second.page.getByRole('button', { name: /take (?:it )?over/i }).first();
    await expect(takeOver).toBeVisible();
    await expect(second.page.getByRole('tabpanel').getByRole('alert')).toContainText(project);
    await takeOver.click();
    await second.connected(project);
    await expect(app.project(project)).not.toHaveAttribute('data-status', 'connected');
    expect(await second.query(project, 'select name from customer where id = 3000')).toEqual([['by the first']]);
    await second.newQuery(project);
    await second.run("insert into customer values (3001, 'by the second', null, null)");

    await app.page.bringToFront();
    const back = app.page.getByRole('button', { name: /reconnect|take (?:it )?over/i }).first();
    await back.click();
    const again = app.page.getByRole('button', { name: /take (?:it )?over/i }).first();
    if (await again.isVisible({ timeout: 2000 }).catch(() => false)) await again.click();
    await app.connected(project);
    expect(await app.query(project, 'select count(*) from customer where id >= 3000')).toEqual([['2']]);
  });
}
