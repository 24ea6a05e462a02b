import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { shopArchive } from '../fixtures/makeArchive';
import { shopDump } from '../fixtures/makeDump';
import { makeSqlite, shopScript } from '../fixtures/makeSqlite';
import { makeTar, storedZstd } from '../fixtures/makeTar';
import { expect, test } from './appTest';

test('an archive of pg_dump asks what of it is wanted, and brings that', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.giveFiles({ name: 'shop.dump', bytes: shopArchive() });
  const dialog = app.page.getByRole('dialog', { name: 'Restore' });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByText('3 relations of 3')).toBeVisible();
  await dialog.getByRole('checkbox', { name: 'Rows of orders' }).uncheck();
  await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
  await app.connected('shop');
  expect(await app.query('shop', "select id, name, (select count(*) from orders) as n from customer order by id")).toEqual([
    ['1', 'Ada', '0'],
    ['2', null, '0'],
    ['3', '', '0']
  ]);
  await decoy.unchanged();
});

test('leaving the dialog of an archive leaves nothing behind; of two, each asks', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.giveFiles({ name: 'one.dump', bytes: shopArchive() }, { name: 'two.dump', bytes: shopArchive({ packing: 'none', places: false }) });
  const dialog = app.page.getByRole('dialog', { name: 'Restore' });
  await expect(dialog).toBeVisible();
  await app.page.keyboard.press('Escape');
  await expect(app.page.locator('[role=treeitem][aria-level="1"]')).toHaveCount(2);
  await expect(dialog).toBeVisible();
  // the button has the focus
  await app.page.keyboard.press('Enter');
  await expect(app.page.locator('[role=treeitem][data-status=connected]')).toHaveCount(2, { timeout: 30_000 });
  const kept = await app.page.locator('[role=treeitem][aria-level="1"]').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.project!));
  const name = kept.find((n) => n !== 'decoy')!;
  expect(await app.query(name, 'select count(*) from orders')).toEqual([['2']]);
  await decoy.unchanged();
});

test('containers are opened by what is in them, each database as a project', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  const database = async (customer: string) => makeSqlite(shopScript(customer, 40));
  const tar = makeTar([
    { name: 'backup/read me.txt', bytes: 'hello' },
    { name: 'backup/east.db', bytes: await database('east') },
    { name: 'backup/west.db.gz', bytes: gzipSync(await database('west')) }
  ]);
  const dump = gzipSync(shopDump('packed twice'));
  await app.giveFiles(
    // no name says what its file is
    { name: 'monday', bytes: storedZstd(tar) },
    { name: 'tuesday.txt', bytes: gzipSync(makeTar([{ name: 'shop.sql.gz', bytes: dump }])) },
    { name: 'alone', bytes: storedZstd(Buffer.from(shopDump('in zstd'))) },
    { name: 'many.zip', bytes: zipSync(Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`${i}.sql`, Buffer.from(`create table t${i} (id integer primary key autoincrement);`)]))) }
  );
  for (const name of ['east', 'west', 'shop', 'alone']) await app.connected(name);
  const many = app.alert.filter({ hasText: 'many.zip' });
  await expect(many).toContainText('13 databases (0.sql, 1.sql, 2.sql, …)');
  await expect(many.getByRole('button', { name: 'Open all 13' })).toBeVisible();
  await expect(app.page.locator('[role=treeitem][aria-level="1"]')).toHaveCount(5);
  for (const name of ['east', 'west']) expect(await app.query(name, `select count(*), min(name) like '${name}%' from customer`)).toEqual([['40', '1']]);
  for (const [name, word] of [['shop', 'packed twice'], ['alone', 'in zstd']] as const) {
    expect(await app.query(name, `select count(*), bool_and(name like '${word}%') from customer`)).toEqual([['50', 't']]);
  }
  await decoy.unchanged();
});

test('a file of pg_dumpall asks which of its databases is wanted', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  const database = (name: string, dump: string) => `--\n-- Database "${name}" dump\n--\n\n\\connect ${name}\n\n${dump}`;
  const cluster = `--\n-- PostgreSQL database cluster dump\n--\n\nCREATE ROLE app;\n\n${database('template1', '')}${database('east', shopDump('east'))}${database('west', `${shopDump('west', 20)}\nCREATE TABLE public.more (a int);\n`)}`;
  await app.giveFiles({ name: 'all.sql', bytes: cluster });
  const dialog = app.page.getByRole('dialog', { name: 'Restore' });
  await expect(dialog.getByRole('radio')).toHaveCount(2);
  await expect(dialog.getByRole('radio', { name: 'west' })).toBeChecked(); // it has more tables
  await dialog.getByRole('radio', { name: 'east' }).check();
  await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
  await app.connected('all');
  expect(await app.query('all', "select count(*), bool_and(name like 'east%') from customer")).toEqual([['50', 't']]);
  await decoy.unchanged();
});

test('of a plain dump it can be chosen what is restored: of one that is open, of its file again, and while it loads', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles({ name: 'store.sql', bytes: shopDump('postgres customer') });
  const dialog = app.page.getByRole('dialog', { name: 'Restore' });
  const choose = async (project: string): Promise<void> => {
    await app.project(project).click({ button: 'right' });
    await app.page.getByRole('menuitem', { name: 'Choose what to restore…' }).click();
  };
  const relations = (project: string) =>
    app.query(project, "select string_agg(relname, ' ' order by relname) from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'S')");

  await choose('store');
  await expect(dialog.getByText('A plain dump, from PostgreSQL 18.1.')).toBeVisible();
  await expect(dialog.getByText('4 relations of 4')).toBeVisible();
  await dialog.getByRole('checkbox', { name: 'customer' }).first().uncheck();
  await dialog.getByRole('checkbox', { name: 'Rows of orders' }).uncheck();
  await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
  await app.connected('store 2');
  expect(await relations('store 2')).toEqual([['dear orders product']]);
  expect(await app.query('store 2', 'select (select count(*) from orders), (select count(*) from product)')).toEqual([['0', '20']]);
  expect(await relations('store')).toEqual([['customer customer_id_seq dear orders product']]);

  // The page is opened anew, and has the file no more.
  await app.page.reload();
  await app.connected('store 2', 'disconnected');
  const asked = app.page.waitForEvent('filechooser');
  await choose('store 2');
  const dump = Buffer.from(shopDump('again', 20));
  await (await asked).setFiles({ name: 'store.sql', mimeType: 'text/plain', buffer: dump });
  await expect(dialog).toBeVisible();
  await app.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(app.page.locator('[role=treeitem][aria-level="1"]')).toHaveCount(3);

  // One that still loads makes way, and leaves its name.
  const rows = Array.from({ length: 600_000 }, (_, at) => `${at}\tlong enough to take a while, a while, a while`).join('\n');
  await app.giveFiles({ name: 'large.sql', bytes: `${shopDump('x')}CREATE TABLE public.much (id integer, note text);\nCOPY public.much FROM stdin;\n${rows}\n\\.\nCREATE INDEX ON public.much (note, id);\n` });
  await app.page.getByRole('button', { name: 'Choose what to restore…' }).first().dblclick();
  await expect(dialog).toBeVisible({ timeout: 30_000 });
  await app.page.keyboard.press('Control+k');
  await dialog.getByRole('checkbox', { name: 'Rows of public' }).uncheck();
  await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
  await app.connected('large');
  await expect(app.page.locator('[role=treeitem][aria-level="1"]')).toHaveCount(4);
  expect(await app.query('large', 'select (select count(*) from much), (select count(*) from customer)')).toEqual([['0', '0']]);
  await app.project('decoy').click();
  await app.connected('decoy');
  await decoy.unchanged();
});
