import type { Browser } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import { buildListener, listen } from '../../scripts/serveBuild.js';
import { App } from './app';

/** The app after one visit, on a new page, with its server gone: one of its own, that of `npm start`, so that it can be stopped. */
export async function visitedOnce(browser: Browser, port: number): Promise<App> {
  const listener = await buildListener(fileURLToPath(new URL('../../build', import.meta.url)));
  const server = await listen(listener, { port });
  const context = await browser.newContext({ baseURL: `http://localhost:${server.port}` });
  const first = new App(await context.newPage());
  await first.goto();
  await first.keptOffline();
  await first.page.close();
  await server.close();

  const app = new App(await context.newPage());
  await app.goto();
  return app;
}
