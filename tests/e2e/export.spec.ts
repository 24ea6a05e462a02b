import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { expect, shop, store, test } from './appTest';
import { axeFindings } from './axeFindings';

/** Chooses a format in the open dialog and gives what is downloaded. */
async function exportAs(page: Page, format: string): Promise<{ name: string; bytes: Buffer }> {
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await dialog.getByRole('combobox', { name: 'Format' }).selectOption({ label: format });
  const waiting = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  const download = await waiting;
  await expect(dialog).toBeHidden();
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

for (const engine of ['sqlite', 'postgres'] as const) {
  test(`[${engine}] a table goes out with its filters, by the palette and the toolbar`, async ({ app, decoy }) => {
    await app.goto();
    await decoy.open();
    const file = await (engine === 'sqlite' ? shop() : store());
    await app.openFiles(file);
    const [project, schema] = engine === 'sqlite' ? ['shop', 'main'] : ['store', 'public'];
    await app.openRelation(project!, `${schema}.customer`);
    const where = app.page.getByRole('textbox', { name: 'Where' });
    await where.fill('id <= 2');
    await where.press('Enter');
    await expect.poll(async () => app.rowCount(app.grid('customer'))).toBe(2);
    await app.command(`Export ${schema}.customer (${project})`);
    const csv = await exportAs(app.page, 'CSV');
    expect(csv.name).toBe('customer.csv');
    const lines = csv.bytes.toString('utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]!.startsWith('id,')).toBe(true);
    expect(lines[1]).toContain(engine === 'sqlite' ? 'sqlite customer' : 'postgres customer');
    await app.page.getByRole('button', { name: 'Export…' }).click();
    const xlsx = await exportAs(app.page, 'Excel (.xlsx)');
    expect(xlsx.bytes.subarray(0, 2).toString()).toBe('PK');
    await app.command(`Export ${schema}.customer (${project})`);
    // What was chosen last is chosen again.
    await expect(app.page.getByRole('dialog', { name: 'Export' }).getByRole('combobox', { name: 'Format' })).toHaveValue('xlsx');
    await app.page.keyboard.press('Escape');
    await decoy.unchanged();
  });
}

test('a result and a selection go out, also to the clipboard; the dialog passes axe', async ({ app, decoy, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await app.goto();
  await decoy.open();
  await app.openFiles(await shop());
  await app.query('shop', 'SELECT 1 AS a, NULL AS b UNION ALL SELECT 9223372036854775807, 9');
  await app.page.getByRole('button', { name: 'Export…' }).click();
  expect(await axeFindings(app.page, 'the dialog', '[role=dialog]')).toEqual([]);
  const json = await exportAs(app.page, 'JSON');
  expect(json.name).toBe('Result.json');
  expect(json.bytes.toString()).toBe('[\n{"a":1,"b":null},\n{"a":9223372036854775807,"b":9}\n]\n');
  await app.grid('Result').locator('[role=gridcell]').first().click();
  await app.page.keyboard.press('Shift+ArrowDown');
  await app.page.getByRole('button', { name: 'Copy as' }).click();
  await app.page.getByRole('menuitem', { name: 'Copy as Markdown' }).click();
  await expect.poll(() => app.page.evaluate(() => navigator.clipboard.readText())).toBe('| a |\n| --- |\n| 1 |\n| 9223372036854775807 |\n');
  await decoy.unchanged();
});

test('a schema goes out as a zip of its tables, or as SQL that makes it anew; the choice is remembered', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles(await store());
  await app.newQuery('store');
  await app.run("CREATE SCHEMA other; CREATE TABLE other.\"odd/name\" (id int PRIMARY KEY, t text); INSERT INTO other.\"odd/name\" VALUES (1, 'only'), (2, NULL); CREATE VIEW other.v AS SELECT 1 AS one");
  await app.command('Export schema other (store)');
  const dialog = app.page.getByRole('dialog', { name: 'Export' });
  await dialog.getByRole('combobox', { name: 'Format' }).selectOption({ label: 'CSV' });
  await dialog.getByRole('checkbox', { name: 'Rows of 1 view too' }).check();
  await expect(dialog).toContainText('2 files');
  expect(await axeFindings(app.page, 'a schema', '[role=dialog]')).toEqual([]);
  const zipped = app.page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  const zip = await zipped;
  expect(zip.suggestedFilename()).toBe('other.zip');
  const files = unzipSync(new Uint8Array(await readFile(await zip.path())));
  expect(Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString()]))).toEqual({
    'odd_name.csv': 'id,t\n1,only\n2,\n', 'v.csv': 'one\n1\n'
  });
  const dump = await (async () => {
    await app.command('Export schema other (store)');
    await dialog.getByRole('combobox', { name: 'Format' }).selectOption({ label: 'SQL dump' });
    const waiting = app.page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Export', exact: true }).click();
    return waiting;
  })();
  expect(dump.suggestedFilename()).toBe('other.sql');
  const sql = await readFile(await dump.path(), 'utf8');
  expect(sql).not.toContain('customer');
  await app.openFiles({ name: 'again.sql', bytes: sql });
  expect(await app.query('again', 'SELECT id, t FROM other."odd/name" ORDER BY id')).toEqual([['1', 'only'], ['2', null]]);
  await app.command('Export schema other (store)');
  await expect(dialog.getByRole('combobox', { name: 'Format' })).toHaveValue('dump');
  await app.page.keyboard.press('Escape');
  await decoy.unchanged();
});
