import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { buildListener, listen } from '../../scripts/serveBuild.js';
import type { KilledBrowser } from './killedBrowser';

/** Serves the page whose work is cut short. */
export async function serveDurability(port: number): Promise<{ shownIn(browser: KilledBrowser): Promise<Page>; close(): Promise<unknown> }> {
  const server = await listen(await buildListener(fileURLToPath(new URL('../../.svelte-kit/durability', import.meta.url))), { port });
  return {
    /** The page that lives in a browser, or a new one, ready to work. */
    async shownIn(browser) {
      const page = await browser.page(`http://localhost:${server.port}/`);
      await page.waitForFunction(() => 'durability' in window);
      return page;
    },
    close: () => server.close()
  };
}
