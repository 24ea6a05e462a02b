import { fileURLToPath } from 'node:url';
import { buildListener, listen } from '../../scripts/serveBuild.js';

/**
 * Serves the build; `become` makes another version of it: the same files under a service worker that is not the same
 * byte for byte.
 */
export async function serveVersions(port: number): Promise<{ url: string; become: (version: number) => void; close: () => Promise<unknown> }> {
  const inner = await buildListener(fileURLToPath(new URL('../../build', import.meta.url)));
  let comment = '';
  const server = await listen(
    (req, res) => {
      const write = res.end.bind(res);
      if (req.url?.startsWith('/service-worker.js')) {
        delete req.headers['accept-encoding'];
        delete req.headers['if-none-match'];
        const parts: Buffer[] = [];
        res.write = ((part: Buffer) => parts.push(Buffer.from(part)) > 0) as typeof res.write;
        res.end = ((part?: Buffer) => {
          if (part) parts.push(Buffer.from(part));
          return write(Buffer.concat(parts).toString() + comment);
        }) as typeof res.end;
        const head = res.writeHead.bind(res);
        res.writeHead = ((status: number, headers: Record<string, unknown>) => {
          const { 'Content-Length': _, ...rest } = headers;
          return head(status, rest as Record<string, string>);
        }) as typeof res.writeHead;
      }
      inner(req, res);
    },
    { port }
  );
  return {
    url: `http://localhost:${server.port}`,
    become: (version) => (comment = `\n// version ${version}`),
    close: () => server.close()
  };
}
