import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { App } from './app';
import { expect, shop, store, test } from './appTest';

test.use({ serviceWorker: true });

test('the manifest says what an installed app needs', async ({ request }) => {
  const manifest = await (await request.get('/manifest.webmanifest')).json();
  expect(manifest).toMatchObject({ id: '/', start_url: '/', display: 'standalone', launch_handler: {} });
  const endings = Object.values(manifest.file_handlers[0].accept as Record<string, string[]>).flat();
  expect(endings).toEqual(expect.arrayContaining(['.sqlite', '.db', '.sql']));
  for (const icon of manifest.icons as { src: string; sizes: string }[]) {
    const png = await (await request.get(icon.src)).body();
    const size = png.readUInt32BE(16);
    expect(`${size}x${png.readUInt32BE(20)}`).toBe(icon.sizes);
  }
});

test('installed as an app, a file that the system hands over opens', async ({ baseURL, launchOptions }) => {
  const folder = mkdtempSync(join(tmpdir(), 'rowhouse-install-'));
  // an ordinary headless context counts as a private window, where nothing can be installed
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), { ...launchOptions, channel: launchOptions.executablePath ? undefined : 'chromium' });
  try {
    const page = await context.newPage();
    await page.goto(`${baseURL}/`);
    await new App(page).keptOffline();
    const browser = context.browser();
    test.skip(browser === null, 'this Chromium gives no browser session');
    const session = await browser!.newBrowserCDPSession();
    const pageSession = await context.newCDPSession(page);
    const files = [join(folder, 'handed.sqlite'), join(folder, 'handed-too.sql')];
    writeFileSync(files[0]!, (await shop()).bytes);
    writeFileSync(files[1]!, store().bytes);
    const send = (to: { send: unknown }, method: string, params: object) =>
      (to.send as (method: string, params: object) => Promise<{ targetIds?: string[]; targetId?: string }>)(method, params);
    try {
      await send(pageSession, 'PWA.install', { manifestId: `${baseURL}/` });
    } catch (error) {
      test.skip(true, `this Chromium installs no apps: ${String(error)}`);
    }
    const before = context.pages().length;
    await send(session, 'PWA.launchFilesInApp', { manifestId: `${baseURL}/`, files });
    await expect
      .poll(async () => {
        for (const candidate of context.pages()) {
          if (await new App(candidate).project('handed').count().catch(() => 0)) return true;
        }
        return context.pages().length > before ? 'a page without the file' : 'no page';
      }, { timeout: 30_000 })
      .toBe(true);
    const pages = await Promise.all(
      context.pages().map(async (candidate) => ((await new App(candidate).project('handed').count().catch(() => 0)) ? candidate : undefined))
    );
    const app = new App(pages.find((candidate) => candidate !== undefined)!);
    await app.connected('handed');
    await app.connected('handed-too');
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
