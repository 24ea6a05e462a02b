/**
 * Takes docs/screenshot.png from the product itself: both samples open, a table of one, a query of the other. Run by
 * hand when the look changes (`node scripts/screenshot.js`); the picture is committed.
 */
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './ensureBuilt.js';
import { findChromium } from './ensureChromium.js';
import { ensureInstalled } from './ensureInstalled.js';
import { buildListener, listen } from './serveBuild.js';

await ensureInstalled();
await ensureBuilt();
const { chromium } = await import('@playwright/test');
const server = await listen(await buildListener(fileURLToPath(new URL('../build', import.meta.url))), { port: 4690 });
const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1, colorScheme: 'light' });
  await page.goto(`http://localhost:${server.port}/`);
  await page.getByRole('banner').waitFor();
  /** @param {string} title */
  const command = async (title) => {
    await page.keyboard.press('ControlOrMeta+k');
    const dialog = page.getByRole('dialog', { name: 'Commands' });
    await dialog.waitFor();
    await page.keyboard.insertText(title);
    await dialog.getByRole('option', { name: title }).first().waitFor();
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
  };
  const connected = page.locator('[role=treeitem][data-status=connected]');
  for (const [at, title] of ['Open the SQLite sample', 'Open the Postgres sample'].entries()) {
    await command(title);
    await connected.nth(at).waitFor({ timeout: 60_000 });
  }
  const first = page.locator('[role=treeitem][data-relation="main.tracks"]');
  await first.click();
  await page.locator('[role=grid] [role=gridcell]').first().waitFor();
  const project = await page.locator('[role=treeitem][data-relation^="public."]').first().getAttribute('data-project');
  await command(`New query (${project})`);
  await page.getByRole('textbox', { name: 'SQL', exact: true }).click();
  await page.keyboard.insertText(
    '-- name: films rented most\nselect f.title, f.rating, g.name as genre, count(*) as rentals\nfrom rental r\n' +
      '  join film f on f.film_id = r.film_id\n  join genre g on g.genre_id = f.genre_id\ngroup by f.film_id, g.name\norder by rentals desc, f.title;'
  );
  await page.keyboard.press('ControlOrMeta+Shift+Enter');
  await page.locator('[role=status][aria-label="Status"]:is([data-state=done], [data-state=failed])').waitFor();
  await page.mouse.move(900, 300);
  await page.waitForTimeout(500);
  await page.screenshot({ path: fileURLToPath(new URL('../docs/screenshot.png', import.meta.url)) });
} finally {
  await browser.close();
  await server.close();
}
