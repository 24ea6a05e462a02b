import type { Locator } from '@playwright/test';
import type { App } from './app';
import { expect, shop, store, test } from './appTest';
import { axeFindings } from './axeFindings';

interface NewKind {
  /** The line of the menu, without "New" and the dots. */
  line: string;
  /** Of the project, or of a relation by its name. */
  on?: string;
  dialog: string;
  button: string;
  name?: string;
  text?: string | ((template: string) => string);
  /** What its SQL says. */
  sql: RegExp;
}

const both = (schema: string): NewKind[] => [
  { line: 'view', dialog: 'New view', button: 'Create view', name: 'seen', text: 'select id, name from customer', sql: /CREATE VIEW/ },
  { line: 'index', on: 'product', dialog: 'New index on product', button: 'Create index', text: (t) => t.replace('()', '(price)'), sql: /CREATE INDEX/ },
  { line: 'trigger', on: 'product', dialog: 'New trigger on product', button: 'Create trigger', sql: /CREATE TRIGGER/ },
  { line: 'trigger', on: 'seen', dialog: 'New trigger on seen', button: 'Create trigger', sql: new RegExp(`INSTEAD OF UPDATE ON ${schema === 'main' ? '' : 'public.'}seen`) }
];

const cases: { project: string; schema: string; kinds: NewKind[] }[] = [
  { project: 'shop', schema: 'main', kinds: both('main') },
  {
    project: 'store',
    schema: 'public',
    kinds: [
      ...both('public'),
      { line: 'materialized view', dialog: 'New materialized view', button: 'Create view', name: 'kept', text: 'select id from customer', sql: /CREATE MATERIALIZED VIEW/ },
      { line: 'schema', dialog: 'New schema', button: 'Create schema', name: 'beside', sql: /CREATE SCHEMA beside/ },
      { line: 'type', dialog: 'New type', button: 'Create type', name: 'mood', text: "sad\nit's ok", sql: /AS ENUM \('sad', 'it''s ok'\)/ },
      ...(['composite type', 'function', 'procedure', 'sequence', 'domain', 'extension'] as const).map(
        (line): NewKind => ({ line, dialog: `New ${line}`, button: `Create ${line.replace('composite ', '')}`, sql: new RegExp(`CREATE ${line.replace('composite ', '')}`, 'i') })
      )
    ]
  }
];

/** Opens the dialog of a new object, and fills it in. */
async function begin(app: App, project: string, schema: string, kind: NewKind): Promise<Locator> {
  const row = kind.on === undefined ? app.project(project) : app.relation(project, `${schema}.${kind.on}`);
  await row.click({ button: 'right' });
  await app.page.getByRole('menuitem', { name: `New ${kind.line}…`, exact: true }).click();
  const dialog = app.page.getByRole('dialog', { name: kind.dialog, exact: true });
  if (kind.name !== undefined) await dialog.getByRole('textbox', { name: /name$/ }).fill(kind.name);
  if (kind.text !== undefined) {
    const box = dialog.getByRole('textbox', { name: /^(?:Query|Definition|Labels, one a line)$/ });
    await box.fill(typeof kind.text === 'string' ? kind.text : kind.text(await box.innerText()));
  }
  await expect(dialog.getByRole('region', { name: 'SQL to run' })).toContainText(kind.sql);
  return dialog;
}

for (const { project, schema, kinds } of cases) {
  test(`${project}: each new kind is made by its dialog, copied as DDL, and only shown where nothing may be written`, async ({ app, decoy }) => {
    test.setTimeout(150_000);
    await app.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await app.goto();
    await decoy.open();
    await app.openFiles(project === 'shop' ? await shop() : store());
    for (const kind of kinds) {
      const dialog = await begin(app, project, schema, kind);
      await dialog.getByRole('button', { name: kind.button, exact: true }).click();
      await expect(dialog).toBeHidden();
    }
    await expect(app.relation(project, `${schema}.seen`)).toBeVisible();

    // all that stands in the tree can be copied as what makes it
    const clipboard = () => app.page.evaluate(() => navigator.clipboard.readText());
    const copied = async (row: Locator, makes: RegExp): Promise<void> => {
      await app.page.evaluate(() => navigator.clipboard.writeText(''));
      await row.click({ button: 'right' });
      await app.page.getByRole('menuitem', { name: 'Copy DDL', exact: true }).click();
      await expect.poll(clipboard).toMatch(makes);
    };
    await copied(app.relation(project, `${schema}.product`), /^CREATE TABLE[\s\S]*product_idx[\s\S]*product_changed/);
    await copied(app.relation(project, `${schema}.seen`), /^CREATE VIEW[\s\S]*INSTEAD OF/);
    await app.page.getByRole('searchbox', { name: 'Filter tables and columns' }).fill('new_');
    const found = project === 'store' ? (['function', 'procedure', 'sequence', 'domain', 'type'] as const) : [];
    for (const kind of found) await copied(app.page.getByRole('treeitem', { name: new RegExp(`^new_${kind}\\b`) }), new RegExp(`^CREATE (?:OR REPLACE )?${kind}`, 'i'));
    await app.page.getByRole('searchbox', { name: 'Filter tables and columns' }).fill('product_idx');
    await copied(app.page.getByRole('treeitem', { name: /^product_idx, index/ }), /^CREATE INDEX/);
    await app.page.getByRole('searchbox', { name: 'Filter tables and columns' }).fill('product_changed');
    await copied(app.page.getByRole('treeitem', { name: /^product_changed, trigger/ }), /^CREATE TRIGGER/);

    if (project === 'store') {
      // a comment, seen where the object is shown
      await app.page.getByRole('searchbox', { name: 'Filter tables and columns' }).fill('product_idx');
      await app.page.getByRole('treeitem', { name: /^product_idx, index/ }).click({ button: 'right' });
      await app.page.getByRole('menuitem', { name: 'Comment…', exact: true }).click();
      const comment = app.page.getByRole('dialog', { name: 'Comment of product_idx', exact: true });
      await comment.getByRole('textbox', { name: 'Comment' }).fill("it's fast");
      await comment.getByRole('button', { name: 'Set comment' }).click();
      await expect(comment).toBeHidden();
      await app.page.getByRole('treeitem', { name: /^product_idx, index/ }).click();
      const shown = app.page.getByRole('dialog', { name: 'Index product_idx' });
      await expect(shown).toContainText("it's fast");
      await app.page.keyboard.press('Escape');
    }
    await app.page.getByRole('searchbox', { name: 'Filter tables and columns' }).fill('');

    // read only: each is shown with its SQL, and none runs
    await app.command(`Project settings (${project})`);
    const settings = app.page.getByRole('dialog', { name: 'Project settings' });
    const toggle = settings.getByRole('switch', { name: 'Read-only', exact: true });
    await toggle.click();
    await expect(toggle).toHaveAttribute('aria-checked', 'true');
    await expect(toggle).toBeEnabled();
    await settings.getByRole('button', { name: 'Done', exact: true }).click();
    await app.connected(project);
    for (const kind of kinds) {
      const dialog = await begin(app, project, schema, { ...kind, ...(kind.name === undefined ? {} : { name: `${kind.name}2` }) });
      await expect(dialog).toContainText('read-only');
      await expect(dialog.getByRole('button', { name: kind.button, exact: true })).toBeDisabled();
      await app.escape(dialog);
    }
    await decoy.unchanged();
  });
}

for (const size of [
  { width: 1440, height: 900 },
  { width: 390, height: 844 }
]) {
  test(`${size.width} wide: what changes the schema passes axe in both themes`, async ({ app }) => {
    test.setTimeout(150_000);
    await app.goto();
    await app.openFiles(await shop(), store());
    await app.newQuery('store');
    await app.run("create view two as select id from customer; create function twice(i integer) returns integer language sql as 'select i * 2'");
    const found: string[] = [];
    const look = async (state: string, part: Locator, show: () => Promise<unknown>): Promise<void> => {
      await app.page.setViewportSize({ width: 1440, height: 900 });
      await show();
      await expect(part).toBeVisible();
      await app.page.setViewportSize(size);
      found.push(...(await axeFindings(app.page, state)));
      await app.page.keyboard.press('Escape');
    };
    const dialog = (name: string | RegExp) => app.page.getByRole('dialog', { name });
    const menu = async (row: Locator, line: string): Promise<void> => {
      await row.click({ button: 'right' });
      await app.page.getByRole('menuitem', { name: line, exact: true }).click();
    };
    await look('a view that is edited', dialog('View two').getByRole('textbox', { name: 'Definition', exact: true }), () => menu(app.relation('store', 'public.two'), 'Edit view…'));
    await look('a drop with what depends on it', dialog('Drop customer').getByRole('list', { name: 'What depends on it' }), () => menu(app.relation('store', 'public.customer'), 'Drop…'));
    await look('maintenance', dialog('Maintenance').getByRole('status').first(), async () => {
      await menu(app.project('shop'), 'Maintenance…');
      await dialog('Maintenance').getByRole('button', { name: 'Run Check integrity' }).click();
    });
    await look('a new database from a design', dialog('Start from a design'), () => app.command('New database from a design'));
    await look('a table that is made', app.page.getByRole('region', { name: 'SQL to run' }), async () => {
      await app.command('New table (store)');
      await app.page.getByRole('textbox', { name: 'Table name' }).fill('made');
      await app.page.getByRole('button', { name: 'Add foreign key' }).click();
    });
    await look('a table that is changed', app.page.getByRole('region', { name: 'SQL to run' }).getByText(/Drops column/), async () => {
      await app.command('Edit table public.customer (store)');
      await app.page.getByRole('form', { name: 'Edit customer' }).getByRole('button', { name: 'Remove column', exact: true }).last().click();
    });
    await look('the structure of a table', app.page.getByRole('region', { name: 'Structure of orders' }), async () => {
      await app.relation('store', 'public.orders').click();
      await app.page.getByRole('radio', { name: 'Structure' }).click();
    });
    await look('a diagram with a table that is found', app.page.getByRole('combobox', { name: 'Around orders' }), async () => {
      await app.command('Open schema diagram (store)');
      await app.page.getByRole('searchbox', { name: 'Find a table' }).fill('orders');
    });
    expect(found).toEqual([]);
  });
}
