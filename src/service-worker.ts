/// <reference no-default-lib="true"/>
/// <reference lib="esnext" />
/// <reference lib="webworker" />
/// <reference types="@sveltejs/kit" />
import { base, prerendered, version } from '$service-worker';
import { securityHeaders } from '../scripts/securityHeaders.js';

const sw = self as unknown as ServiceWorkerGlobalScope;
const prefix = 'rowhouse-app-';
/** Cache names sort by age, since `version` is the time of the build. */
const cacheName = `${prefix}${version}`;
const shell = `${base}/`;

/** Takes every file of this version into its cache, so that all of the app works without a network. */
async function install(): Promise<void> {
  const cache = await caches.open(cacheName);
  const list = (await (await fetchOwn(`${base}/precache.json`)).json()) as { url: string }[];
  const urls = [...new Set([...list.map((file) => base + file.url), ...prerendered, shell])];
  let next = 0;
  const takeSome = async () => {
    for (let url = urls[next++]; url !== undefined; url = urls[next++]) {
      // named by its content: an older version's copy is the same
      const old = url.includes('/_app/immutable/') ? await caches.match(url) : undefined;
      await cache.put(url, old ?? (await fetchOwn(url)));
    }
  };
  await Promise.all([takeSome(), takeSome(), takeSome(), takeSome()]);
}

/** A file from the server, surely of this version. Rejects when it is not there. */
async function fetchOwn(url: string): Promise<Response> {
  const response = await fetch(url, { cache: url.includes('/_app/immutable/') ? 'default' : 'no-cache' });
  if (!response.ok) throw new Error(`${response.status} ${url}`);
  return response;
}

/**
 * Other tabs may still run the version before, and load parts of it later: it is kept, older ones go.
 */
async function dropOldVersions(): Promise<void> {
  const others = (await caches.keys()).filter((key) => key.startsWith(prefix) && key !== cacheName).sort();
  for (const key of others.slice(0, -1)) await caches.delete(key);
}

/** The response with the headers of securityHeaders.js, whatever server it came from. */
function stamp(response: Response): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(securityHeaders(headers.get('content-type')))) headers.set(name, value);
  // The body that we hold is unpacked already, and of another length. That it was packed stays said: PGlite looks
  // there to know whether an extension's archive, a .gz, still is one.
  if (headers.has('content-encoding')) headers.delete('content-length');
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

async function answer(request: Request, url: URL): Promise<Response> {
  const cache = await caches.open(cacheName);
  const hit = await cache.match(url.pathname, { ignoreSearch: true });
  if (hit) return stamp(hit);
  if (request.mode === 'navigate') {
    const page = await cache.match(shell);
    if (page) return stamp(page);
  }
  const older = url.pathname.includes('/_app/immutable/') ? await caches.match(url.pathname) : undefined;
  if (older) return stamp(older);
  const response = await fetch(request);
  return response.type === 'basic' && response.status !== 0 && !nullBody.has(response.status) ? stamp(response) : response;
}

/** A Response with one of these may not be made with a body. */
const nullBody = new Set([101, 103, 204, 205, 304]);

sw.addEventListener('install', (event) => event.waitUntil(install()));
sw.addEventListener('activate', (event) => {
  event.waitUntil(dropOldVersions().then(() => sw.clients.claim()));
});
sw.addEventListener('message', (event) => {
  if (event.data === 'skip-waiting') void sw.skipWaiting();
});
sw.addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET') return;
  const url = new URL(event.request.url);
  if (url.origin === location.origin) event.respondWith(answer(event.request, url));
});
