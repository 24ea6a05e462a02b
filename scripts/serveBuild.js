import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { stampResponse } from './securityHeaders.js';

/**
 * Serves a built app: compressed where the browser takes it, our security headers on every response, and the
 * app's shell for every address that is no file, since pages are addresses of the app.
 * @param {string} folder the build
 * @returns {Promise<import('node:http').RequestListener>}
 */
export async function buildListener(folder) {
  const { default: sirv } = await import('sirv');
  const files = sirv(folder, { brotli: true, gzip: true, etag: true, dotfiles: false });
  const shell = join(folder, '404.html');
  return (req, res) => {
    stampResponse(res);
    const address = (req.url ?? '/').split('?')[0] ?? '/';
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    // what is named by its content never changes; all else is asked for again
    res.setHeader('cache-control', address.startsWith('/_app/immutable/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (/\.(?:data|bin|gz)$/.test(address)) res.setHeader('content-type', 'application/octet-stream');
    files(req, res, () => {
      if (address.startsWith('/_app/') || /^\/[^/]+\.\w+$/.test(address)) return notFound(res);
      const html = readFileSync(shell);
      res.writeHead(200, { 'content-type': 'text/html;charset=utf-8', 'content-length': html.length });
      res.end(req.method === 'HEAD' ? undefined : html);
    });
  };
}

/** @param {import('node:http').ServerResponse} res */
function notFound(res) {
  res.writeHead(404, { 'cache-control': 'no-store', 'content-type': 'text/plain;charset=utf-8' }).end('There is no such file.\n');
}

/**
 * Listens on the first free port from `port` on, for this machine alone unless `host` says otherwise.
 * @param {import('node:http').RequestListener} listener
 * @param {{ port: number, host?: string, exact?: boolean }} where `exact` takes no other port
 * @returns {Promise<{ port: number, close: () => Promise<void> }>}
 */
export async function listen(listener, { port, host, exact = false }) {
  for (let at = port; ; at++) {
    // both names of this machine: a browser may try either for "localhost"
    const hosts = host ? [host] : ['127.0.0.1', '::1'];
    /** @type {import('node:http').Server[]} */
    const servers = [];
    let taken = false;
    for (const name of hosts) {
      const server = createServer(listener);
      const code = await new Promise((resolve) => {
        server.once('error', (error) => resolve(/** @type {NodeJS.ErrnoException} */ (error).code ?? 'error'));
        server.listen({ port: at, host: name, ipv6Only: name === '::1' }, () => resolve(''));
      });
      if (code === '') servers.push(server);
      // a machine without IPv6 has no ::1
      else if (name !== '::1' || code === 'EADDRINUSE') taken = true;
      if (taken && code !== 'EADDRINUSE') throw new Error(`Cannot listen on ${name}:${at}: ${code}.`);
    }
    const close = async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    };
    if (!taken) return { port: at, close };
    await close();
    if (exact || at >= port + 50) throw new Error(`Port ${at} is in use.`);
  }
}
