import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runPackage } from './runCommand.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const stampFile = join(root, '.svelte-kit', 'built-from');

/** What a build is made from. */
const sources = [
  ...['src', 'static', 'workers', 'scripts', 'package-lock.json'],
  ...readdirSync(root).filter((name) => /^(?:vite|svelte)\..*\.?[jt]s$/.test(name))
];

/** One hash over the names and bytes of everything that goes into a build. */
function sourceHash() {
  const hash = createHash('sha256');
  /** @param {string} path */
  const add = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) add(join(path, name));
    } else {
      hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0');
    }
  };
  for (const source of sources) add(join(root, source));
  return hash.digest('hex');
}

/**
 * Builds the app into build/ unless the build there was made from these very sources. Throws when the build fails.
 * @param {{ again?: boolean }} [options] `again` builds in any case
 */
export async function ensureBuilt({ again = false } = {}) {
  const hash = sourceHash();
  const built = existsSync(join(root, 'build', 'index.html')) && existsSync(stampFile);
  if (!again && built && readFileSync(stampFile, 'utf8') === hash) return;
  console.log('Building…');
  const { code, output } = await runPackage('vite/bin/vite.js', ['build', '--logLevel', 'error'], { cwd: root });
  if (code !== 0) throw new Error(`The build failed.${output ? '' : ' It said nothing.'}`);
  writeFileSync(stampFile, hash);
}
