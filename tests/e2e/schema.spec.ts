import type { Locator } from '@playwright/test';
import type { App } from './app';
import { expect, shop, store, test } from './appTest';
import { makeSqlite } from '../fixtures/makeSqlite';
import { axeFindings } from './axeFindings';

const form = (app: App, name: string): Locator => app.page.getByRole('form', { name, exact: true });
/** The fields of the column in this place. */
const column = (of: Locator, at: number) => ({
  name: of.getByRole('textbox', { name: 'Name', exact: true }).nth(at),
  type: of.getByRole('combobox', { name: 'Type', exact: true }).nth(at),
  nullable: of.getByRole('checkbox', { name: 'Nullable', exact: true }).nth(at),
  primary: of.getByRole('checkbox', { name: 'Primary key', exact: true }).nth(at),
  default: of.getByRole('textbox', { name: 'Default', exact: true }).nth(at),
  remove: of.getByRole('button', { name: 'Remove column', exact: true }).nth(at)
});

/** The same shop in both engines; the other beside it must come out as it was. */
const cases = [
  { project: 'shop', schema: 'main', other: 'store', otherSchema: 'public', text: 'TEXT', int: 'INTEGER', bigger: 'NUMERIC' },
  { project: 'store', schema: 'public', other: 'shop', otherSchema: 'main', text: 'text', int: 'integer', bigger: 'bigint' }
] as const;

for (const { project, schema, other, otherSchema, text, int, bigger } of cases) {
  test(`${project}: a table is made with a foreign key, and changed, in its connection alone`, async ({ app, decoy }) => {
    test.setTimeout(120_000);
    await app.goto();
    await decoy.open();
    await app.openFiles(await shop(), store());
    const before = await app.query(other, 'select count(*), max(name) from customer');

    await app.command(`New table (${project})`);
    const made = form(app, 'New table');
    await made.getByRole('textbox', { name: 'Table name' }).fill('review');
    await made.getByRole('button', { name: 'Add column' }).click();
    await expect(column(made, 1).name).toBeFocused();
    await column(made, 1).name.fill('customer_id');
    await column(made, 1).type.fill(int.slice(0, 4));
    await app.page.keyboard.press('ArrowDown');
    await expect(app.page.getByRole('option').first()).toHaveAttribute('aria-selected', 'true');
    await app.page.keyboard.press('Escape');
    await expect(app.page.getByRole('option')).toHaveCount(0);
    await column(made, 1).type.fill(int);
    await column(made, 1).nullable.uncheck();
    await column(made, 1).name.press('Alt+Enter');
    await column(made, 2).name.fill('stars');
    await column(made, 2).type.fill(int);
    await column(made, 2).default.fill('5');
    await made.getByRole('button', { name: 'Add foreign key' }).click();
    await made.getByRole('combobox', { name: 'Foreign key columns' }).fill('customer_id');
    await made.getByRole('combobox', { name: 'Target table' }).fill('customer');
    const sql = made.getByRole('region', { name: 'SQL to run' });
    await expect(sql).toContainText(/CREATE TABLE (?:main|public)\.review/);
    await expect(sql).toContainText(/REFERENCES (?:public\.)?customer \(id\)/);
    await expect(sql).toContainText('nothing is lost');
    await made.getByRole('button', { name: 'Create table' }).click();

    await expect(app.relation(project, `${schema}.review`)).toBeVisible();
    await expect(app.relation(other, `${otherSchema}.review`)).toHaveCount(0);
    await expect(app.tab(project, 'table')).toBeVisible();
    await app.command(`Open schema diagram (${project})`);
    await expect(app.page.locator('[data-edge="review.customer_id→customer.id"]')).toHaveCount(1);

    // Rows, so that there is something to lose and to keep.
    await app.newQuery(project);
    await app.run('insert into review (id, customer_id, stars) values (1, 1, 4), (2, 2, null), (3, 1, 3)');

    await app.command(`Edit table ${schema}.review (${project})`);
    const edit = form(app, 'Edit review');
    await expect(edit.getByRole('region', { name: 'SQL to run' })).toContainText('No changes');
    await expect(edit.getByRole('button', { name: 'Apply changes' })).toBeDisabled();
    await column(edit, 2).name.fill('rating');
    await column(edit, 2).type.fill(bigger);
    await edit.getByRole('button', { name: 'Add column' }).click();
    await column(edit, 3).name.fill('words');
    await column(edit, 3).type.fill(text);
    await edit.getByRole('button', { name: 'Apply changes' }).click();
    await expect(edit.getByRole('region', { name: 'SQL to run' })).toContainText('Applied');
    await expect(column(edit, 2).name).toHaveValue('rating');
    expect(await app.query(project, 'select id, customer_id, rating, words from review order by id')).toEqual([
      ['1', '1', '4', null],
      ['2', '2', null, null],
      ['3', '1', '3', null]
    ]);
    await app.write('select r. from review r');
    for (let i = 0; i < ' from review r'.length; i++) await app.page.keyboard.press('ArrowLeft');
    await app.page.keyboard.press('Control+Space');
    await expect(app.page.getByRole('option', { name: /^rating/ })).toBeVisible();
    await app.page.keyboard.press('Escape');

    // What does not fit is shown, and nothing has changed.
    await app.command(`Edit table ${schema}.review (${project})`);
    await column(edit, 2).nullable.uncheck();
    await edit.getByRole('button', { name: 'Apply changes' }).click();
    await expect(app.alert).toContainText('Nothing was changed');
    const rows = edit.getByRole('table', { name: /Rows without a value in rating/ });
    await expect(rows.getByRole('row')).toHaveCount(2);
    await expect(rows).toContainText('NULL');
    await edit.getByRole('button', { name: 'Start over' }).click();

    await column(edit, 2).remove.click();
    await expect(edit.getByRole('region', { name: 'SQL to run' })).toContainText('drops column rating: 2 values');
    await edit.getByRole('button', { name: 'Apply changes' }).click();
    await expect(edit.getByRole('region', { name: 'SQL to run' })).toContainText('Applied');
    await app.command(`Open schema diagram (${project})`);
    const node = app.page.getByRole('group', { name: 'review', exact: true });
    await expect(node).toContainText('words');
    await expect(node).not.toContainText('rating');

    expect(await app.query(other, 'select count(*), max(name) from customer')).toEqual(before);
    await decoy.unchanged();
  });
}

/** Chooses a line of a relation's menu; gives the dialog that it opens. */
async function act(app: App, project: string, relation: string, line: string): Promise<Locator> {
  await app.relation(project, relation).click({ button: 'right' });
  await app.page.getByRole('menuitem', { name: line, exact: true }).click();
  const dialog = app.page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  return dialog;
}

for (const { project, schema, other } of cases) {
  test(`${project}: the tree renames, duplicates, empties and drops, makes and edits views`, async ({ app, decoy }) => {
    test.setTimeout(120_000);
    await app.goto();
    await decoy.open();
    await app.openFiles(await shop(), store());
    const before = await app.query(other, 'select count(*) from orders');

    let dialog = await act(app, project, `${schema}.orders`, 'Duplicate…');
    await dialog.getByRole('textbox', { name: 'Name of the copy' }).fill('orders_2');
    await dialog.getByRole('button', { name: 'Duplicate' }).click();
    await expect(app.relation(project, `${schema}.orders_2`)).toBeVisible();
    expect(await app.query(project, 'select count(*) from orders_2')).toEqual([['200']]);

    dialog = await act(app, project, `${schema}.orders_2`, 'Rename…');
    await dialog.getByRole('textbox', { name: 'New name' }).fill('orders_3');
    await expect(dialog.getByRole('region', { name: 'SQL to run' })).toContainText('RENAME TO orders_3');
    await dialog.getByRole('textbox', { name: 'New name' }).press('Enter');
    await expect(app.relation(project, `${schema}.orders_3`)).toBeVisible();
    await expect(app.relation(project, `${schema}.orders_2`)).toHaveCount(0);

    dialog = await act(app, project, `${schema}.orders_3`, 'Delete all rows…');
    await expect(dialog.getByRole('region', { name: 'SQL to run' })).toContainText('200 rows');
    await dialog.getByRole('button', { name: 'Delete all rows' }).click();
    await expect(dialog).toBeHidden();
    expect(await app.query(project, 'select count(*) from orders_3')).toEqual([['0']]);

    await app.project(project).click({ button: 'right' });
    await app.page.getByRole('menuitem', { name: 'New view…', exact: true }).click();
    dialog = app.page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'View name' }).fill('three');
    await dialog.getByRole('textbox', { name: 'Query', exact: true }).fill('select id from orders_3');
    await dialog.getByRole('button', { name: 'Create view' }).click();
    await expect(app.relation(project, `${schema}.three`)).toBeVisible();

    dialog = await act(app, project, `${schema}.three`, 'Edit view…');
    const definition = dialog.getByRole('textbox', { name: 'Definition', exact: true });
    await expect(definition).toContainText('orders_3');
    await expect(dialog.getByRole('region', { name: 'SQL to run' })).toContainText('No changes');
    await definition.fill(((await definition.innerText()).replace(/\bid\b(?=\s+from)/i, 'id, 7 AS seven')));
    await dialog.getByRole('button', { name: 'Apply changes' }).click();
    await expect(dialog).toBeHidden();
    expect(await app.query(project, 'select count(seven) from three')).toEqual([['0']]);

    dialog = await act(app, project, `${schema}.orders_3`, 'Drop…');
    await expect(dialog.getByRole('list', { name: 'What depends on it' })).toContainText(`view ${schema}.three`);
    if (project === 'store') {
      await dialog.getByRole('button', { name: 'Drop', exact: true }).click();
      await expect(dialog.getByRole('alert')).toContainText('Nothing was changed');
      await dialog.getByRole('checkbox').check();
    } else {
      // In SQLite the view would be left broken, so it goes first.
      await dialog.getByRole('button', { name: 'Drop', exact: true }).click();
      await expect(dialog.getByRole('alert')).toContainText('three');
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      dialog = await act(app, project, `${schema}.three`, 'Drop…');
      await dialog.getByRole('button', { name: 'Drop', exact: true }).click();
      await expect(dialog).toBeHidden();
      dialog = await act(app, project, `${schema}.orders_3`, 'Drop…');
    }
    await dialog.getByRole('button', { name: 'Drop', exact: true }).click();
    await expect(app.relation(project, `${schema}.orders_3`)).toHaveCount(0);

    await app.command(`Delete all rows of ${schema}.product (${project})`);
    await expect(app.page.getByRole('dialog', { name: 'Delete all rows of product' })).toBeVisible();
    await app.page.keyboard.press('Escape');
    await app.command(`Maintenance (${project})`);
    dialog = app.page.getByRole('dialog', { name: 'Maintenance' });
    for (const task of project === 'shop' ? ['Check integrity', 'Check foreign keys', 'Analyze', 'Reindex', 'Vacuum'] : ['Analyze', 'Vacuum', 'Reindex', 'Table sizes']) {
      await dialog.getByRole('button', { name: `Run ${task}`, exact: true }).click();
      await expect(dialog.getByRole('listitem').filter({ hasText: task }).first().getByRole('status')).toContainText(/Done in/);
    }
    await dialog.getByRole('button', { name: 'Done' }).click();

    expect(await app.query(other, 'select count(*) from orders')).toEqual(before);
    await decoy.unchanged();
  });
}

for (const { project, schema, other } of cases) {
  test(`${project}: a migration stands in the history and is undone from there, with its rows`, async ({ app, decoy }) => {
    await app.goto();
    await decoy.open();
    await app.openFiles(await shop(), store());
    const rows = await app.query(project, 'select count(*), max(name) from customer');
    await app.command(`Edit table ${schema}.customer (${project})`);
    const edit = form(app, 'Edit customer');
    const names = edit.getByRole('textbox', { name: 'Name', exact: true });
    await expect(names.first()).toBeVisible();
    const at = await names.evaluateAll((inputs) => inputs.findIndex((input) => (input as HTMLInputElement).value === 'name'));
    await column(edit, at).remove.click();
    await edit.getByRole('button', { name: 'Apply changes' }).click();
    await expect(edit.getByRole('region', { name: 'SQL to run' })).toContainText('Applied');
    await app.newQuery(project);
    await app.run('create table later (a integer)');

    await app.command(`History (${project})`);
    const entry = app.page.getByRole('list', { name: 'History' }).getByRole('listitem').filter({ hasText: 'Migration: ' });
    await expect(entry).toContainText('name');
    await entry.getByRole('button', { name: 'Undo this commit' }).click();
    const dialog = app.page.getByRole('alertdialog').or(app.page.getByRole('dialog'));
    await expect(dialog).toContainText('came after it');
    await dialog.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect(app.relation(project, `${schema}.later`)).toHaveCount(0);
    expect(await app.query(project, 'select count(*), max(name) from customer')).toEqual(rows);
    expect(await app.query(other, 'select count(*) from customer')).toEqual([[rows[0]![0]!]]);
    await decoy.unchanged();
  });
}

test('schemas and types of Postgres are made and dropped', async ({ app }) => {
  await app.goto();
  await app.openFiles(store());
  const open = async (line: string): Promise<Locator> => {
    await app.project('store').click({ button: 'right' });
    await app.page.getByRole('menuitem', { name: line, exact: true }).click();
    return app.page.getByRole('dialog');
  };
  let dialog = await open('New type…');
  await dialog.getByRole('textbox', { name: 'Type name' }).fill('mood');
  await dialog.getByRole('textbox', { name: /Labels/ }).fill("so so\nit's fine");
  await dialog.getByRole('button', { name: 'Create type' }).click();
  await expect(dialog).toBeHidden();
  expect(await app.query('store', "select 'it''s fine'::mood")).toEqual([["it's fine"]]);
  dialog = await open('Drop type…');
  await dialog.getByRole('combobox', { name: 'Type' }).selectOption('mood');
  await dialog.getByRole('button', { name: 'Drop', exact: true }).click();
  await expect(dialog).toBeHidden();
  dialog = await open('New schema…');
  await dialog.getByRole('textbox', { name: 'Schema name' }).fill('Side Room');
  await dialog.getByRole('button', { name: 'Create schema' }).click();
  await expect(app.page.getByRole('treeitem', { name: /^Side Room/ })).toBeVisible();
});

test('the diagram keeps its arrangement, shows what is around a table, exports, and drafts foreign keys', async ({ app, decoy }) => {
  test.setTimeout(120_000);
  await app.goto();
  await decoy.open();
  await app.openFiles(store());
  await app.newQuery('store');
  await app.run('create table visit (id integer primary key, who integer, only_one integer unique references customer (id)); create table lonely (id integer primary key)');
  await app.command('Open schema diagram (store)');
  const diagram = app.page.getByRole('region', { name: 'Diagram of public' });
  const node = (name: string) => diagram.getByRole('group', { name, exact: true });
  await expect(node('visit')).toBeVisible();

  // Dragged and collapsed, kept over a reload.
  const before = (await node('lonely').boundingBox())!;
  await app.page.mouse.move(before.x + 30, before.y + 10);
  await app.page.mouse.down();
  await app.page.mouse.move(before.x + 90, before.y + 70, { steps: 5 });
  await app.page.mouse.up();
  await node('orders').focus();
  await app.page.keyboard.press('c');
  await expect(node('orders')).not.toContainText('customer_id');
  const placeOf = (name: string) => node(name).evaluate((n) => (n as HTMLElement).style.transform);
  const place = await placeOf('lonely');
  await app.page.waitForTimeout(700); // the bound within which an arrangement is written
  await app.page.reload();
  await expect(node('lonely')).toBeVisible();
  expect(await placeOf('lonely')).toBe(place);
  await expect(node('orders')).not.toContainText('customer_id');

  await diagram.getByRole('searchbox', { name: 'Find a table' }).fill('visit');
  // from close by: what is around is shown whole
  for (let i = 0; i < 8; i++) await diagram.getByRole('button', { name: 'Zoom in' }).click();
  await diagram.getByRole('combobox', { name: 'Around visit' }).selectOption('1');
  await expect(node('lonely')).toHaveCount(0);
  for (const name of ['visit', 'customer']) await expect(node(name)).toBeInViewport({ ratio: 1 });
  // only those whose name holds the text
  await diagram.getByRole('combobox', { name: 'Around visit' }).selectOption('named');
  await expect(diagram.getByRole('group')).toHaveCount(1);
  await diagram.getByRole('combobox', { name: 'Around visit' }).selectOption('');

  await diagram.getByRole('button', { name: 'Full screen' }).click();
  await expect.poll(() => diagram.evaluate((element) => document.fullscreenElement?.contains(element) ?? false)).toBe(true);
  await diagram.getByRole('button', { name: 'Full screen' }).click();
  await expect.poll(() => app.page.evaluate(() => document.fullscreenElement === null)).toBe(true);

  // by the keyboard: one stop of the Tab key, walked and moved by the arrows; one that is hidden comes back
  await app.page.keyboard.press('ControlOrMeta+f');
  await expect(diagram.getByRole('searchbox', { name: 'Find a table' })).toBeFocused();
  await diagram.getByRole('button', { name: 'Full screen' }).focus();
  await app.page.keyboard.press('Tab');
  await expect(diagram.locator('[role=group]:focus')).toHaveCount(1);
  await expect(diagram.locator('[role=group][tabindex="0"]')).toHaveCount(1);
  await node('customer').focus();
  const stood = await placeOf('customer');
  await app.page.keyboard.press('Shift+ArrowDown');
  await expect.poll(() => placeOf('customer')).not.toBe(stood);
  await expect(node('customer')).toBeFocused();
  await diagram.getByRole('button', { name: 'Arrange' }).click();
  await expect.poll(() => placeOf('customer')).toBe(stood);
  // Not the search: that would open the keyboard of a phone.
  await expect(diagram.getByRole('radiogroup', { name: 'Columns' }).getByRole('radio', { checked: true })).toBeFocused();
  await node('customer').focus();
  await app.page.keyboard.press('ArrowDown');
  await expect(node('lonely')).toBeFocused();
  await expect(node('visit')).toHaveAttribute('aria-description', '3 columns. visit points to customer.');
  await app.page.keyboard.press('h');
  await expect(node('lonely')).toHaveCount(0);
  await expect(node('orders')).toBeFocused();
  await diagram.getByRole('button', { name: 'Show 1 hidden' }).click();
  await expect(node('lonely')).toBeVisible();

  for (const [line, file, text] of [
    ['SVG picture', 'public.svg', /<svg [\s\S]*>visit<[\s\S]*only_one/],
    ['PNG picture', 'public.png', /^.PNG/],
    ['Mermaid', 'public.mmd', /erDiagram[\s\S]*customer \|o--o\| visit : "only_one"/],
    ['DBML', 'public.dbml', /Table visit \{[\s\S]*Ref: visit\.only_one - customer\.id/],
    ['SQL', 'public.sql', /CREATE TABLE public\.customer[\s\S]*CREATE TABLE public\.visit/]
  ] as const) {
    const download = app.page.waitForEvent('download');
    await diagram.getByRole('button', { name: 'Export the diagram' }).click();
    await app.page.getByRole('menuitem', { name: line, exact: true }).click();
    expect((await download).suggestedFilename()).toBe(file);
    const parts: Buffer[] = [];
    for await (const part of await (await download).createReadStream()) parts.push(part as Buffer);
    expect(Buffer.concat(parts).toString('latin1')).toMatch(text);
  }

  // From a column to a column: the form of the child, with the key drafted and nothing run.
  await diagram.getByRole('button', { name: 'Fit' }).click();
  await app.page.waitForTimeout(300);
  const from = node('visit').locator('[data-column=who]');
  await from.hover();
  const grip = (await from.locator('.grip').boundingBox())!;
  const to = (await node('customer').locator('[data-column=id]').boundingBox())!;
  await app.page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
  await app.page.mouse.down();
  await app.page.mouse.move(to.x + 20, to.y + to.height / 2, { steps: 6 });
  await app.page.mouse.up();
  const edit = form(app, 'Edit visit');
  await expect(edit.getByRole('region', { name: 'SQL to run' })).toContainText('FOREIGN KEY (who) REFERENCES public.customer (id)');
  await edit.getByRole('button', { name: 'Apply changes' }).click();
  await expect(edit.getByRole('region', { name: 'SQL to run' })).toContainText('Applied');
  await app.command('Open schema diagram (store)');
  await expect(app.page.locator('[data-edge="visit.who→customer.id"]')).toHaveCount(1);

  await node('customer').focus();
  await app.page.keyboard.press('Enter');
  await expect(app.tab('store', 'table')).toBeVisible();
  // The reload left it disconnected.
  await app.project('decoy').click();
  await app.connected('decoy');
  await decoy.unchanged();
});

test('partitions are tables of a diagram, and are folded into what they divide when that is wanted', async ({ app }) => {
  await app.goto();
  await app.openFiles(store());
  await app.command('Open schema diagram (store)');
  const diagram = app.page.getByRole('region', { name: 'Diagram of public' });
  const node = (name: string) => diagram.getByRole('group', { name, exact: true });
  const edge = (label: string) => diagram.locator(`[data-edge="${label}"]`);
  const fold = diagram.getByRole('button', { name: 'Fold partitions' });
  await expect(node('orders')).toBeVisible();
  await expect(fold).toHaveCount(0);
  await app.newQuery('store');
  await app.run(
    'create table sale (who integer, year integer) partition by list (year); create table sale_2025 partition of sale for values in (2025); ' +
      'create table sale_2026 partition of sale for values in (2026); alter table sale_2026 add foreign key (who) references customer (id)'
  );
  await app.command('Open schema diagram (store)');
  for (const name of ['sale', 'sale_2025', 'sale_2026']) await expect(node(name)).toBeVisible();
  await expect(edge('sale_2026.who→customer.id')).toHaveCount(1);
  await expect(fold).toHaveAttribute('aria-pressed', 'false');
  await fold.click();
  await expect(node('sale')).toContainText('2 partitions');
  await expect(node('sale_2026')).toHaveCount(0);
  await expect(edge('sale.who→customer.id')).toHaveCount(1);
  await app.page.waitForTimeout(700); // the bound within which an arrangement is written
  await app.page.reload();
  await expect(node('sale')).toContainText('2 partitions');
  await expect(fold).toHaveAttribute('aria-pressed', 'true');
  await fold.click();
  await expect(node('sale_2026')).toBeVisible();
  await expect(edge('sale_2026.who→customer.id')).toHaveCount(1);
});

test('from afar a diagram of many tables is boxes that can be lit, walked and opened', async ({ app }) => {
  const tables = Array.from({ length: 240 }, (_, i) => `create table t${i} (id integer primary key, up integer references t${i >> 1}(id), a, b, c, d);`);
  await app.goto();
  await app.openFiles({ name: 'many.sqlite', bytes: await makeSqlite(tables.join('')) });
  await app.command('Open schema diagram (many)');
  const diagram = app.page.getByRole('region', { name: 'Diagram of main' });
  const node = (name: string) => diagram.getByRole('group', { name, exact: true });
  await expect(diagram.getByRole('group')).toHaveCount(240);
  await expect(diagram.locator('.svelte-flow__node')).toHaveCount(0);
  await node('t7').hover();
  await expect(app.status).toContainText('t7 points to t3; t14, t15 point to t7');
  await expect(node('t3')).toHaveClass(/neighbour/);
  expect(await axeFindings(app.page, 'a diagram from afar')).toEqual([]);
  // walking goes near, and the focus goes with it from box to table
  await node('t7').focus();
  await app.page.keyboard.press('ArrowDown');
  await expect(node('t8')).toContainText('INTEGER');
  await expect(node('t8')).toBeFocused();
  await expect(diagram.locator('[role=group][tabindex="0"]')).toHaveCount(1);
  await diagram.getByRole('button', { name: 'Fit' }).click();
  await expect(diagram.getByRole('group')).toHaveCount(240);
  await node('t9').click();
  await expect(app.tab('many', 'table')).toHaveAttribute('aria-label', /^t9 /);
});

test('the keyboard is led through the form of a table; a draft of it, unfinished twice over, comes back after a reload', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  await app.command('New table (shop)');
  await expect(form(app, 'New table').getByRole('textbox', { name: 'Table name' })).toBeFocused();
  await app.page.keyboard.insertText('kept');
  const add = form(app, 'New table').getByRole('button', { name: 'Add foreign key' });
  const keys = form(app, 'New table').getByRole('combobox', { name: 'Foreign key columns' });
  // what is missing is said once for each, in the same words
  for (const nth of [0, 1]) {
    await add.press('Enter');
    await expect(keys.nth(nth)).toBeFocused();
  }
  await expect(form(app, 'New table').getByRole('region', { name: 'SQL to run' }).getByText('A foreign key points to no table.')).toHaveCount(2);
  const remove = form(app, 'New table').getByRole('button', { name: 'Remove foreign key' });
  await add.press('Enter');
  await remove.last().press('Enter');
  await expect(remove.nth(1)).toBeFocused();
  await form(app, 'New table').getByRole('button', { name: 'Add column' }).click();
  await column(form(app, 'New table'), 1).name.fill('later');
  await app.page.waitForTimeout(1000); // the bound within which a draft is written
  await app.page.reload();
  await expect(form(app, 'New table').getByRole('textbox', { name: 'Table name' })).toHaveValue('kept');
  await expect(column(form(app, 'New table'), 1).name).toHaveValue('later');
  await expect(keys).toHaveCount(2);
  await column(form(app, 'New table'), 1).remove.press('Enter');
  await expect(column(form(app, 'New table'), 0).remove).toBeFocused();
  await remove.first().press('Enter');
  await remove.first().press('Enter');
  await expect(add).toBeFocused();
});

for (const size of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
  test(`${size.width} wide: the form of a table passes axe with everything open`, async ({ app }) => {
    await app.goto();
    await app.openFiles(store());
    await app.command('Edit table public.orders (store)');
    const edit = form(app, 'Edit orders');
    await expect(column(edit, 0).name).toBeVisible();
    for (const name of ['Add foreign key', 'Add unique key', 'Add check', 'Add index', 'Add trigger']) await edit.getByRole('button', { name }).click();
    await edit.getByRole('button', { name: /^More of/ }).first().click();
    await column(edit, 1).type.fill('uuid');
    await column(edit, 2).remove.click();
    await app.page.setViewportSize(size);
    expect(await axeFindings(app.page, 'the form')).toEqual([]);
  });
}
