/**
 * `npm start`: installs what is missing, builds when the sources have changed, serves, prints the address, and
 * opens it where there is a display. Options: --port <n>, --host <name>, --no-open.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compressFolder } from './compressFolder.js';
import { ensureBuilt } from './ensureBuilt.js';
import { ensureInstalled } from './ensureInstalled.js';
import { buildListener, listen } from './serveBuild.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: process.env.PORT || '4680' },
    host: { type: 'string', default: process.env.HOST || '' },
    open: { type: 'boolean', default: true }
  },
  allowNegative: true
});

/** Asks the desktop to show an address; where there is none, nothing happens. @param {string} address */
function show(address) {
  const display = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!values.open || !display || process.env.CI) return;
  /** @type {[string, string[]]} */
  const [command, args] =
    process.platform === 'darwin'
      ? ['open', [address]]
      : process.platform === 'win32'
        ? ['cmd', ['/c', 'start', '', address]]
        : ['xdg-open', [address]];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => console.log(`Open ${address} in a browser: ${command} is not there to do it.`));
  child.unref();
}

try {
  const wanted = Number(values.port);
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65535) throw new Error(`--port ${values.port} is no port.`);
  await ensureInstalled();
  await ensureBuilt();
  const folder = fileURLToPath(new URL('../build', import.meta.url));
  await compressFolder(folder);
  const { port } = await listen(await buildListener(folder), { port: wanted, host: values.host || undefined });
  const address = `http://${values.host || 'localhost'}:${port}/`;
  if (port !== wanted) {
    console.log(`Port ${wanted} is in use. A browser keeps databases by address: what was opened at`);
    console.log(`http://localhost:${wanted}/ is not shown at this one.`);
  }
  console.log(`Rowhouse is at ${address}  (Ctrl C ends it)`);
  show(address);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
