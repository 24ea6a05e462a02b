import type { App } from './app';
import { expect, shop, store, test } from './appTest';
import { axeFindings } from './axeFindings';

/** A query that ends only when it is stopped. */
const endless = 'with recursive t(n) as (select 1 union all select n + 1 from t) select count(*) from t';
const button = (app: App, name: string) => app.page.getByRole('button', { name, exact: true });
/** The stretch of a result tab that is in front. */
const shown = (app: App) => app.page.getByRole('group', { name: 'Results' }).locator('[aria-pressed=true]');

test('Run takes the statement at the cursor, the selection, or all', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles(await shop());
  await app.newQuery('shop');
  await app.write('select 1 as one;\n\n-- name: Second\nselect 2 as two;\nselect 3 as three');

  await app.page.keyboard.press('ControlOrMeta+Enter');
  await expect(app.status).toHaveAttribute('data-run', '1');
  await expect(app.status).toHaveAttribute('data-state', 'done');
  await expect(app.grid('Result').getByRole('columnheader', { name: 'three', exact: true })).toBeVisible();
  await expect(app.grid('Result 2')).toHaveCount(0);

  await app.page.keyboard.press('ArrowUp');
  await button(app, 'Run').click();
  await expect(app.status).toHaveAttribute('data-run', '2');
  await expect(app.grid('Result').getByRole('columnheader', { name: 'two', exact: true })).toBeVisible();
  await expect(shown(app)).toHaveText(/Second\s*1 row$/);

  await app.editor.focus();
  await app.page.keyboard.press('ControlOrMeta+Home');
  await app.page.keyboard.press('Shift+End');
  await app.page.keyboard.press('ControlOrMeta+Enter');
  await expect(app.status).toHaveAttribute('data-run', '3');
  await expect(app.grid('Result').getByRole('columnheader', { name: 'one', exact: true })).toBeVisible();

  await app.page.keyboard.press('ControlOrMeta+Shift+Enter');
  await expect(app.status).toHaveAttribute('data-run', '4');
  for (const [name, value] of [['Result', '1'], ['Result 2', '2'], ['Result 3', '3']] as const) {
    await expect(app.grid(name)).toBeVisible();
    await expect.poll(() => app.cells(app.grid(name))).toEqual([[value]]);
  }
  await decoy.unchanged();
});

for (const project of ['shop', 'store'] as const) {
  test.describe(project, () => {
    test.beforeEach(async ({ app }) => {
      await app.goto();
      await app.openFiles(project === 'shop' ? await shop() : store());
      await app.newQuery(project);
    });

    test('statements without rows say what they did', async ({ app }) => {
      await app.run("create table memo(a integer, b text); insert into memo values (1, 'x'), (2, null), (3, ''); select * from memo");
      expect(await app.cells(app.grid('Result'))).toEqual([['1', 'x'], ['2', null], ['3', '']]);
      await app.page.getByRole('group', { name: 'Results' }).getByRole('button', { name: /^Messages/ }).click();
      await expect(app.page.getByRole('region', { name: 'Messages' })).toContainText(/INSERT 3 rows, \d/);
      await expect(app.status).toContainText('3 rows');
    });

    test('an error says where, keeps what ran, and its fix runs on', async ({ app }) => {
      await app.run('-- name: All\nselect id from customer;\n\nselect c.id,\n  c.nmae\nfrom customer as c order by id', 'failed');
      const alert = app.page.getByRole('alert');
      await expect(alert).toContainText(/nmae/);
      await expect(alert).toContainText(`${project} stopped at statement 2 of 2, line 5, column 3. Statement 1 ran and kept its rows; nothing was written.`);
      await expect(app.page.locator('.cm-lintRange-error')).toHaveText('c.nmae');
      await expect(app.grid('Result')).toBeVisible();

      await button(app, 'Go to line 5').click();
      await expect(app.editor).toBeFocused();
      await button(app, 'Use c.name and run').click();
      await expect(app.status).toHaveAttribute('data-run', '2');
      await expect(app.status).toHaveAttribute('data-state', 'done');
      await expect(app.editor).toContainText('c.name');
      await expect(app.grid('Result').getByRole('columnheader', { name: 'name', exact: true })).toBeVisible();
      await expect(app.grid('Result 2')).toHaveCount(0);
    });

    test('cancel is said at once, and the tab takes the next query', async ({ app }) => {
      await app.start(endless);
      await expect(app.status).toHaveAttribute('data-state', 'running');
      await button(app, 'Cancel').click();
      expect(await app.status.getAttribute('data-state')).toBe('cancelled');
      await expect(app.page.getByText('Nothing of what was stopped had been committed.')).toBeVisible();
      await app.run('select 42 as answer');
      await expect.poll(() => app.cells(app.grid('Result'))).toEqual([['42']]);
    });

    test('the rows of a result that its worker took along say so, and can be had again', async ({ app }) => {
      await app.run('select id from customer order by id');
      await app.newQuery(project);
      await app.start(endless);
      await expect(app.status).toHaveAttribute('data-state', 'running');
      await button(app, 'Cancel').click();
      await app.run('select 1');
      await app.page.getByRole('tab', { name: `Query — ${project}`, exact: true }).click();
      await expect(app.page.getByText('went with the worker that held it')).toBeVisible();
      await expect.poll(() => app.rowCount(app.grid('Result'))).toBe(50);
      await button(app, 'Run again').click();
      await expect(app.page.getByText('went with the worker that held it')).toHaveCount(0);
      await expect.poll(() => app.rowCount(app.grid('Result'))).toBe(50);
    });

    test('an open transaction is loud, until it is rolled back', async ({ app }) => {
      await app.run("begin; update customer set name = 'gone' where id > 0");
      const bar = app.page.getByRole('group', { name: 'Open transaction' });
      await expect(bar).toContainText(`A transaction is open in ${project}.`);
      await bar.getByRole('button', { name: 'Roll back' }).click();
      await expect(bar).toHaveCount(0);
      await app.run("select count(*) from customer where name = 'gone'");
      expect(await app.cells(app.grid('Result'))).toEqual([['0']]);
    });

    test('the plan, and its measures without a trace', async ({ app }) => {
      await app.write("update customer set name = 'measured'");
      await button(app, 'Explain').click();
      const plan = app.page.getByRole('region', { name: 'Plan' });
      await expect(plan.getByRole('table')).toContainText(/customer/);
      await button(app, 'Analyze').click();
      await expect(app.page.getByText('Measured inside a transaction that was rolled back')).toBeVisible();
      await app.run("select count(*) from customer where name = 'measured'");
      expect(await app.cells(app.grid('Result'))).toEqual([['0']]);
    });

    test('completion knows the columns, and what DDL adds', async ({ app }) => {
      const options = app.page.locator('.cm-tooltip-autocomplete [role=option]');
      await app.run('alter table customer add column nickname text');
      await app.write('select c. from customer c');
      await app.page.keyboard.press('Home');
      for (let i = 0; i < 9; i++) await app.page.keyboard.press('ArrowRight');
      await app.page.keyboard.type('nick', { delay: 30 });
      await expect(options.first()).toContainText('nickname');
      await app.page.waitForTimeout(150); // a list that has just opened takes no key
      await app.page.keyboard.press('Tab');
      await expect(app.editor).toHaveText('select c.nickname from customer c');
    });
  });
}

test('Format lays out, and leaves what it cannot read', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  await app.newQuery('shop');
  await app.write('SELECT id, name FROM customer WHERE id<3 AND name IS NOT NULL');
  await button(app, 'Format').click();
  await expect(app.editor).toContainText('WHERE');
  await expect(app.page.locator('.cm-line').first()).toHaveText('SELECT');
  await app.run('select 1');
  await app.write('select ((( from');
  await button(app, 'Format').click();
  await expect(app.page.getByText('could not be formatted and stays as it is')).toBeVisible();
  await expect(app.editor).toHaveText('select ((( from');
});

test('text comes back after a reload, and after its tab was closed', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  await app.newQuery('shop');
  await app.write("select 'kept'");
  await app.page.waitForTimeout(1000); // what is promised
  await app.page.reload();
  await expect(app.editor).toHaveText("select 'kept'");
  await app.editor.click();
  await app.page.keyboard.press('End');
  await app.page.keyboard.type(' as x');
  await app.page.getByRole('tab', { name: 'Query — shop' }).locator('[aria-label="Close Query"]').click();
  await app.command('Reopen closed tab');
  await expect(app.editor).toHaveText("select 'kept' as x");
});

test('a million rows come back without a long task on the page', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  await app.newQuery('shop');
  await app.page.evaluate(() => {
    const long: number[] = [];
    (window as unknown as { longTasks: number[] }).longTasks = long;
    new PerformanceObserver((list) => long.push(...list.getEntries().map((e) => e.duration))).observe({ type: 'longtask' });
  });
  await app.run('with recursive t(n) as (select 1 union all select n + 1 from t where n < 1000000) select n, n * 2, n || \'x\' from t');
  await expect.poll(() => app.rowCount(app.grid('Result'))).toBe(1_000_000);
  const longest = await app.page.evaluate(() => Math.max(0, ...(window as unknown as { longTasks: number[] }).longTasks));
  test.info().annotations.push({ type: 'longest task', description: `${Math.round(longest)} ms` });
  await app.grid('Result').focus();
});

test('every state of a query tab passes axe', async ({ app }) => {
  test.setTimeout(180_000);
  const clean = async (state: string): Promise<void> => expect(await axeFindings(app.page, state)).toEqual([]);
  await app.goto();
  await app.openFiles(store());
  await app.newQuery('store');
  await clean('empty');
  await app.run("begin; -- name: Rows\nselect * from customer; do $$ begin raise notice 'a notice'; end $$; select 1 as x");
  await clean('results');
  await app.page.getByRole('button', { name: /^Messages/ }).click();
  await clean('messages');
  await app.run('rollback; select c.nmae from customer c', 'failed');
  await clean('error');
  await app.write('select * from customer c join orders o on true order by c.name');
  await button(app, 'Explain').click();
  await expect(app.page.getByRole('table', { name: 'Steps of the plan' })).toBeVisible();
  await clean('plan');
  await app.editor.click();
  await app.page.keyboard.press('ControlOrMeta+f');
  await expect(app.page.getByRole('textbox', { name: 'Find' })).toBeFocused();
  await clean('search');
  await app.page.keyboard.press('Escape');
  await app.write('select * from cust');
  await app.page.keyboard.type('o');
  await expect(app.page.locator('.cm-tooltip-autocomplete')).toBeVisible();
  await clean('completion');
  await app.start(endless);
  await expect(app.page.getByRole('progressbar')).toBeVisible();
  await clean('running');
  await button(app, 'Cancel').click();
  await clean('cancelled');
});
