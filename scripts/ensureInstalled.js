import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runNpm } from './runCommand.js';

const root = new URL('../', import.meta.url);

/**
 * Whether node_modules holds what package-lock.json names. npm writes what it has installed into
 * node_modules/.package-lock.json as its last act, so an install that was broken off does not count.
 */
export function isInstalled() {
  const kept = new URL('node_modules/.package-lock.json', root);
  if (!existsSync(kept)) return false;
  const have = JSON.parse(readFileSync(kept, 'utf8')).packages;
  const want = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8')).packages;
  return Object.entries(want).every(([path, entry]) => {
    if (path === '') return true;
    // an optional package may be for another platform; one that is there must still be of that version
    if (!have[path]) return Boolean(entry.optional || entry.devOptional);
    return have[path].version === entry.version && existsSync(new URL(`${path}/package.json`, root));
  });
}

/** Installs the packages of package-lock.json where they are missing or of another version. Throws when npm fails. */
export async function ensureInstalled() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Rowhouse needs Node 20.19 or newer; this is ${process.version}.`);
  }
  if (isInstalled()) return;
  console.log('Installing packages (npm ci)…');
  const { code } = await runNpm(['ci', '--no-audit', '--no-fund'], {
    cwd: fileURLToPath(root),
    // the tests look for their browser themselves
    env: { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1', NODE_ENV: 'development' }
  });
  if (code !== 0) throw new Error('npm ci failed. Its own message is above; without a network it cannot install.');
}
