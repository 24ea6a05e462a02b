import { makeWal, pagesChanged } from '../fixtures/makeLog';
import { makeSqlite, shopScript } from '../fixtures/makeSqlite';
import type { App } from './app';
import { expect, shop, test } from './appTest';
import { DiskFiles } from './diskFiles';

const SAVED = 'shop is saved back to shop.sqlite';

test('what is committed goes back into the dropped file, again after a reload, and nothing that came into it meanwhile is lost', async ({ app, decoy }) => {
  const { page } = app;
  const disk = await DiskFiles.of(page);
  await app.goto();
  await decoy.open();
  const { bytes } = await shop();
  await dropFrom(disk, app, 'shop', bytes);

  await app.newQuery('shop');
  await app.run("update customer set name = 'one, changed' where id = 1");
  expect((await disk.read('shop.sqlite')).equals(bytes), 'a commit stays in the browser').toBe(true);
  await app.command('Project settings (shop)');
  const settings = page.getByRole('dialog', { name: 'Project settings' });
  await expect(settings).toContainText('The last 1 commit is not in it');
  await settings.getByRole('button', { name: 'Save back' }).click();
  await expect(page.getByText(SAVED)).toBeVisible();
  const first = await disk.read('shop.sqlite');
  expect(first.equals(await app.copyOf('shop'))).toBe(true);
  expect(first.includes('one, changed')).toBe(true);
  expect(await disk.names()).toEqual(['shop.sqlite']);
  await app.command('Project settings (shop)');
  await expect(settings).toContainText('It held all that is committed here');
  await settings.getByRole('button', { name: 'Save back' }).click();
  await expect(page.getByText('shop.sqlite holds all of shop already')).toBeVisible();

  // The handle is kept with the project.
  await page.reload();
  await expect(page.getByRole('banner')).toBeVisible();
  await app.connected('shop');
  await app.newQuery('shop');
  await app.run("update customer set name = 'two, changed' where id = 2");
  await app.project('shop').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Save back to shop.sqlite…' }).click();
  await expect(page.getByText(SAVED)).toBeVisible();
  expect((await disk.read('shop.sqlite')).includes('two, changed')).toBe(true);

  // Another program writes it.
  await disk.write('shop.sqlite', first);
  await app.command('Save back to shop.sqlite (shop)');
  const confirm = page.getByRole('dialog', { name: 'Confirm: Replace shop.sqlite?' });
  await expect(confirm).toContainText('It has changed on disk since it was read or saved back here');
  await confirm.getByRole('button', { name: 'Keep it' }).press('Enter');
  // By then it would have been written.
  expect(await app.query('shop', 'select count(*) from customer')).toEqual([['50']]);
  expect((await disk.read('shop.sqlite')).equals(first)).toBe(true);
  await app.command('Save back to shop.sqlite (shop)');
  await confirm.getByRole('button', { name: 'Replace it' }).click();
  await expect.poll(async () => (await disk.read('shop.sqlite')).includes('two, changed')).toBe(true);
  await app.command('Connect to decoy');
  await app.connected('decoy');
  await decoy.unchanged();
});

test('what cannot be written leaves the file as it was, and says what to do', async ({ app }) => {
  const { page } = app;
  const disk = await DiskFiles.of(page);
  await app.goto();
  const { bytes } = await shop();
  await dropFrom(disk, app, 'shop', bytes);
  await app.newQuery('shop');
  await app.run("update customer set name = 'one, changed' where id = 1");
  const isAsItWas = async () => (await disk.read('shop.sqlite')).equals(bytes) && (await disk.names()).join() === 'shop.sqlite';
  const told = page.getByRole('region', { name: 'Notifications' });
  const says = (text: string) => expect(told.getByText(text).first()).toBeVisible();

  await disk.permission('denied');
  await app.command('Save back to shop.sqlite (shop)');
  await says('The browser was not allowed to change shop.sqlite.');
  expect(await isAsItWas()).toBe(true);
  await disk.permission('granted');

  // The disk is full before all of it is written.
  await page.evaluate(() => {
    const { close } = FileSystemWritableFileStream.prototype;
    FileSystemWritableFileStream.prototype.close = () => Promise.reject(new DOMException('The disk is full.', 'QuotaExceededError'));
    Object.assign(globalThis, { mendDisk: () => (FileSystemWritableFileStream.prototype.close = close) });
  });
  await app.command('Save back to shop.sqlite (shop)');
  await says('The disk is full.');
  expect(await isAsItWas()).toBe(true);
  await page.evaluate(() => (globalThis as unknown as { mendDisk: () => void }).mendDisk());

  // Another program writes while it is written.
  const theirs = await makeSqlite('create table theirs(a)');
  await page.evaluate((content) => {
    const { write } = FileSystemWritableFileStream.prototype;
    FileSystemWritableFileStream.prototype.write = async function (chunk) {
      FileSystemWritableFileStream.prototype.write = write;
      const other = await (await (await globalThis.diskFolder()).getFileHandle('shop.sqlite')).createWritable();
      await other.write(new Uint8Array(content));
      await other.close();
      return write.call(this, chunk);
    };
  }, [...theirs]);
  await app.command('Save back to shop.sqlite (shop)');
  await says('shop.sqlite was changed by another program meanwhile');
  expect((await disk.read('shop.sqlite')).equals(theirs)).toBe(true);
  await disk.write('shop.sqlite', bytes);

  // A transaction that is open is no state to be written.
  await app.run("begin; update customer set name = 'not yet' where id = 2");
  await app.command('Save back to shop.sqlite (shop)');
  await page.getByRole('dialog', { name: 'Confirm: Replace shop.sqlite?' }).getByRole('button', { name: 'Replace it' }).click();
  await says('A transaction is open');
  expect(await isAsItWas()).toBe(true);
  await app.run('rollback');

  await disk.remove('shop.sqlite');
  await app.command('Save back to shop.sqlite (shop)');
  await says('shop.sqlite is no longer where it was.');
  expect(await disk.names()).toEqual([]);

  // So it is asked for, and nothing but a database is written over.
  await disk.write('notes.txt', Buffer.from('not a database'));
  await disk.picks('notes.txt');
  const where = page.getByRole('dialog', { name: 'Confirm: Where is shop.sqlite?' });
  await app.command('Save back to shop.sqlite (shop)');
  await where.getByRole('button', { name: 'Choose shop.sqlite…' }).click();
  await says('notes.txt is not a SQLite database, so it is left as it is.');
  expect((await disk.read('notes.txt')).toString()).toBe('not a database');
  await disk.write('moved.sqlite', bytes);
  await disk.picks('moved.sqlite');
  await app.command('Save back to shop.sqlite (shop)');
  await where.getByRole('button', { name: 'Choose shop.sqlite…' }).click();
  const replace = page.getByRole('dialog', { name: 'Confirm: Replace moved.sqlite?' });
  await expect(replace).toContainText('shop was opened from shop.sqlite');
  await replace.getByRole('button', { name: 'Replace it' }).click();
  await says('shop is saved back to moved.sqlite');
  expect((await disk.read('moved.sqlite')).includes('one, changed')).toBe(true);
  // From now on it is the file of this project.
  await app.run("update customer set name = 'two, changed' where id = 2");
  await app.command('Save back to moved.sqlite (shop)');
  await expect.poll(async () => (await disk.read('moved.sqlite')).includes('two, changed')).toBe(true);
});

test('logs that lie beside a file are thought of: they would be played over what is written', async ({ app }) => {
  const { page } = app;
  const disk = await DiskFiles.of(page);
  await app.goto();
  const database = await makeSqlite(shopScript('old'));
  const after = await makeSqlite(`${shopScript('old')}; update customer set name = 'in the log' where id <= 7`);
  await disk.write('events.sqlite', database);
  await disk.write('events.sqlite-wal', makeWal(4096, [pagesChanged(database, after, 4096)]));
  await disk.drop('events.sqlite', 'events.sqlite-wal');
  await app.connected('events');
  await app.command('Save back to events.sqlite (events)');
  const alone = page.getByRole('dialog', { name: 'Confirm: events cannot be saved back alone' });
  await expect(alone).toContainText('It was opened together with events.sqlite-wal.');
  const download = page.waitForEvent('download');
  await alone.getByRole('button', { name: 'Save a copy' }).click();
  await download;
  expect((await disk.read('events.sqlite')).equals(database)).toBe(true);

  // In WAL mode, without its log.
  await dropFrom(disk, app, 'shop', inWalMode((await shop()).bytes));
  await app.newQuery('shop');
  await app.run("update customer set name = 'one, changed' where id = 1");
  await app.command('Save back to shop.sqlite (shop)');
  const closed = page.getByRole('dialog', { name: 'Confirm: Is shop.sqlite closed everywhere else?' });
  await closed.getByRole('button', { name: 'Save back' }).click();
  await expect(page.getByText(SAVED)).toBeVisible();
  const written = await disk.read('shop.sqlite');
  expect(written.includes('one, changed')).toBe(true);
  expect([...written.subarray(18, 20)], 'it is still in WAL mode').toEqual([2, 2]);
});

test('a large file is written over only when it is copied whole, and read from the copy from then on', async ({ app }) => {
  const { page } = app;
  const disk = await DiskFiles.of(page);
  await app.goto();
  await dropFrom(disk, app, 'large', await makeSqlite('create table t(id integer primary key, b blob); with recursive n(i) as (select 1 union all select i + 1 from n where i < 16) insert into t select i, zeroblob(1000000) from n'));
  await app.newQuery('large');
  await app.run("update t set b = 'changed' where id = 7");
  await app.command('Save back to large.sqlite (large)');
  await expect(page.getByText('large is saved back to large.sqlite')).toBeVisible();
  expect((await disk.read('large.sqlite')).includes('changed')).toBe(true);
  // All of it is read from the copy: the file that was dropped is no more.
  expect(await app.query('large', "select count(*), sum(length(b)) from t where b <> 'changed'")).toEqual([['15', '15000000']]);
});

/** Writes a database to disk, drops it and waits until it is open. */
async function dropFrom(disk: DiskFiles, app: App, name: string, bytes: Uint8Array): Promise<void> {
  await disk.write(`${name}.sqlite`, bytes);
  await disk.drop(`${name}.sqlite`);
  await app.connected(name);
}

/** The header of a database says how its writers keep their log. */
function inWalMode(bytes: Uint8Array): Uint8Array {
  const wal = new Uint8Array(bytes);
  wal[18] = 2;
  wal[19] = 2;
  return wal;
}
