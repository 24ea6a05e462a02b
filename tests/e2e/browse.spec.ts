import { expect, shop, store, test } from './appTest';
import { makeSqlite } from '../fixtures/makeSqlite';

/** 100,000 rows, and one of every kind of value that SQLite holds. */
const plenty = async () => ({
  name: 'plenty.sqlite',
  bytes: await makeSqlite(`
    create table numbered(id integer primary key, square integer, words text);
    with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)
      insert into numbered select i, i * i, 'row ' || i from n;
    create table kinds(id integer primary key, value);
    insert into kinds values (1, null), (2, ''), (3, 'NULL'), (4, 9223372036854775807), (5, 2.0), (6, 9e999),
      (7, x'00ff10'), (8, cast(x'61ff62' as text)), (9, '{"n":12345678901234567890,"deep":[1,{"a":null}]}'),
      (10, replace(hex(zeroblob(60000)), '00', 'ab')), (11, 'two' || char(10) || 'lines');
  `)
});

for (const [name, file, schema] of [
  ['shop', shop, 'main'],
  ['store', store, 'public']
] as const) {
  test(`${name}: a table is shown, sorted, filtered; a wrong filter leaves the rows`, async ({ app, decoy }) => {
    await app.goto();
    await decoy.open();
    await app.openFiles(await file());
    const grid = await app.openRelation(name, `${schema}.customer`);
    await expect.poll(() => app.rowCount(grid)).toBe(50);
    const first = async () => (await app.cells(grid))[0]?.[0];

    const head = grid.getByRole('columnheader', { name: 'id', exact: true });
    await head.click();
    await expect(head).toHaveAttribute('aria-sort', 'ascending');
    await head.click();
    await expect(head).toHaveAttribute('aria-sort', 'descending');
    await expect.poll(first).toBe('50');

    const filters = app.page.getByRole('group', { name: 'Filters' });
    await filters.getByRole('combobox', { name: 'Column' }).selectOption('city');
    await filters.getByRole('combobox', { name: 'Operator' }).selectOption({ label: 'equals' });
    await filters.getByRole('textbox', { name: 'Value' }).fill('Bath');
    await filters.getByRole('button', { name: 'Add filter' }).click();
    await expect.poll(() => app.rowCount(grid)).toBe(16);
    await expect(app.status).toContainText('16 of 50 rows');

    await app.page.keyboard.press('ControlOrMeta+f');
    const where = filters.getByRole('textbox', { name: 'Where' });
    await expect(where).toBeFocused();
    await where.fill('no_such_column > 1');
    await where.press('Enter');
    await expect(where).toHaveAttribute('aria-invalid', 'true');
    await expect(filters.getByRole('alert')).toContainText('no_such_column');
    await expect.poll(first).toBe('48');
    await where.fill('id < 10');
    await where.press('Enter');
    await expect.poll(() => app.rowCount(grid)).toBe(3);
    await expect(where).not.toHaveAttribute('aria-invalid');

    // How the table is looked at is written within a second, and comes back.
    await app.page.waitForTimeout(1_000);
    await app.page.reload();
    await app.connected(name);
    await expect.poll(() => app.rowCount(app.grid('customer'))).toBe(3);
    await app.page.getByRole('checkbox', { name: 'city = Bath' }).uncheck();
    await expect.poll(() => app.rowCount(app.grid('customer'))).toBe(9);
    await app.connected('decoy', 'disconnected');
    await app.project('decoy').click();
    await app.connected('decoy');
    await decoy.unchanged();
  });
}

test('every kind of value is shown and copied as it is', async ({ app }) => {
  await app.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await app.goto();
  await app.openFiles(await plenty());
  const grid = await app.openRelation('plenty', 'main.kinds');
  await expect.poll(async () => (await app.cells(grid)).length).toBe(11);
  const values = (await app.cells(grid)).map((row) => row[1]);
  expect(values.slice(0, 7)).toEqual([null, '', 'NULL', '9223372036854775807', '2.0', 'Inf', "x'00ff10'"]);
  expect(values[7]).toBe('a\ufffdb');
  expect(values[10]).toBe('two\nlines');

  await grid.locator('[role=gridcell][aria-rowindex="2"][aria-colindex="1"]').click();
  await app.page.keyboard.press('Shift+ArrowRight');
  for (let i = 0; i < 4; i++) await app.page.keyboard.press('Shift+ArrowDown');
  await app.page.keyboard.press('ControlOrMeta+c');
  const clipboard = () => app.page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(clipboard).toBe('1\t\n2\t""\n3\tNULL\n4\t9223372036854775807\n5\t2.0');

  // A value that came cut is brought whole: for the cell view, and for the clipboard.
  await grid.locator('[role=gridcell][aria-rowindex="11"][aria-colindex="2"]').click();
  await app.page.keyboard.press('Space');
  await expect(app.page.getByRole('region', { name: 'Cell value, row 10' })).toContainText('120,000 characters');
  await app.page.keyboard.press('ControlOrMeta+c');
  await expect.poll(async () => (await clipboard()).length).toBe(120_000);
  await app.page.keyboard.press('ArrowUp');
  await expect(app.page.getByRole('region', { name: 'Cell value, row 9' })).toContainText('"n": 12345678901234567890');
});

test('100,000 rows: any place is reached, the place is kept, a large selection is copied', async ({ app }) => {
  await app.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await app.goto();
  await app.openFiles(await plenty());
  const grid = await app.openRelation('plenty', 'main.numbered');
  await expect.poll(() => app.rowCount(grid)).toBe(100_000);
  expect(await grid.locator('[role=gridcell]').count()).toBeLessThan(300);

  await app.page.getByRole('textbox', { name: 'Go to row' }).fill('70000');
  await app.page.keyboard.press('Enter');
  const there = grid.locator('[role=gridcell][aria-rowindex="70001"][aria-colindex="2"]');
  await expect(there).toHaveText('4900000000');

  await app.openRelation('plenty', 'main.kinds');
  await app.page.getByRole('tab', { name: 'numbered — plenty' }).click();
  await expect(there).toBeInViewport();

  await grid.evaluate((element) => (element.scrollTop = element.scrollHeight));
  await expect(grid.locator('[role=gridcell][aria-rowindex="100001"][aria-colindex="3"]')).toHaveText('row 100000');
  await grid.locator('[role=gridcell][aria-rowindex="100001"][aria-colindex="1"]').click();
  await app.page.keyboard.press('ControlOrMeta+Home');
  await app.page.keyboard.press('ControlOrMeta+a');
  await expect(app.page.getByText('300,000 cells')).toBeVisible();
  await app.page.keyboard.press('ControlOrMeta+c');
  const lines = async () => (await app.page.evaluate(() => navigator.clipboard.readText())).split('\n');
  await expect.poll(async () => (await lines()).length, { timeout: 20_000 }).toBe(100_000);
  expect((await lines()).at(-1)).toBe('100000\t10000000000\trow 100000');
});

test('structure and definition of a table', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  await app.openRelation('shop', 'main.orders');
  await app.page.getByRole('radio', { name: 'Structure' }).click();
  const structure = app.page.getByRole('region', { name: 'Structure of orders' });
  await expect(structure.getByRole('table', { name: 'Columns' }).getByRole('row')).toHaveCount(5);
  await expect(structure.getByRole('table', { name: 'Foreign keys' })).toContainText('customer_id → main.customer (id)');
  await expect(structure.getByRole('table', { name: 'Keys and indexes' })).toContainText('orders_customer');
  await app.page.getByRole('radio', { name: 'DDL' }).click();
  await expect(app.page.getByRole('region', { name: 'DDL of orders' })).toContainText('create table orders', { ignoreCase: true });
});
