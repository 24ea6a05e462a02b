import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from '@playwright/test';
import { App } from './app';
import { expect, shop, store, test } from './appTest';

test.use({ serviceWorker: true });

test('a whole session asks for nothing beyond the origin', async ({ launchOptions, baseURL }) => {
  // whatever is not for this machine goes to this proxy: requests of workers and service workers too
  const beyond: string[] = [];
  const proxy = createServer((req, res) => {
    beyond.push(`${req.method} ${req.url}`);
    res.writeHead(502).end();
  });
  proxy.on('connect', (req, socket) => {
    beyond.push(`CONNECT ${req.url}`);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  // Chromium asks Google how to fill in forms, whatever the page: that is not ours
  const args = [...(launchOptions.args ?? []), '--disable-features=AutofillServerCommunication'];
  const browser = await chromium.launch({ ...launchOptions, args });
  const context = await browser.newContext({
    baseURL,
    proxy: { server: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, bypass: 'localhost' }
  });
  const asked: string[] = [];
  context.on('request', (request) => asked.push(request.url()));
  const app = new App(await context.newPage());
  await app.goto();
  await app.keptOffline();
  await app.openFiles(await shop(), store());
  await app.openRelation('shop', 'main.orders');
  expect(await app.query('shop', 'select count(*) from orders')).toEqual([['200']]);
  expect(await app.query('store', 'select count(*) from orders')).toEqual([['200']]);
  await app.copyOf('store');
  await app.copyOf('shop');
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((url) => !url.startsWith(`${baseURL}/`) && !/^(?:blob|data):/.test(url))).toEqual([]);
  expect(beyond).toEqual([]);
  await browser.close();
  proxy.close();
});

test('the policy refuses what would leave, from the page and from each worker, with and without the service worker', async ({ page }) => {
  const app = new App(page);
  let arrived = 0;
  const outside = createServer((_req, res) => {
    arrived++;
    res.writeHead(200, { 'access-control-allow-origin': '*' }).end('x');
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/`;
  const attempt = (address: string) =>
    fetch(address).then(
      () => 'went',
      () => 'refused'
    );
  for (const round of ['first visit', 'by the service worker']) {
    await app.goto();
    if (round === 'first visit') await app.openFiles(await shop(), store());
    else {
      await app.keptOffline();
      await app.page.reload();
      for (const project of ['shop', 'store']) {
        if ((await app.project(project).getAttribute('data-status')) !== 'connected') await app.project(project).click();
        await app.connected(project);
      }
    }
    expect(await app.page.evaluate(attempt, url)).toBe('refused');
    expect(app.page.workers().length).toBe(2);
    for (const worker of app.page.workers()) expect(await worker.evaluate(attempt, url)).toBe('refused');
    const others = await app.page.evaluate(async (address) => {
      const failed = (element: HTMLImageElement | HTMLScriptElement | HTMLIFrameElement) =>
        new Promise<string>((resolve) => {
          element.onload = () => resolve('went');
          element.onerror = () => resolve('refused');
          element.src = address;
          document.body.append(element);
          setTimeout(() => resolve('silent'), 500);
        });
      const socket = new Promise<string>((resolve) => {
        try {
          new WebSocket(address.replace('http', 'ws')).onerror = () => resolve('refused');
        } catch {
          resolve('refused');
        }
      });
      return Promise.all([failed(new Image()), failed(document.createElement('script')), socket, failed(document.createElement('iframe'))]);
    }, url);
    expect(others.slice(0, 3)).toEqual(['refused', 'refused', 'refused']);
  }
  expect(arrived).toBe(0);
  outside.close();
});

test('documents, workers and all else carry the headers', async ({ request, page }) => {
  const document = await request.get('/p/none/table/main/x');
  expect(document.headers()['content-security-policy']).toContain("frame-ancestors 'none'");
  const html = await (await request.get('/')).text();
  expect(html).toMatch(/<meta http-equiv="content-security-policy" content="[^"]*script-src 'self' 'wasm-unsafe-eval' 'sha256-/);
  const files = (await (await request.get('/precache.json')).json()) as { url: string }[];
  const workers = files.filter(({ url }) => /worker/i.test(url) && url.endsWith('.js'));
  expect(workers.length).toBeGreaterThanOrEqual(2);
  for (const { url } of [...workers, { url: '/service-worker.js' }]) {
    const headers = (await request.get(url)).headers();
    expect(headers['content-security-policy']).toContain("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
  await page.goto('/');
});
