import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { shopDump } from '../fixtures/makeDump';
import { makeWal, pagesChanged } from '../fixtures/makeLog';
import { makeSqlite, shopScript } from '../fixtures/makeSqlite';
import { expect, test } from './appTest';

/** The smallest zip that there is. */
const emptyZip = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]);

/** Files that are no database, and a word that the sentence about each must hold. */
const bad: { name: string; make: () => Promise<Uint8Array | string>; says: RegExp }[] = [
  { name: 'notes.db', make: async () => 'Milk, bread, a screwdriver.\n', says: /text|SQL|not a database/i },
  { name: 'secret.db', make: async () => randomBytes(64 * 1024), says: /encrypted/i },
  { name: 'photos.zip', make: async () => emptyZip, says: /zip/i },
  { name: 'archive.dump', make: async () => Buffer.concat([Buffer.from('PGDMP'), randomBytes(2000)]), says: /custom|archive|pg_restore|format/i },
  { name: 'broken.sql.gz', make: async () => gzipSync(shopDump('x')).subarray(0, 300), says: /cut off|damaged|gzip|incomplete|unexpected/i }
];

for (const { name, make, says } of bad) {
  test(`${name} gets one sentence; no project stays, others go on`, async ({ app, decoy }) => {
    await app.goto();
    await decoy.open();
    await app.giveFiles({ name, bytes: await make() });
    const words = app.alert.filter({ hasText: says });
    await expect(words.first()).toBeVisible({ timeout: 30_000 });
    await expect(words.first()).toContainText(name);
    expect(await words.first().innerText()).not.toMatch(/\bat \w+ \(|\.js:\d+|undefined|\[object/);
    await expect(app.page.locator('[role=treeitem][aria-level="1"]')).toHaveCount(1);
    const folders = await app.page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const names: string[] = [];
      try {
        for await (const entry of (await root.getDirectoryHandle('projects')).keys()) names.push(entry);
      } catch {
        // no project has a folder
      }
      return names;
    });
    expect(folders.length).toBeLessThanOrEqual(1);
    expect(await app.query('decoy', 'select count(*) from customer')).toEqual([['30']]);
    await decoy.unchanged();
  });
}

test('half a file opens for reading, with a notice of its damage', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles({ name: 'half.sqlite', bytes: (await makeSqlite(shopScript('x', 5000))).slice(0, 40_960) });
  await expect(app.page.getByText(/damaged/i).first()).toBeVisible();
  await app.newQuery('half');
  await app.run('create table t(a)', 'failed');
  await decoy.unchanged();
});

test('a file of no bytes is said to be empty, and kept as a new database when that is wanted', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.giveFiles({ name: 'nothing.sqlite', bytes: '' }, { name: 'script.sql', bytes: '' });
  const words = app.alert.filter({ hasText: 'nothing.sqlite' });
  await expect(words).toContainText('It is empty: it holds no bytes at all.');
  await expect(app.alert.filter({ hasText: 'script.sql' }).getByRole('button')).toHaveCount(1); // Dismiss
  await expect(app.page.locator('[role=treeitem][aria-level="1"]')).toHaveCount(1);
  await words.getByRole('button', { name: 'Keep it as a new SQLite database' }).click();
  await app.connected('nothing');
  await expect(words).toHaveCount(0);
  await expect(app.page.locator('[data-empty]')).toContainText('It holds no table yet');
  await app.newQuery('nothing');
  await app.run('create table t(a); insert into t values (1)');
  await app.page.reload();
  await app.connected('nothing');
  expect(await app.query('nothing', 'select a from t')).toEqual([['1']]);
  await app.project('decoy').click();
  await app.connected('decoy');
  await decoy.unchanged();
});

test('a dump with statements that cannot run loads the rest and lists them', async ({ app }) => {
  await app.goto();
  const dump = shopDump('kept').replace(
    'CREATE VIEW public.dear',
    'CREATE EXTENSION nothing_such;\nCREATE TABLE public.odd (a nothing_type);\nCREATE VIEW public.dear'
  );
  await app.openFiles({ name: 'partly.sql', bytes: dump });
  await expect(app.page.getByText(/2 of \d+ statements could not run/i).first()).toBeVisible();
  expect(await app.query('partly', 'select count(*) from customer')).toEqual([['50']]);
});

test('a dump with a quote that never ends is said to be so', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.giveFiles({ name: 'open.sql', bytes: `${shopDump('x').split('COPY')[0]}INSERT INTO public.customer VALUES (1, 'never closed;\nSELECT 1;\n` });
  await expect(app.page.getByText(/quote|unterminated|not closed|never ends/i).first()).toBeVisible({ timeout: 30_000 });
  await decoy.unchanged();
});

test('a database with its write-ahead log opens as one, dropped together or in a zip; its index is passed over', async ({ app, decoy }) => {
  const before = await makeSqlite(shopScript('old'));
  const after = await makeSqlite(`${shopScript('old')}; update customer set name = 'in the log' where id <= 7`);
  const wal = makeWal(4096, [pagesChanged(before, after, 4096)]);
  await app.goto();
  await decoy.open();
  await app.giveFiles({ name: 'phone.db-wal', bytes: wal }, { name: 'phone.db', bytes: before }, { name: 'phone.db-shm', bytes: new Uint8Array([0x18, 0xe2, 0x2d, 0, 1]) });
  await app.connected('phone');
  await expect(app.page.getByText(/phone\.db-wal was read in: 1 commit/).first()).toBeVisible();
  await expect(app.alert).toHaveCount(0);
  await app.giveFiles({ name: 'backup.zip', bytes: zipSync({ 'data/zipped.db': before, 'data/zipped.db-wal': wal }) });
  await app.connected('zipped');
  const changed = "select count(*) from customer where name = 'in the log'";
  for (const name of ['phone', 'zipped']) expect(await app.query(name, changed)).toEqual([['7']]);
  // of another name, dropped with a database: not its own
  await app.giveFiles({ name: 'lonely.db-wal', bytes: wal }, { name: 'other.db', bytes: before });
  await app.connected('other');
  expect(await app.query('other', changed)).toEqual([['0']]);
  await expect(app.alert.filter({ hasText: 'lonely.db-wal' })).toContainText('drop both together');
  expect(await app.query('decoy', changed)).toEqual([['0']]);
  await decoy.unchanged();
});
