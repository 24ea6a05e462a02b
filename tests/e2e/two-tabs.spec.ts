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
    // Its text and result are still there to be looked at; one press takes the database back.
    await expect(app.editor).toContainText('by the first');
    await app.page.getByRole('tabpanel').getByRole('button', { name: 'Reconnect' }).click();
    await app.connected(project);
    expect(await app.query(project, 'select count(*) from customer where id >= 3000')).toEqual([['2']]);
  });
}

const endless = {
  shop: 'with recursive g(i) as (select 1 union all select i + 1 from g) select count(*) from g',
  store: 'select count(*) from generate_series(1, 10) a, generate_series(1, 1000000000) b'
};

for (const [project, open] of [
  ['shop', shop],
  ['store', store]
] as const) {
  test(`${project}: a tab that takes over ends what runs without end in the other, and tells it`, async ({ app, decoy }) => {
    await app.goto();
    await decoy.open();
    await app.openFiles(await open());
    await app.newQuery(project);
    await app.run("insert into customer values (3000, 'before', null, null)");
    await app.start(endless[project]);
    await expect(app.status).toHaveAttribute('data-state', 'running');

    const second = new App(await app.page.context().newPage());
    await second.goto(app.page.url());
    await second.page.getByRole('tabpanel').getByRole('button', { name: 'Take over' }).click();
    // Both are told what is waited for.
    await expect(second.page.getByRole('tabpanel')).toContainText('Waiting until the other browser tab has finished');
    await expect(app.page.getByRole('region', { name: 'Notifications' })).toContainText(`Another browser tab takes ${project} over`);
    await second.connected(project);
    await second.newQuery(project);
    await second.run("insert into customer values (3001, 'after', null, null)");
    expect(await second.query(project, 'select count(*) from customer where id >= 3000')).toEqual([['2']]);

    await app.connected(project, 'error');
    await expect(app.status).not.toHaveAttribute('data-state', 'running');
    await expect(app.page.getByRole('tabpanel').getByRole('alert').first()).toContainText('What ran here was ended');
    // The others of the first tab never noticed.
    expect(await app.query('decoy', 'select count(*) from customer')).toEqual([['30']]);
    await decoy.unchanged();
  });
}

test('a text that was written in the tab that took over is not lost when the first takes back', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  await app.newQuery('shop');
  await app.write('select 1 as by_first');
  const second = new App(await app.page.context().newPage());
  await expect.poll(async () => {
    await second.goto(app.page.url());
    return second.page.getByRole('tab', { name: 'Query — shop' }).count();
  }).toBe(1);
  await second.page.getByRole('tabpanel').getByRole('button', { name: 'Take over' }).click();
  await second.connected('shop');
  await expect(second.editor).toContainText('by_first');
  await second.write('select 2 as by_second');
  await app.page.bringToFront();
  await app.page.getByRole('tabpanel').getByRole('button', { name: 'Reconnect' }).click();
  await app.connected('shop');
  await expect(app.editor).toContainText('by_second');
});

test('both tabs know the same projects: what one makes, renames or removes', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  const second = new App(await app.page.context().newPage());
  await second.goto();
  await app.openFiles(await shop());
  await expect(second.project('shop')).toHaveAttribute('data-status', 'disconnected');
  await app.command('Project settings (shop)');
  const name = app.page.getByRole('dialog', { name: 'Project settings' }).getByLabel('Name');
  await name.fill('corner shop');
  await name.press('Enter');
  await expect(second.project('corner shop')).toBeVisible();
  await expect(second.project('shop')).toHaveCount(0);

  // The second looks at it; then it is removed under its eyes.
  await second.project('corner shop').click();
  await second.page.getByRole('button', { name: 'Look at it here' }).click();
  await second.connected('corner shop');
  await app.page.bringToFront();
  await app.project('corner shop').click({ button: 'right' });
  await app.page.getByRole('menuitem', { name: 'Remove…' }).click();
  await app.page.getByRole('dialog', { name: /^Confirm/ }).getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(app.project('corner shop')).toHaveCount(0);
  await second.page.bringToFront();
  await expect(second.project('corner shop')).toHaveCount(0);
  await expect(second.page.getByText('corner shop was removed in another browser tab')).toBeVisible();
  await expect(second.project('decoy')).toBeVisible();
  await app.page.bringToFront();
  await decoy.unchanged();
});
