import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { get } from 'node:http';
import { expect, test } from 'vitest';
import { documentPolicy, stampResponse, workerPolicy } from '../../scripts/securityHeaders.js';

/** What a response of this status and type carries once it is stamped. */
async function sent(status: number, type?: string): Promise<IncomingMessage['headers']> {
  const server = createServer((_request, response) => {
    stampResponse(response);
    response.writeHead(status, type ? { 'content-type': type } : {});
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  try {
    return await new Promise((resolve, reject) => {
      get({ port: (server.address() as AddressInfo).port }, (response) => {
        response.resume();
        resolve(response.headers);
      }).on('error', reject);
    });
  } finally {
    server.close();
  }
}

test('a document keeps scripts to its meta tag, all else is told the whole policy', async () => {
  expect((await sent(200, 'text/html; charset=utf-8'))['content-security-policy']).toBe(documentPolicy);
  expect((await sent(200, 'text/javascript'))['content-security-policy']).toBe(workerPolicy);
  expect(documentPolicy).not.toMatch(/script-src|default-src/);
});

test('"not modified" leaves what the browser keeps as it was stamped', async () => {
  expect((await sent(304))['content-security-policy']).toBeUndefined();
});
