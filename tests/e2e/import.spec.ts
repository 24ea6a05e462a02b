import AxeBuilder from '@axe-core/playwright';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect, shop, store, test } from './appTest';

const csv = 'id,zip,amount,day\n1,01234,9223372036854775807,2026-01-02\n2,,1,2026-01-03\n';

for (const engine of ['sqlite', 'postgres'] as const) {
  test(`[${engine}] a file becomes a new table that is named after it`, async ({ app, decoy }) => {
    await app.goto();
    await decoy.open();
    await app.openFiles(await (engine === 'sqlite' ? shop() : store()));
    const [project, schema] = engine === 'sqlite' ? ['shop', 'main'] : ['store', 'public'];
    await app.command(`Import into a new table (${project})`);
    const form = app.page.getByRole('form', { name: 'Import into a new table' });
    await expect(form).toBeVisible();
    await form.locator('input[type=file][aria-label="Import files"]').setInputFiles({ name: 'parcels.csv.gz', mimeType: 'application/gzip', buffer: gzipSync(csv) });
    const named = app.page.getByRole('form', { name: 'Import into parcels' });
    const preview = named.getByRole('grid', { name: 'Preview' });
    await expect(preview.locator('[role=gridcell]').nth(1)).toHaveText('01234');
    await expect(preview.getByRole('columnheader')).toHaveCount(4);
    await expect(named.getByRole('combobox', { name: 'Type of zip' })).toHaveValue(/text/i);
    const axe = await new AxeBuilder({ page: app.page }).include('form.import').analyze();
    expect(axe.violations).toEqual([]);
    await named.getByRole('button', { name: /^Import/ }).click();
    await expect(named.getByRole('status')).toContainText('2 rows imported into parcels');
    await expect(app.relation(project!, `${schema}.parcels`)).toBeVisible();
    await named.getByRole('button', { name: 'Open parcels' }).click();
    await expect.poll(() => app.cells(app.grid('parcels'))).toEqual([
      ['1', '01234', '9223372036854775807', '2026-01-02'],
      ['2', null, '1', '2026-01-03']
    ]);
    await decoy.unchanged();
  });

  test(`[${engine}] bad rows stop it, are tried, or are set aside`, async ({ app, decoy }) => {
    await app.goto();
    await decoy.open();
    await app.openFiles(await (engine === 'sqlite' ? shop() : store()));
    const [project, schema] = engine === 'sqlite' ? ['shop', 'main'] : ['store', 'public'];
    await app.command(`Import into ${schema}.customer (${project})`);
    const form = app.page.getByRole('form', { name: 'Import into customer' });
    await form.locator('input[type=file][aria-label="Import files"]').setInputFiles({
      name: 'more.csv', mimeType: 'text/csv', buffer: Buffer.from('ID,Name\n9001,new\n1,again\n9002,\n9003,last\n')
    });
    await form.getByRole('button', { name: 'Try without keeping' }).click();
    await expect(form.getByRole('status')).toContainText('2 rows would go in, 2 rows would not');
    await expect(form.getByRole('list', { name: 'Bad rows' }).getByRole('listitem').first()).toContainText('Line 3');
    await form.getByRole('button', { name: /^Import/ }).click();
    await expect(form.getByRole('alert')).toContainText('Line 3');
    await form.getByRole('radio', { name: 'Set aside' }).click();
    await form.getByRole('button', { name: /^Import/ }).click();
    await expect(form.getByRole('status')).toContainText('2 rows imported into customer');
    const waiting = app.page.waitForEvent('download');
    await form.getByRole('button', { name: 'Download 2 bad rows' }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe('customer set aside.csv');
    const aside = await readFile(await download.path(), 'utf8');
    expect(aside).toBe('ID,Name\n1,again\n9002,\n');
    // Mended, and tried again with another file beside it, in batches.
    await form.locator('input[type=file][aria-label="Import files"]').setInputFiles([
      { name: 'mended.csv', mimeType: 'text/csv', buffer: Buffer.from(aside.replace('1,again', '9001,new').replace('9002,', '9002,mended')) },
      { name: 'others.csv', mimeType: 'text/csv', buffer: Buffer.from('Name;ID\nother;9004\n') }
    ]);
    await form.getByRole('radio', { name: 'In batches' }).click();
    await form.getByRole('button', { name: /^Import/ }).click();
    await expect(form.getByRole('status')).toContainText('2 rows imported into customer');
    await expect(form.getByRole('list', { name: 'Bad rows' })).toContainText('mended.csv, line 2');
    expect(await app.query(project!, 'SELECT id, name FROM customer WHERE id > 9000 ORDER BY id')).toEqual([['9001', 'new'], ['9002', 'mended'], ['9003', 'last'], ['9004', 'other']]);
    await decoy.unchanged();
  });
}

test('a file that cannot be read says where, and how it is read can be said otherwise', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles(await shop());
  await app.command('Import into a new table (shop)');
  const form = app.page.locator('form.import');
  const [chooser] = await Promise.all([app.page.waitForEvent('filechooser'), form.getByRole('button', { name: 'Choose files…' }).press('Enter')]);
  await chooser.setFiles({ name: 'inches.csv', mimeType: 'text/csv', buffer: Buffer.from('size,n\n"7,1\n9,2\n') });
  await expect(form.getByRole('alert')).toContainText('The quote that begins on line 2 never ends.');
  await expect(form.getByRole('button', { name: /^Import into/ })).toBeDisabled();
  await form.getByRole('combobox', { name: 'Quotes around fields' }).selectOption({ label: 'None' });
  await expect(form.getByRole('grid', { name: 'Preview' }).locator('[role=gridcell]')).toHaveText(['"7', '1', '9', '2']);
  await form.getByRole('button', { name: /^Import into/ }).press('Enter');
  await expect(form.getByRole('status')).toContainText('2 rows imported into inches');
  await decoy.unchanged();
});

test('a file of rows that is opened with no table in view asks once where it goes', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.giveFiles({ name: 'places.ndjson', bytes: '{"name":"Bath","at":{"x":1}}\n{"name":"York"}\n' });
  const dialog = app.page.getByRole('dialog', { name: 'Import places.ndjson' });
  await expect(dialog.getByRole('button', { name: 'A new table in decoy' })).toBeVisible();
  await dialog.getByRole('button', { name: 'A new SQLite database' }).click();
  await app.connected('places');
  const form = app.page.getByRole('form', { name: 'Import into places' });
  await expect(form.getByRole('grid', { name: 'Preview' }).locator('[role=gridcell]')).toHaveText(['Bath', '{"x":1}', 'York', 'NULL']);
  await expect(app.page.getByRole('tabpanel')).toBeFocused(); // not nowhere: the dialog that had the focus is gone
  await form.getByRole('button', { name: /^Import/ }).click();
  await expect(form.getByRole('status')).toContainText('2 rows imported into places');
  await decoy.unchanged();
});

test('what goes out as Parquet comes into another engine as it was', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles(await shop());
  await app.openFiles(await store());
  await app.command('Export main.customer (shop)');
  const dialog = app.page.getByRole('dialog', { name: 'Export' });
  await dialog.getByRole('combobox', { name: 'Format' }).selectOption({ label: 'Parquet' });
  const waiting = app.page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  const download = await waiting;
  expect(download.suggestedFilename()).toBe('customer.parquet');
  const path = await download.path();
  await app.command('Import into a new table (store)');
  const form = app.page.locator('form.import');
  await form.locator('input[type=file]').setInputFiles({ name: 'clients.parquet', mimeType: 'application/octet-stream', buffer: await readFile(path) });
  await form.getByRole('button', { name: 'Import into clients' }).click();
  await expect(form.getByRole('status')).toContainText('50 rows imported into clients');
  const rows = await app.query('store', "SELECT id, name, city, note FROM clients ORDER BY id LIMIT 3");
  expect(rows).toEqual(await app.query('shop', 'SELECT id, name, city, note FROM customer ORDER BY id LIMIT 3'));
  await decoy.unchanged();
});
