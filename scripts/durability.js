/**
 * `npm run test:durability`: 300 kills of workers, pages and browsers while databases are written, 60 while they come in
 * or go out, and 20 updates of the app meanwhile (see tests/durability). `npm run test:durability -- 50` does a sixth of
 * that; SEED=… repeats a run.
 */
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './ensureBuilt.js';
import { ensureChromium } from './ensureChromium.js';
import { ensureInstalled } from './ensureInstalled.js';
import { runDurability } from './runDurability.js';

process.chdir(fileURLToPath(new URL('../', import.meta.url)));

try {
  await ensureInstalled();
  await ensureBuilt();
  const path = await ensureChromium();
  process.exitCode = await runDurability(Number(process.argv[2] ?? 300), { CHROMIUM_PATH: path ?? '' });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
