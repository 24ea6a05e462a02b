import AxeBuilder from '@axe-core/playwright';
import type { Locator } from '@playwright/test';
import type { App } from './app';
import { expect, shop, store, test } from './appTest';

const cases = [
  {
    project: 'shop',
    schema: 'main',
    other: 'store',
    make: `create table log (what text);
           create index orders_when on orders (customer_id);
           create trigger noted after update on customer begin insert into log values ('first'); end;`
  },
  {
    project: 'store',
    schema: 'public',
    other: 'shop',
    make: `create table log (what text);
           create index orders_when on orders (customer_id);
           create function note() returns trigger language plpgsql as $f$ begin insert into log values ('first'); return new; end $f$;
           create trigger noted after update on customer for each row execute function note();
           create function twice(i integer) returns integer language sql as 'select i * 2';
           create view doubled as select twice(id) as two from customer;
           create sequence loose; create type mood as enum ('sad', 'happy');`
  }
] as const;

const treeitem = (app: App, name: RegExp): Locator => app.page.getByRole('treeitem', { name });
const sqlToRun = (dialog: Locator): Locator => dialog.getByRole('region', { name: 'SQL to run' });

for (const { project, schema, other, make } of cases) {
  test(`${project}: indexes, triggers and functions stand in the tree, open, change and go`, async ({ app, decoy }) => {
    await app.goto();
    await decoy.open();
    await app.openFiles(await shop(), store());
    await app.newQuery(project);
    await app.run(make);
    const isPostgres = project === 'store';

    // A table's groups open by need.
    await app.relation(project, `${schema}.customer`).focus();
    await app.page.keyboard.press('ArrowRight');
    await treeitem(app, /^Triggers of customer, 1$/).click();
    const trigger = treeitem(app, /^noted, trigger, after update/);
    await expect(trigger).toBeVisible();
    await trigger.click();
    let dialog = app.page.getByRole('dialog', { name: 'Trigger noted' });
    const editor = dialog.getByRole('textbox', { name: 'Definition', exact: true });
    await expect(editor).toContainText('noted');
    await expect(sqlToRun(dialog)).toContainText('No changes');
    expect((await new AxeBuilder({ page: app.page }).analyze()).violations).toEqual([]);
    const before = await editor.innerText();
    await editor.fill(before.replace(/after\s+update/i, 'AFTER INSERT').replace("'first'", "'second'"));
    // Escape closes it; what was typed is a draft.
    await app.escape(dialog);
    await trigger.click();
    await expect(editor).toContainText('AFTER INSERT');
    await dialog.getByRole('button', { name: 'Begin anew' }).click();
    await expect(editor).toBeFocused();
    await expect(sqlToRun(dialog)).toContainText('No changes');
    await editor.fill(before.replace(/after\s+update/i, 'AFTER INSERT').replace("'first'", "'second'"));
    await expect(sqlToRun(dialog)).toContainText(isPostgres ? 'CREATE OR REPLACE TRIGGER' : 'DROP TRIGGER');
    await dialog.getByRole('button', { name: 'Apply changes' }).click();
    await expect(dialog).toBeHidden();
    await expect(treeitem(app, /^noted, trigger, after insert/)).toBeVisible();
    await app.newQuery(project);
    await app.run("insert into customer (id, name) values (1001, 'x'); update customer set name = 'y' where id = 1001");
    expect(await app.query(project, 'select what from log')).toEqual([[isPostgres ? 'first' : 'second']]);

    if (isPostgres) {
      // By the keyboard alone: the palette finds it, Ctrl Enter applies it.
      await app.page.keyboard.press('ControlOrMeta+k');
      await app.page.keyboard.insertText('function public.twice');
      await expect(app.page.getByRole('option').first()).toContainText('Function public.twice(i integer) (store)');
      await app.page.keyboard.press('Enter');
      dialog = app.page.getByRole('dialog', { name: 'Function twice' });
      await expect(dialog.getByRole('list', { name: 'What depends on it' })).toContainText('view public.doubled');
      const text = dialog.getByRole('textbox', { name: 'Definition', exact: true });
      await text.fill((await text.innerText()).replace('(i integer)', '(i integer, by integer DEFAULT 10)').replace('i * 2', 'i * by'));
      await expect(sqlToRun(dialog)).toContainText('DROP VIEW public.doubled');
      await expect(sqlToRun(dialog)).toContainText('Makes the view doubled again');
      await app.page.keyboard.press('ControlOrMeta+Enter');
      await expect(dialog).toBeHidden();
      expect(await app.query(project, 'select min(two) from doubled')).toEqual([['10']]);
    }

    // One kind alone, and the filter among it.
    await app.page.getByRole('button', { name: 'Kinds that are shown' }).click();
    await app.page.getByRole('menuitemcheckbox', { name: 'Indexes' }).click();
    await expect(treeitem(app, /^orders_when, index/)).toBeVisible();
    await app.page.getByRole('searchbox').fill('when');
    await expect(treeitem(app, /^orders_when, index/)).toHaveCount(1);
    await treeitem(app, /^orders_when, index/).click({ button: 'right' });
    await app.page.getByRole('menuitem', { name: 'Drop…', exact: true }).click();
    dialog = app.page.getByRole('dialog', { name: 'Drop index orders_when' });
    await expect(sqlToRun(dialog)).toContainText(`DROP INDEX ${schema}.orders_when`);
    await dialog.getByRole('button', { name: 'Drop', exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(treeitem(app, /^orders_when, index/)).toHaveCount(0);
    await app.page.getByRole('button', { name: /^Kinds that are shown/ }).click();
    await app.page.getByRole('menuitemcheckbox', { name: 'Everything' }).click();
    await app.page.getByRole('searchbox').fill('');

    // What is new begins with a statement to write over.
    await app.relation(project, `${schema}.product`).click({ button: 'right' });
    await app.page.getByRole('menuitem', { name: 'New index…', exact: true }).click();
    dialog = app.page.getByRole('dialog', { name: 'New index on product' });
    const definition = dialog.getByRole('textbox', { name: 'Definition', exact: true });
    await definition.fill((await definition.innerText()).replace('()', '(price)'));
    await expect(sqlToRun(dialog)).toContainText(/CREATE INDEX .*product_idx/);
    // Escape closes it, and loses nothing of what was typed; another table's begins anew.
    await app.escape(dialog);
    await app.relation(project, `${schema}.orders`).click({ button: 'right' });
    await app.page.getByRole('menuitem', { name: 'New index…', exact: true }).click();
    await expect(app.page.getByRole('dialog', { name: 'New index on orders' }).getByRole('textbox', { name: 'Definition', exact: true })).toContainText('orders_idx');
    await app.page.keyboard.press('Escape');
    await app.relation(project, `${schema}.product`).click({ button: 'right' });
    await app.page.getByRole('menuitem', { name: 'New index…', exact: true }).click();
    await expect(dialog.getByRole('status')).toContainText('What you typed before is here again');
    await expect(definition).toContainText('(price)');
    await dialog.getByRole('button', { name: 'Create index' }).click();
    await expect(dialog).toBeHidden();
    await app.relation(project, `${schema}.product`).click();
    await app.page.getByRole('radio', { name: 'Structure' }).click();
    const structure = app.page.getByRole('region', { name: 'Structure of product' });
    await expect(structure).toContainText('product_idx');
    await expect(structure.getByRole('table', { name: 'Depends on it' })).toContainText(`${schema}.dear`);
    await app.page.getByRole('button', { name: 'Change product' }).click();
    await app.page.getByRole('menuitem', { name: 'Edit table…', exact: true }).click();
    await expect(app.page.getByRole('form', { name: 'Edit product' })).toBeVisible();
    await app.relation(project, `${schema}.product`).click();
    if (isPostgres) await expect(structure).toContainText('kB with its indexes');

    if (isPostgres) {
      for (const [group, name, kind] of [['Sequences', 'loose', 'Sequence'], ['Types', 'mood', 'Type'], ['Extensions', 'plpgsql', 'Extension']] as const) {
        await treeitem(app, new RegExp(`^${group} of`)).click();
        await treeitem(app, new RegExp(`^${name}, `)).click();
        dialog = app.page.getByRole('dialog', { name: `${kind} ${name}` });
        await expect(dialog.getByRole('region', { name: `DDL of ${name}` })).toContainText(new RegExp(`CREATE ${kind}`, 'i'));
        await app.page.keyboard.press('Escape');
        await expect(dialog).toBeHidden();
      }
    }
    expect(await app.query(other, 'select count(*) from customer where id = 1001')).toEqual([['0']]);
    await decoy.unchanged();
  });
}
