import type { App } from './app';
import { expect, shop, store, test } from './appTest';
import { axeFindings } from './axeFindings';

/** Each view, and how to come to it with `shop` and `store` open. */
const views: { name: string; show: (app: App) => Promise<unknown> }[] = [
  {
    name: 'home',
    show: async (app) => {
      // By its link: a reload would disconnect what is open.
      await app.page.getByRole('link', { name: 'Rowhouse' }).click();
      await expect(app.page.getByRole('heading', { name: 'Open a database' })).toBeVisible();
    }
  },
  {
    name: 'the menu of a project',
    show: async (app) => {
      await app.project('shop').click({ button: 'right' });
      await expect(app.page.getByRole('menu')).toBeVisible();
    }
  },
  { name: 'a table', show: (app) => app.openRelation('shop', 'main.customer') },
  {
    name: 'a query with a result',
    show: async (app) => {
      await app.newQuery('store');
      await app.run('select * from customer');
    }
  },
  {
    name: 'a query that failed',
    show: async (app) => {
      await app.newQuery('shop');
      await app.run('select nothing_such', 'failed');
    }
  },
  {
    name: 'the commands',
    show: async (app) => {
      await app.page.keyboard.press('ControlOrMeta+k');
      await expect(app.page.getByRole('dialog', { name: 'Commands' })).toBeVisible();
    }
  },
  {
    name: 'the projects',
    show: async (app) => {
      await app.page.keyboard.press('ControlOrMeta+p');
      await expect(app.page.getByRole('dialog', { name: 'Projects' })).toBeVisible();
    }
  },
  {
    name: 'a cell that is edited',
    show: async (app) => {
      const grid = await app.openRelation('shop', 'main.customer');
      await grid.locator('[role=gridcell][aria-rowindex="2"][aria-colindex="2"]').dblclick();
      await expect(app.page.getByRole('textbox', { name: 'Edit name' })).toBeFocused();
    }
  },
  {
    name: 'the columns of a table, one hidden and one frozen',
    show: async (app) => {
      const grid = await app.openRelation('store', 'public.customer');
      for (const [name, act] of [['name', 'Hide'], ['city', 'Freeze to the left']] as const) {
        await grid.getByRole('columnheader', { name, exact: true }).click({ button: 'right' });
        await app.page.getByRole('menuitem', { name: act, exact: true }).click();
      }
      await app.page.getByRole('button', { name: 'Columns, 1 hidden', exact: true }).click();
      await expect(app.page.getByRole('dialog', { name: 'Columns', exact: true })).toBeVisible();
    }
  },
  {
    name: 'filters in a group, and a row as a form',
    show: async (app) => {
      await app.openRelation('store', 'public.orders');
      await app.page.getByRole('button', { name: 'Add group', exact: true }).click();
      await app.page.getByRole('textbox', { name: 'Value' }).fill('1');
      await app.page.getByRole('button', { name: 'Add filter', exact: true }).click();
      await app.page.getByRole('button', { name: 'Row as a form', exact: true }).click();
      await expect(app.page.getByRole('region', { name: /^Row 1 of orders/ })).toBeVisible();
    }
  },
  {
    name: 'the calendar of a date',
    show: async (app) => {
      await app.newQuery('store');
      await app.run("create table if not exists kinds (id int primary key, at timestamptz, list text[]); insert into kinds values (1, '2026-01-31', '{a,b}') on conflict do nothing");
      const grid = await app.openRelation('store', 'public.kinds');
      await grid.locator('[role=gridcell][aria-rowindex="2"][aria-colindex="2"]').dblclick();
      await expect(app.page.getByRole('grid', { name: 'January 2026' })).toBeVisible();
    }
  },
  {
    name: 'a table with staged rows',
    show: async (app) => {
      const grid = await app.openRelation('shop', 'main.customer');
      for (const [row, key] of [[2, 'Backspace'], [3, 'ControlOrMeta+Backspace'], [4, 'ControlOrMeta+d']] as const) {
        await grid.locator(`[role=gridcell][aria-rowindex="${row}"][aria-colindex="4"]`).click();
        await app.page.keyboard.press(key);
      }
      await expect(grid.locator('[data-staged=insert]').first()).toBeVisible();
    }
  },
  {
    name: 'a foreign key that is chosen',
    show: async (app) => {
      const grid = await app.openRelation('shop', 'main.orders');
      await grid.locator('[role=gridcell][aria-rowindex="2"][aria-colindex="2"]').dblclick();
      await expect(app.page.locator('[role=option]').first()).toBeVisible();
    }
  },
  { name: 'staged changes', show: (app) => app.command('Staged changes (shop)') },
  { name: 'history', show: (app) => app.command('History (shop)') },
  {
    name: 'the restore points',
    show: async (app) => {
      await app.newQuery('shop');
      await app.run('create table made (a integer)');
      await app.run('insert into made values (1)');
      await app.command('Restore points (shop)');
      await expect(app.page.getByRole('dialog', { name: 'Restore points' }).getByRole('listitem')).toHaveCount(3);
    }
  },
  { name: 'the diagram', show: (app) => app.command('Open schema diagram (shop)') },
  { name: 'a new table', show: (app) => app.command('New table (shop)') },
  { name: 'the structure of a table', show: (app) => app.command('Edit table main.customer (shop)') },
  { name: 'an import', show: (app) => app.command('Import into main.customer (shop)') },
  { name: 'the settings of a project', show: (app) => app.command('Project settings (shop)') },
  {
    name: 'an address of no project',
    show: async (app) => {
      await app.page.goto('/p/nothing/table/main/t');
      await expect(app.page.getByRole('banner')).toBeVisible();
    }
  }
];

// the longest of all files: its tests are shared out
test.describe.configure({ mode: 'parallel' });

for (const size of [
  { width: 1440, height: 900 },
  { width: 390, height: 844 }
]) {
  test(`${size.width} wide: every view passes axe in both themes`, async ({ app }) => {
    test.setTimeout(240_000);
    // set up wide, look narrow: what is in the drawer is reached by the keyboard's own ways
    await app.goto();
    await app.openFiles(await shop(), store());
    const found: string[] = [];
    for (const { name, show } of views) {
      await app.page.setViewportSize({ width: 1440, height: 900 });
      await show(app);
      await app.page.setViewportSize(size);
      found.push(...(await axeFindings(app.page, name)));
      await app.page.keyboard.press('Escape');
    }
    expect(found).toEqual([]);
  });
}
