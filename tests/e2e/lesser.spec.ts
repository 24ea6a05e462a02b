import type { Page } from '@playwright/test';
import type { App } from './app';
import { expect, shop, store, test } from './appTest';

/** Puts code before each worker's own: what this browser has is taken away there. */
async function inWorkers(page: Page, code: string): Promise<void> {
  await page.route(/\/_app\/immutable\/workers\/[^/]+\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${code};${await response.text()}` });
  });
}

/** What the settings of a project say of its storage. */
async function storageWords(app: App, project: string): Promise<string> {
  await app.command(`Project settings (${project})`);
  const dialog = app.page.getByRole('dialog', { name: 'Project settings' });
  await expect(dialog.getByText('All projects:')).toBeVisible();
  await expect(dialog.getByText(/, in /)).toBeVisible();
  const words = await dialog.locator('.storage').innerText();
  await app.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  return words;
}

/** Opens the shop in each engine, looks for the words in each one's settings, and that its rows are there. */
async function expectWords(app: App, words: Record<'shop' | 'store', RegExp>): Promise<void> {
  await app.goto();
  await app.openFiles(await shop(), store());
  for (const project of ['shop', 'store'] as const) {
    expect(await storageWords(app, project)).toMatch(words[project]);
    expect(await app.query(project, 'select count(*) from orders')).toEqual([['200']]);
  }
}

test('where handles of files cannot be shared, the settings say that a cancel takes longer', async ({ app, page }) => {
  await inWorkers(page, 'delete FileSystemSyncAccessHandle.prototype.mode');
  const waits = /private file system\.\s+This browser shares no open files: after a cancel the database waits/;
  await expectWords(app, { shop: waits, store: waits });
});

test('without a private file system Postgres is kept in IndexedDB and SQLite in memory, and each says so', async ({ app, page }) => {
  await inWorkers(page, 'StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException("not here", "SecurityError"))');
  await expectWords(app, {
    shop: /in memory: gone when this page goes\.\s+This browser window keeps nothing\. Save a copy/,
    store: /in this browser’s IndexedDB\.\s+.*each change takes longer, and there are no restore points/
  });
});

test('without any storage both are in memory, and each says so', async ({ app, page }) => {
  await inWorkers(
    page,
    'StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException("not here", "SecurityError"));' +
      'Object.defineProperty(self, "indexedDB", { value: undefined })'
  );
  const gone = /in memory: gone when this page goes\.\s+This browser window keeps nothing\. Save a copy/;
  await expectWords(app, { shop: gone, store: gone });
});
