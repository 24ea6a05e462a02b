import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { buildListener } from '../../scripts/serveBuild.js';
import { App } from './app';
import { axeFindings } from './axeFindings';
import { expect, shop, store, test } from './appTest';

test.use({ serviceWorker: true, promisesToKeep: false });

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

/** A server as cheap as they come: files as they are, no headers of ours. */
const plainHost: RequestListener = (req, res) => {
  const path = (req.url ?? '/').split('?')[0]!;
  const file = join('build', path === '/' ? 'index.html' : path);
  if (!existsSync(file) || !statSync(file).isFile()) return void res.writeHead(404, { 'content-type': 'text/html' }).end(readFileSync('build/404.html'));
  const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.json': 'application/json' };
  res.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file));
};

/** Every way out that a script has; those that say nothing of their failure are known by what arrives. */
async function tryToLeave(address: string): Promise<Record<string, string>> {
  const scope = globalThis as unknown as Window & { importScripts?: (url: string) => void };
  const settled = (work: () => Promise<unknown> | unknown): Promise<string> =>
    Promise.resolve().then(work).then(() => 'went', () => 'refused');
  const heard = (make: () => { onerror: unknown; onopen?: unknown; onload?: unknown; onmessage?: unknown }): Promise<string> =>
    new Promise((resolve) => {
      try {
        const made = make();
        made.onerror = () => resolve('refused');
        made.onload = made.onopen = made.onmessage = () => resolve('went');
        setTimeout(() => resolve('silent'), 1000);
      } catch {
        resolve('refused');
      }
    });
  const inDocument = (tag: 'img' | 'script' | 'link'): Promise<string> =>
    heard(() => {
      const element = document.createElement(tag);
      if (tag === 'link') Object.assign(element, { rel: 'stylesheet', href: address });
      else (element as HTMLImageElement).src = address;
      document.body.append(element);
      return element;
    });
  const ways: Record<string, () => Promise<string>> = {
    fetch: () => settled(() => fetch(address)),
    blind: () => settled(() => fetch(address, { mode: 'no-cors' })),
    request: () => heard(() => { const xhr = new XMLHttpRequest(); xhr.open('GET', address); xhr.send(); return xhr; }),
    socket: () => heard(() => new WebSocket(address.replace('http', 'ws'))),
    events: () => heard(() => new EventSource(address)),
    worker: () => heard(() => new Worker(address)),
    // under no policy of its own it would ask for what it likes
    blobWorker: () => heard(() => new Worker(URL.createObjectURL(new Blob([`fetch('${address}'); postMessage(1)`])))),
    module: () => settled(() => import(/* @vite-ignore */ address)),
    ...(scope.importScripts ? { importScripts: () => settled(() => scope.importScripts!(address)) } : {}),
    ...(typeof document === 'undefined' ? {} : {
      beacon: async () => (navigator.sendBeacon(address, 'x') ? 'silent' : 'refused'),
      image: () => inDocument('img'), script: () => inDocument('script'), style: () => inDocument('link')
    })
  };
  const entries = await Promise.all(Object.entries(ways).map(async ([way, attempt]) => [way, await attempt()]));
  return Object.fromEntries(entries) as Record<string, string>;
}

for (const [host, listener] of [
  ["npm start's server", () => buildListener('build')],
  ['a plain static host, once the service worker is in charge', async () => plainHost]
] as const) {
  test(`nothing leaves from the page, nor from any kind of worker: ${host}`, async ({ browser }) => {
    const arrived: string[] = [];
    const outside = createServer((req, res) => {
      arrived.push(`${req.method} ${req.url} ${req.headers.origin ?? ''}`);
      res.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/javascript' }).end('postMessage(1)');
    });
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/`;
    const served = createServer(await listener());
    await new Promise<void>((resolve) => served.listen(0, '127.0.0.1', resolve));
    const context = await browser.newContext({ baseURL: `http://localhost:${(served.address() as AddressInfo).port}`, serviceWorkers: 'allow' });
    const app = new App(await context.newPage());
    await app.goto();
    if (host.startsWith('a plain')) {
      await app.keptOffline();
      await app.page.reload();
    }
    await app.openFiles(await shop(), store());
    // beside those that are at work, one of each kind that the app has: some live for a moment only
    const kinds = await app.page.evaluate(async () => {
      const files = (await (await fetch('/precache.json')).json()) as { url: string }[];
      const workers = files.filter((file) => /worker-[^/]*\.js$/i.test(file.url)).map((file) => new Worker(file.url, { type: 'module' }));
      Object.assign(window, { workers });
      return workers.length;
    });
    expect(kinds).toBeGreaterThanOrEqual(3);
    await expect.poll(() => app.page.workers().length).toBe(kinds + 2);
    for (const place of [app.page, ...app.page.workers()]) {
      const outcome = await (place as Page).evaluate(tryToLeave, url);
      expect(Object.entries(outcome).filter(([, how]) => how === 'went'), `${place.url()}`).toEqual([]);
      expect(outcome.fetch).toBe('refused');
    }
    expect(arrived).toEqual([]);
    await context.close();
    for (const server of [outside, served]) server.close();
  });
}

test('`vite preview` serves the app under the same policy, and nothing that it needs is refused', async ({ browser }) => {
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, resolve));
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  const served = spawn(process.execPath, ['node_modules/vite/bin/vite.js', 'preview', '--port', String(port), '--strictPort'], { stdio: 'ignore' });
  try {
    const baseURL = `http://localhost:${port}`;
    await expect.poll(() => fetch(baseURL).then((r) => r.ok, () => false), { timeout: 60_000 }).toBe(true);
    const context = await browser.newContext({ baseURL, serviceWorkers: 'allow' });
    const refused: string[] = [];
    context.on('console', (message) => {
      if (message.type() === 'error' || /content security policy|refused to/i.test(message.text())) refused.push(message.text());
    });
    context.on('weberror', (error) => refused.push(error.error().message));
    const app = new App(await context.newPage());
    const policies = (await context.request.get('/')).headersArray().filter(({ name }) => name.toLowerCase() === 'content-security-policy');
    expect(policies.map(({ value }) => value).join()).toContain("frame-ancestors 'none'");
    await app.goto();
    await app.openFiles(await shop(), store());
    expect(await app.query('shop', 'select count(*) from orders')).toEqual([['200']]);
    expect(await app.query('store', 'select count(*) from orders')).toEqual([['200']]);
    expect(refused).toEqual([]);
    await context.close();
  } finally {
    served.kill();
  }
});

test('“Privacy and storage” says what lies where, counts requests, and deletes everything when that is wanted', async ({ app }) => {
  await app.goto();
  const told = expect(app.page.getByRole('region', { name: 'Notifications' })).toContainText('The browser may clear this', { timeout: 60_000 });
  await app.openFiles(await shop(), store());
  await told;
  await app.command('Privacy and storage');
  const dialog = app.page.getByRole('dialog', { name: 'Privacy and storage' });
  const asked = async () => Number(/(\d+) requests for the app’s own files, 0 to anywhere else/.exec(await dialog.innerText())?.[1]);
  await expect.poll(asked).toBeGreaterThan(20);
  // what a worker has asked for is not forgotten with it
  const before = await asked();
  await dialog.getByRole('button', { name: 'Done' }).click();
  for (const name of ['shop', 'store']) await app.command(`Disconnect ${name}`);
  for (const name of ['shop', 'store']) await app.connected(name, 'disconnected');
  await app.command('Privacy and storage');
  await expect.poll(asked).toBeGreaterThanOrEqual(before);
  await dialog.getByRole('button', { name: 'Done' }).click();
  for (const name of ['shop', 'store']) await app.command(`Connect to ${name}`);
  for (const name of ['shop', 'store']) await app.connected(name);
  await app.command('Privacy and storage');
  await expect.poll(asked).toBeGreaterThan(before);
  const rows = dialog.getByRole('row');
  await expect(rows.filter({ hasText: 'shop' })).toContainText(/Private files\s*\d/);
  await expect(rows.filter({ hasText: 'store' })).toContainText(/Private files\s*\d/);
  await expect(rows.filter({ hasText: 'What several projects share' })).toBeVisible();
  expect(await axeFindings(app.page, 'privacy and storage', '[role=dialog]')).toEqual([]);
  await dialog.getByRole('button', { name: 'Delete everything…' }).click();
  await expect(dialog.getByRole('alert')).toContainText('2 projects with all rows');
  await expect(dialog.getByRole('button', { name: 'Keep everything' })).toBeFocused();
  await app.page.keyboard.press('Enter');
  await expect(dialog.getByRole('button', { name: 'Delete everything…' })).toBeFocused();
  expect(await app.page.locator('[role=treeitem][data-status=connected]').count()).toBe(2);
  await dialog.getByRole('button', { name: 'Delete everything…' }).click();
  // The page begins anew when all is gone.
  const anew = app.page.waitForEvent('load');
  await dialog.getByRole('button', { name: 'Delete everything', exact: true }).click();
  await anew;
  await expect(app.page.locator('[role=treeitem][aria-level="1"]')).toHaveCount(0, { timeout: 20_000 });
  await expect(app.page.getByRole('heading', { name: 'Open a database' })).toBeVisible();
  const left = await app.page.evaluate(async () => {
    const files: string[] = [];
    // Folders are made anew as the app starts: what counts is what lies in them.
    const walk = async (folder: FileSystemDirectoryHandle): Promise<void> => {
      for await (const [name, handle] of folder.entries()) {
        if (handle instanceof FileSystemDirectoryHandle) await walk(handle);
        else files.push(name);
      }
    };
    await walk(await navigator.storage.getDirectory());
    return { files, local: localStorage.length };
  });
  expect(left).toEqual({ files: [], local: 0 });
  await app.page.reload();
  await expect(app.page.locator('[role=treeitem][aria-level="1"]')).toHaveCount(0);
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
