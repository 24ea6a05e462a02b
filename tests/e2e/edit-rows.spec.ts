import type { Locator } from '@playwright/test';
import { cell, type App } from './app';
import { expect, shop, store, test } from './appTest';

const commitButton = (app: App, n: number): Locator =>
  app.page.getByRole('button', { name: n === 1 ? 'Commit 1 change' : `Commit ${n.toLocaleString('en')} changes`, exact: true });

/** Pastes text into what has the focus, as the browser does. */
async function paste(app: App, text: string, asRows = false): Promise<void> {
  await app.page.evaluate(
    ([data, shift]) => {
      const target = document.activeElement!;
      target.dispatchEvent(new KeyboardEvent('keydown', { key: 'v', ctrlKey: true, shiftKey: shift, bubbles: true, cancelable: true }));
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', data);
      target.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    },
    [text, asRows] as const
  );
}

for (const [name, file, schema] of [
  ['shop', shop, 'main'],
  ['store', store, 'public']
] as const) {
  test(`${name}: rows are added, copied, deleted, undone, redone and committed`, async ({ app, decoy }) => {
    await app.goto();
    await decoy.open();
    await app.openFiles(await file());
    const grid = await app.openRelation(name, `${schema}.customer`);
    await cell(grid, 5, 1).click();
    await app.page.keyboard.press('ControlOrMeta+Backspace');
    await expect(cell(grid, 5, 2)).toHaveAttribute('data-staged', 'delete');
    await cell(grid, 7, 2).click();
    await app.page.keyboard.press('ControlOrMeta+d');
    await expect(cell(grid, 1, 2)).toHaveAttribute('data-staged', 'insert');
    await expect(cell(grid, 1, 2)).toHaveText(/customer 7/);
    await expect(grid.locator('[data-staged="insert"]')).toHaveCount(4);

    await app.page.getByRole('button', { name: 'Add row', exact: true }).click();
    await expect(commitButton(app, 3)).toBeVisible();
    // The first letter typed begins the edit.
    await cell(grid, 2, 1).click();
    await app.page.keyboard.type('77');
    await app.page.keyboard.press('Tab');
    await app.page.keyboard.type('Nova');
    await app.page.keyboard.press('Enter');
    await expect(cell(grid, 2, 2)).toHaveText('Nova');
    // An edit of a new row is the new row.
    await expect(commitButton(app, 3)).toBeVisible();

    for (let i = 0; i < 3; i++) await app.page.keyboard.press('ControlOrMeta+z');
    await expect(commitButton(app, 2)).toBeVisible();
    for (let i = 0; i < 3; i++) await app.page.keyboard.press('ControlOrMeta+Shift+z');
    await expect(cell(grid, 2, 2)).toHaveText('Nova');
    if (name === 'store') {
      // Its key has no default there: the copy gets one by hand.
      await cell(grid, 1, 1).click();
      await app.page.keyboard.type('76');
      await app.page.keyboard.press('Enter');
    }
    await app.page.keyboard.press('ControlOrMeta+s');
    // Orders point to the row that goes: nothing of the commit is made, and nothing of it is lost.
    await expect(app.status).toHaveAttribute('data-state', 'failed');
    await expect(app.alert.first()).toContainText(/foreign key/i);
    await expect(commitButton(app, 3)).toBeVisible();
    await grid.getByRole('rowheader', { name: /to be deleted/ }).click();
    await app.page.getByRole('button', { name: 'Review changes', exact: true }).click();
    await app.page.getByRole('button', { name: /^Discard Delete/ }).click();
    await app.page.keyboard.press('ControlOrMeta+s');
    await expect(commitButton(app, 2)).toHaveCount(0);
    expect(await app.query(name, "select count(*) from customer where name = 'Nova' and id = 77")).toEqual([['1']]);
    await decoy.unchanged();
  });
}

test('a block from a spreadsheet goes over cells, beyond the last row as new rows, and fills a selection', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  const grid = await app.openRelation('shop', 'main.customer');
  await cell(grid, 1, 2).click();
  await paste(app, 'Ann\tLeeds\nBob\t\n"Cy ""C"""\t"two\nlines"');
  await expect(cell(grid, 1, 2)).toHaveText('Ann');
  await expect(cell(grid, 1, 3)).toHaveText('Leeds');
  await expect(cell(grid, 2, 3)).toHaveAttribute('data-null', '');
  await expect(cell(grid, 3, 2)).toHaveText('Cy "C"');
  await expect(commitButton(app, 3)).toBeVisible();
  await app.page.keyboard.press('ControlOrMeta+z');
  await expect(commitButton(app, 3)).toHaveCount(0);

  // One value fills what is selected; the first one fills down.
  await cell(grid, 1, 3).click();
  await app.page.keyboard.press('Shift+ArrowDown');
  await app.page.keyboard.press('Shift+ArrowDown');
  await paste(app, 'Hull');
  await expect(cell(grid, 3, 3)).toHaveText('Hull');
  await cell(grid, 1, 3).click();
  await app.page.keyboard.press('Shift+ArrowDown');
  await app.page.keyboard.press('Shift+ArrowDown');
  await app.page.keyboard.press('Shift+ArrowDown');
  await app.page.keyboard.press('ControlOrMeta+Shift+d');
  await expect(cell(grid, 4, 3)).toHaveText('Hull');

  await paste(app, 'name\tcity\nZoe\tRome\nYan\tOslo', true);
  await expect(cell(grid, 1, 2)).toHaveText('Zoe');
  await expect(cell(grid, 2, 3)).toHaveText('Oslo');
  await app.page.keyboard.press('ControlOrMeta+s');
  await expect(app.status).toHaveAttribute('data-state', 'done');
  expect(await app.query('shop', "select name, city from customer where name in ('Zoe', 'Yan') order by name")).toEqual([['Yan', 'Oslo'], ['Zoe', 'Rome']]);
  expect(await app.query('shop', "select count(*) from customer where city = 'Hull'")).toEqual([['4']]);
});

test('10,000 rows are pasted without a task over 50 ms, committed, and undone from the history', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  const grid = await app.openRelation('shop', 'main.customer');
  await cell(grid, 1, 1).click();
  await app.page.evaluate(() => {
    const long: number[] = [];
    new PerformanceObserver((list) => long.push(...list.getEntries().map((e) => e.duration))).observe({ type: 'longtask' });
    (window as unknown as { long: number[] }).long = long;
  });
  const text = Array.from({ length: 10_000 }, (_, i) => `${1000 + i}\tpasted ${i}\tcity ${i % 9}\tnote ${i}`).join('\n');
  await paste(app, text, true);
  await expect(commitButton(app, 10_000)).toBeVisible({ timeout: 60_000 });
  const long = await app.page.evaluate(() => (window as unknown as { long: number[] }).long);
  test.info().annotations.push({ type: 'long tasks', description: JSON.stringify(long) });
  await app.page.keyboard.press('ControlOrMeta+s');
  await expect(commitButton(app, 10_000)).toHaveCount(0, { timeout: 60_000 });
  expect(await app.query('shop', "select count(*) from customer where name like 'pasted%'")).toEqual([['10000']]);
});

for (const [name, file, schema, pause] of [
  ['shop', shop, 'main', 0],
  ['store', store, 'public', 80]
] as const) {
  test(`${name}: the page is killed while it commits: all of it is there or nothing, and then it is still staged`, async ({ app, decoy }) => {
    await app.goto();
    await decoy.open();
    await app.openFiles(await file());
    const grid = await app.openRelation(name, `${schema}.customer`);
    await cell(grid, 1, 1).click();
    await paste(app, Array.from({ length: 4_000 }, (_, i) => `${10_000 + i}\tpasted ${i}`).join('\n'), true);
    await expect(commitButton(app, 4_000)).toBeVisible({ timeout: 60_000 });
    // What is staged is written within a second.
    await app.page.waitForTimeout(2_000);
    await app.page.keyboard.press('ControlOrMeta+s');
    await app.page.waitForTimeout(pause);
    await app.page.reload();
    await app.connected(name);
    const count = async (): Promise<string> => (await app.query(name, "select count(*) from customer where name like 'pasted%'"))[0]![0]!;
    const made = await count();
    expect(['0', '4000']).toContain(made);
    if (made === '0') {
      await expect(commitButton(app, 4_000)).toBeVisible();
      await app.page.keyboard.press('ControlOrMeta+s');
      await expect(commitButton(app, 4_000)).toHaveCount(0, { timeout: 60_000 });
      expect(await count()).toBe('4000');
    }
    // After a reload only what is looked at is connected.
    await app.project('decoy').click();
    await app.connected('decoy');
    await decoy.unchanged();
  });
}
