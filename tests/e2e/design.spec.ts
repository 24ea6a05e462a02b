import AxeBuilder from '@axe-core/playwright';
import { expect, shop, test } from './appTest';

const DESIGN = `Enum status {
  open
  done
}

Table customer {
  id int [pk, increment]
  name varchar(80) [not null]
}

Table orders {
  id int [pk]
  customer_id int [ref: > customer.id]
  status status [default: 'open']
}
`;

for (const [engine, schema] of [['Postgres', 'public'], ['SQLite', 'main']] as const) {
  test(`a design in DBML becomes a new database of ${engine}`, async ({ app, decoy }) => {
    await app.goto();
    await decoy.open();
    await app.openFiles(await shop());
    await app.command('New database from a design');
    const dialog = app.page.getByRole('dialog', { name: 'Start from a design' });
    const text = dialog.getByRole('textbox', { name: 'Design in DBML or SQL' });
    await expect(text).toBeFocused();
    await dialog.getByRole('radio', { name: engine }).click();
    await dialog.getByRole('textbox', { name: 'Name of the database' }).fill('planned');
    await text.fill(DESIGN.replace('customer.id]', 'client.id]'));
    await expect(dialog).toContainText('Line 13: There is no table client.');
    await expect(dialog.getByRole('button', { name: 'Create database' })).toBeDisabled();
    await text.fill(DESIGN);
    await expect(dialog).toContainText('DBML, 2 tables, 1 relationship, 1 enum');
    await expect(dialog.getByRole('region', { name: 'SQL to run' })).toContainText(`CREATE TABLE ${schema}.orders`);
    expect((await new AxeBuilder({ page: app.page }).analyze()).violations).toEqual([]);
    await dialog.getByRole('button', { name: 'Create database' }).click();
    await app.connected('planned');
    expect(await app.query('planned', "insert into customer (name) values ('a'); insert into orders (id, customer_id) values (1, 1); select customer_id, status from orders")).toEqual([['1', 'open']]);
    await app.command('Open schema diagram (planned)');
    await expect(app.page.locator('[data-edge="orders.customer_id→customer.id"]')).toHaveCount(1);
    await decoy.unchanged();
  });
}

test('a design in SQL runs as it is', async ({ app }) => {
  await app.goto();
  await app.page.getByRole('button', { name: 'Start from a design…' }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Start from a design' });
  await dialog.getByRole('radio', { name: 'SQLite' }).click();
  await dialog.getByRole('textbox', { name: 'Design in DBML or SQL' }).fill("create table a (x); insert into a values ('ref: b'), (2);");
  await expect(dialog).toContainText('SQL, 2 statements, run as it is');
  await dialog.getByRole('button', { name: 'Create database' }).click();
  await app.connected('design');
  expect(await app.query('design', 'select count(*) from a')).toEqual([['2']]);
});
