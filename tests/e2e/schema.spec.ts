import AxeBuilder from '@axe-core/playwright';
import type { Locator } from '@playwright/test';
import type { App } from './app';
import { expect, shop, store, test } from './appTest';

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

test('a draft of a table comes back after a reload', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop());
  await app.command('New table (shop)');
  await form(app, 'New table').getByRole('textbox', { name: 'Table name' }).fill('kept');
  await form(app, 'New table').getByRole('button', { name: 'Add column' }).click();
  await column(form(app, 'New table'), 1).name.fill('later');
  await app.page.waitForTimeout(1000); // the bound within which a draft is written
  await app.page.reload();
  await expect(form(app, 'New table').getByRole('textbox', { name: 'Table name' })).toHaveValue('kept');
  await expect(column(form(app, 'New table'), 1).name).toHaveValue('later');
});

for (const scheme of ['light', 'dark'] as const) {
  for (const size of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
    test.describe(`${scheme}, ${size.width} wide`, () => {
      test.use({ colorScheme: scheme });
      test('the form of a table passes axe with everything open', async ({ app }) => {
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
        await app.page.waitForTimeout(150);
        const { violations } = await new AxeBuilder({ page: app.page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
        expect(violations.map((v) => `${v.id}: ${v.nodes[0]?.html.slice(0, 200)}`)).toEqual([]);
        if (process.env.SHOTS) await app.page.screenshot({ path: `${process.env.SHOTS}/form-${scheme}-${size.width}.png` });
      });
    });
  }
}
