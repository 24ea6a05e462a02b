import { test as base, expect } from '@playwright/test';
import { shopDump } from '../fixtures/makeDump';
import { makeSqlite, shopScript } from '../fixtures/makeSqlite';
import { App } from './app';

export interface Decoy {
  /** Opens a second database beside the one under test: the same relations, other rows. */
  open(): Promise<void>;
  /** Its copy must be what was opened, byte for byte. */
  unchanged(): Promise<void>;
}

interface Fixtures {
  /**
   * Whether the page may install its service worker. Without, as in some private windows: taking every file into
   * each test's own cache is a fifth of a test's work, and only tests of being offline, updates and privacy need it.
   */
  serviceWorker: boolean;
  /** What the browser says when it is asked to keep its data; where it refuses, that is told with the first database. */
  promisesToKeep: boolean;
  /** The page of the test as an App; what it throws and what leaves the origin fails the test. */
  app: App;
  decoy: Decoy;
}

/** Files that most tests open: `shop.sqlite` and `store.sql`, the same shop in each engine. */
export const shop = async () => ({ name: 'shop.sqlite', bytes: await makeSqlite(shopScript('sqlite customer')) });
export const store = () => ({ name: 'store.sql', bytes: shopDump('postgres customer') });

export const test = base.extend<Fixtures>({
  serviceWorker: [false, { option: true }],
  promisesToKeep: [true, { option: true }],
  context: async ({ context, serviceWorker, promisesToKeep }, use) => {
    if (promisesToKeep) await context.addInitScript(() => (StorageManager.prototype.persist = () => Promise.resolve(true)));
    if (!serviceWorker) {
      await context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'serviceWorker', { value: undefined }));
    }
    await use(context);
  },
  app: async ({ page, baseURL }, use) => {
    const failures: string[] = [];
    page.on('pageerror', (error) => failures.push(`thrown: ${error.stack ?? error.message}`));
    page.context().on('request', (request) => {
      const url = request.url();
      if (!/^(?:blob|data):/.test(url) && !url.startsWith(`${baseURL}/`)) failures.push(`asked for ${url}`);
    });
    await use(new App(page));
    expect(failures).toEqual([]);
  },
  decoy: async ({ app }, use) => {
    const bytes = Buffer.from(await makeSqlite(shopScript('decoy', 30)));
    await use({
      open: () => app.openFiles({ name: 'decoy.sqlite', bytes }),
      unchanged: async () => {
        const now = await app.copyOf('decoy');
        expect(now.equals(bytes)).toBe(true);
      }
    });
  }
});

export { expect };
